from odoo import models
from odoo.exceptions import ValidationError

from odoo.addons.carloan_base import loanmath
from odoo.addons.carloan_base.money import is_money, percent_to_rate, to_decimal

from ..const import DEBT_COMPONENTS
from ..entries import EntryLine
from ..past_change import Event, Part, PastChange

#: What may be forgone of what is due.
WAIVED_COMPONENTS = ('interest', 'penalty', 'compound', 'fee', 'principal')
MAX_EXTENSION = 600


class CarloanLoan(models.Model):
    """What changes a running loan besides payments.

    Each act posts facts with a value date and lets the replay find out what they come to, so that
    one entered late, or one before which something else is entered late, gives the straight
    history. The caller has checked who may do it; each act checks the loan, the day and the range.
    All return the transactions of their facts.
    """
    _inherit = 'carloan.loan'

    def _charge_fee(self, amount, date, reason, origin=None):
        """Charge a fee; it is owed from that day on and paid by the order of allocation."""
        self._check_change(date)
        amount = self._check_amount_above_zero(amount)
        return self._add_facts(date, reason, origin, [
            ('fee_charge', (EntryLine('fee', amount),), None, None)])

    def _waive(self, amounts, date, reason, origin=None):
        """Forgo what is due on a day, oldest first.

        :param amounts: {component: amount}
        """
        self._check_change(date)
        dues = self._get_history(date).get_dues(date)
        wanted = {}
        for component, amount in amounts.items():
            amount, most = self._check_amount_above_zero(amount), dues.get_total(component)
            if component not in WAIVED_COMPONENTS or amount > most:
                raise ValidationError(self.env._(
                    "%(loan)s: %(amount)s of %(component)s is to be waived; 0.01 to %(most)s is "
                    "due on %(date)s.", loan=self.name, amount=amount, most=most, date=date,
                    component=self._get_component_label(component)))
            wanted[component] = str(amount)
        return self._add_facts(
            date, reason, origin, [('waiver', (), {'amounts': wanted, 'reason': reason}, None)])

    def _change_terms(self, change, date, reason, origin=None, **params):
        """Make the instalments that fall due after a day anew: 'rate' (rate=percent), 'extend'
        (periods=more instalments) or 'due_date' (due_date=of the next instalment)."""
        self._check_change(date)
        if change == 'rate':
            if not 0 <= params['rate'] <= 100:
                raise ValidationError(self.env._(
                    "The annual rate must lie between 0 % and 100 %."))
            params = {'rate': str(percent_to_rate(params['rate']))}
        elif change == 'extend' and not 1 <= params['periods'] <= MAX_EXTENSION:
            raise ValidationError(self.env._(
                "%(periods)s instalments are to be added; 1 to %(most)s is allowed.",
                periods=params['periods'], most=MAX_EXTENSION))
        elif change == 'due_date':
            due_date = self._check_new_due_date(date, params['due_date'])
            params = {'due_date': due_date.isoformat()}
        return self._add_facts(date, reason, origin, [(
            'terms_change', (), {'change': change, 'reason': reason, **params}, None)])

    def _prepay(self, amount, date, way, fund_account, origin=None):
        """Take money that pays what is due, the interest up to the day, the fee, and with the
        rest a part of the principal early. Then the instalments are 'lower', or fewer
        ('shorten'), or the next ones 'skip' principal."""
        self._check_change(date)
        amount = self._check_amount_above_zero(amount)
        self._quote_prepayment(amount, date, way)
        return self._add_facts(date, self.env._("Part Prepayment"), origin, [
            ('terms_change', (), {'change': 'prepay', 'amount': str(amount),
                                  'way': way, 'reason': self.env._("Part Prepayment")}, None),
            ('repayment', (EntryLine('overpayment', -amount),), None, fund_account)])

    def _pay_off(self, amount, date, fund_account, origin=None):
        """Take the money that closes the loan early; what is too much is held for the borrower."""
        self._check_change(date)
        amount = self._check_amount_above_zero(amount)
        quote = self._get_payoff(date)
        if amount < quote['total']:
            raise ValidationError(self.env._(
                "%(loan)s: %(amount)s does not close the loan on %(date)s; at least %(total)s is "
                "needed.", loan=self.name, amount=amount, date=date, total=quote['total']))
        return self._add_facts(date, self.env._("Early Settlement"), origin, [
            ('terms_change', (), {
                'change': 'payoff', 'reason': self.env._("Early Settlement")}, None),
            ('repayment', (EntryLine('overpayment', -amount),), None, fund_account)])

    def _write_off(self, date, reason, origin=None):
        """Take what is owed off the books; the claim stays, see `_recover`."""
        self._check_change(date)
        facts = [('write_off', (), {'reason': reason}, None)]
        if self._get_history(date).get_moment(date).ahead:
            facts.insert(0, ('terms_change', (), {'change': 'stop', 'reason': reason}, None))
        return self._add_facts(date, reason, origin, facts)

    def _recover(self, amount, date, fund_account, origin=None):
        """Take money for a loan that was written off: so much of the claim comes to life, and is
        paid."""
        self._check_change(date, ('written_off',))
        amount, left = self._check_amount_above_zero(amount), self._get_claim_left()
        if amount > sum(left.values()):
            raise ValidationError(self.env._(
                "%(loan)s: %(amount)s was received; 0.01 to %(most)s of the claim written off is "
                "left.", loan=self.name, amount=amount, most=sum(left.values())))
        lines = []
        for component in reversed(DEBT_COMPONENTS):
            part = min(amount, left[component])
            amount -= part
            if part:
                lines.append(EntryLine(component, part))
        paid = tuple(line._replace(amount=-line.amount) for line in lines)
        return self._add_facts(date, self.env._("Recovery"), origin, [
            ('recovery', (('recovery_claim', tuple(lines)), ('recovery', paid)), None,
             fund_account)])

    # === HELPERS === #

    def _add_facts(self, date, reason, origin, facts):
        """
        :param facts: list of (kind, lines or parts, params, fund account), in their order
        """
        events = []
        for kind, lines, params, fund_account in facts:
            parts = lines if lines and not isinstance(lines[0], EntryLine) else ((kind, lines),)
            events.append(Event(
                date, tuple(Part(name, date, part) for name, part in parts),
                (origin._name, origin.id) if origin else (None, None),
                fund_account.id if fund_account else None, -len(events) - 1, params))
        (added,), _mirrors = self.env['carloan.loan']._replay(
            [PastChange(self, add=tuple(events))], reason)
        return self.env['carloan.transaction'].union(*added)

    def _get_claim_left(self):
        """{component: Decimal} that was written off and not recovered."""
        sums = dict(self.env['carloan.transaction.line'].sudo()._read_group(
            [('loan_id', '=', self.id), ('kind', 'in', ('write_off', 'recovery_claim'))],
            ['component'], ['amount:sum']))
        return {name: -to_decimal(sums.get(name)) for name in DEBT_COMPONENTS}

    # === CHECKS === #

    def _check_change(self, date, states=('active',)):
        """Refuse a loan in the wrong state and a day outside the range, naming what is allowed."""
        self.ensure_one()
        self.sudo()._lock_for_posting()
        self.invalidate_recordset()
        labels = dict(self._fields['state']._description_selection(self.env))
        if self.state not in states:
            raise ValidationError(self.env._(
                "%(loan)s is in state %(state)s; this is only possible in: %(allowed)s.",
                loan=self.name, state=labels[self.state],
                allowed=", ".join(labels[state] for state in states)))
        first, last = self._get_value_date_range()
        if not first <= date <= last:
            raise ValidationError(self.env._(
                "%(loan)s: the value date is %(date)s; %(first)s to %(last)s (business date) is "
                "allowed.", loan=self.name, date=date, first=first, last=last))

    def _check_amount_above_zero(self, amount):
        if not is_money(amount) or to_decimal(amount) <= 0:
            raise ValidationError(self.env._(
                "%(loan)s: the amount is %(amount)s; it must be above zero and have at most two "
                "decimals.", loan=self.name, amount=amount))
        return to_decimal(amount)

    def _check_new_due_date(self, date, due_date):
        ahead = self._get_history(date).get_moment(date).ahead
        last = ahead and loanmath.add_months(ahead[0].due_date, 12)
        if ahead and not date < due_date <= last:
            raise ValidationError(self.env._(
                "%(loan)s: the next instalment is to fall due on %(date)s; a day after %(first)s "
                "and up to %(last)s is allowed.",
                loan=self.name, date=due_date, first=date, last=last))
        return due_date

    def _get_component_label(self, component):
        return dict(self.env['carloan.transaction.line']._fields['component']
                    ._description_selection(self.env)).get(component, component)

    def _get_change_message(self, error):
        """What is wrong with a change and what is allowed, in the language of the user."""
        details = error.details
        messages = {
            'nothing_ahead': self.env._(
                "%(loan)s: no instalment falls due after %(date)s.",
                loan=self.name, date=details.get('value')),
            'prepayment': self.env._(
                "%(loan)s: a part prepayment lies between %(least)s (due now) and %(most)s (all "
                "that is owed).", loan=self.name, least=details.get('min'),
                most=details.get('max')),
            'refund': self.env._(
                "%(loan)s: %(amount)s was paid back to the borrower; without this money only "
                "%(most)s would have been held. Undo the refund first.", loan=self.name,
                amount=details.get('value'), most=details.get('max')),
            'method': self.env._(
                "%(loan)s: the schedule of this repayment method cannot be changed.",
                loan=self.name),
            'too_early': self.env._(
                "%(loan)s: %(behind)s instalments have fallen due; paying early is allowed after "
                "%(least)s.", loan=self.name, behind=details.get('value'),
                least=details.get('min')),
        }
        return messages.get(error.code) or self._get_terms_message(error)
