from odoo import models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.carloan_base.money import to_decimal

from ..entries import EntryLine


class CarloanLoan(models.Model):
    """Money that leaves again: taken back by the bank of the borrower, or paid back by us."""
    _inherit = 'carloan.loan'

    def _charge_back(self, payment, date, reason, amount=None, origin=None):
        """The bank took a payment back, or an `amount` of it: what it paid is owed again from that
        day on, in the order of the contract. The payment itself stays what it was: it came in, and
        until the day of the chargeback nothing was late."""
        self._check_change(date, ('active', 'settled'))
        self._check_payment(payment, date)
        left = self._get_history().money.get_left(payment.id)
        amount = left if amount is None else self._check_amount_above_zero(amount)
        if not 0 < amount <= left:
            raise ValidationError(self.env._(
                "%(loan)s: %(amount)s of the payment of %(day)s is to be taken back; 0.01 to "
                "%(most)s is left of it.", loan=self.name, amount=amount,
                day=payment.value_date, most=left))
        return self._add_facts(date, reason, origin, [(
            'chargeback', (EntryLine('principal', amount),),
            {'payment': payment.id, 'amount': str(amount), 'reason': reason},
            payment.fund_account_id)])

    def _refund(self, amount, date, reason, fund_account, origin=None):
        """Pay back to the borrower what we hold of him."""
        self._check_change(date, ('active', 'settled'))
        amount, held = self._check_amount_above_zero(amount), self._get_history(date).get_held()
        if amount > held:
            raise ValidationError(self.env._(
                "%(loan)s: %(amount)s is to be paid back; 0.01 to %(most)s is held on %(date)s.",
                loan=self.name, amount=amount, most=to_decimal(held), date=date))
        return self._add_facts(date, reason, origin, [
            ('refund', (EntryLine('overpayment', amount),), {'reason': reason}, fund_account)])

    # === HELPERS === #

    def _fetch_standing_ledger(self, before=None):
        """Chargebacks name the payment as it stands, whatever was posted anew since."""
        ledgers = super()._fetch_standing_ledger(before)
        standing = {event.id for _dues, events in ledgers.values() for event in events}
        named = {
            event.params['payment'] for _dues, events in ledgers.values() for event in events
            if event.kind == 'chargeback'} - standing
        if named:
            current = self._find_successors(named, standing)
            for _dues, events in ledgers.values():
                events[:] = [self._follow_payment(event, current) for event in events]
        return ledgers

    def _follow_payment(self, event, current):
        if event.kind != 'chargeback' or event.params['payment'] not in current:
            return event
        return event._replace(
            params={**event.params, 'payment': current[event.params['payment']]})

    def _find_successors(self, ids, standing):
        """{id: the one of `standing` that was posted in its place}"""
        return dict(self.env.execute_query(SQL(
            """
            WITH RECURSIVE chain AS (
                SELECT id AS first, id FROM unnest(%s::int[]) AS t (id)
                UNION ALL
                SELECT c.first, t.id FROM chain c JOIN carloan_transaction t
                    ON t.replaces_id = c.id)
            SELECT first, id FROM chain WHERE id = ANY(%s)
            """, list(ids), list(standing))))

    # === CHECKS === #

    def _check_payment(self, payment, date):
        payment.ensure_one()
        if (payment.loan_id.id != self.id or payment.kind != 'repayment'
                or payment.reversal_of_id or payment.sudo().reversal_ids):
            raise ValidationError(self.env._(
                "%(name)s is no payment of %(loan)s that stands.",
                name=payment.display_name, loan=self.name))
        if date < payment.value_date:
            raise ValidationError(self.env._(
                "%(loan)s: the payment of %(day)s cannot be taken back on %(date)s; its own day "
                "or a later one is allowed.", loan=self.name, day=payment.value_date, date=date))

    def _check_not_charged_back(self, payments):
        """A payment that the bank took back is no mistake that can be undone."""
        if 'repayment' not in payments.mapped('kind'):
            return
        named = {
            event.params['payment']
            for _dues, events in self._fetch_standing_ledger().values() for event in events
            if event.kind == 'chargeback' and event.id not in payments.ids}
        for payment in payments.filtered(lambda payment: payment.id in named):
            raise UserError(self.env._(
                "%(name)s was taken back by the bank; undo the chargeback first.",
                name=payment.display_name))
