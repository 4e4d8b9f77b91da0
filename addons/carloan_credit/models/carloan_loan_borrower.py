from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..as_of import get_borrower_changes

#: columns of a transfer of debt: whose the loan was, and whose it is
_OLD, _NEW = 'old_partner_id', 'new_partner_id'


class CarloanLoan(models.Model):
    """Who owes the loan. A transfer of debt (Civil Code art. 551) is a fact of the ledger without
    amounts: the loan goes on as it is, from a date on somebody else owes it."""
    _inherit = 'carloan.loan'

    def _transfer_debt(self, partner, date, reason, reference, origin=None):
        """Let another borrower owe this loan from a day on.

        :param reference: of the agreement in which the lender consents: silence is a refusal
        :param origin: the document behind it, or None
        """
        self._check_change(date)
        self._check_new_borrower(partner, date, reference)
        return self._add_facts(date, reason, origin, [('debt_transfer', (), {
            _OLD: self.partner_id.id, _NEW: partner.id, 'reference': reference.strip(),
            'reason': reason}, None)])

    def _refresh_borrowers(self):
        """Turn the borrower of these loans to the one of the ledger."""
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT ON (t.loan_id) t.loan_id,
                   COALESCE((
                       SELECT (s.params->>'new_partner_id')::int FROM carloan_transaction s
                        WHERE s.loan_id = t.loan_id AND s.kind = 'debt_transfer'
                          AND s.reversal_of_id IS NULL AND NOT EXISTS (
                              SELECT FROM carloan_transaction r WHERE r.reversal_of_id = s.id)
                        ORDER BY s.value_date DESC, s.id DESC LIMIT 1),
                       (t.params->>'old_partner_id')::int)
              FROM carloan_transaction t
             WHERE t.loan_id = ANY(%s) AND t.kind = 'debt_transfer' ORDER BY t.loan_id, t.id
            """, self.ids))
        for loan_id, partner_id in rows:
            loan = self.browse(loan_id)
            if loan.partner_id.id != partner_id:
                loan._write_guarded({'partner_id': partner_id})

    @api.model
    def _settle_replayed(self, plans):
        super()._settle_replayed(plans)
        self.browse([plan.change.loan.id for plan in plans]).sudo()._refresh_borrowers()

    # === CHECKS === #

    def _check_new_borrower(self, partner, date, reference):
        if len(partner) != 1 or not partner.carloan_customer or partner == self.partner_id or (
                partner.company_id and partner.company_id != self.company_id):
            raise ValidationError(self.env._(
                "%(loan)s: %(partner)s cannot take over the debt; another customer of "
                "%(company)s is needed.", loan=self.name, company=self.company_id.name,
                partner=", ".join(partner.mapped('display_name')) or "–"))
        if not (isinstance(reference, str) and reference.strip()):
            raise ValidationError(self.env._(
                "%(loan)s: name the agreement by which the lender consents to the transfer.",
                loan=self.name))
        last = self._get_last_debt_transfer().value_date
        if last and date < last:
            raise ValidationError(self.env._(
                "%(loan)s: the debt was transferred on %(last)s; a later transfer is dated on "
                "that day or after it, not on %(date)s.", loan=self.name, last=last, date=date))

    def _get_last_debt_transfer(self):
        return self.env['carloan.transaction'].sudo().search([
            ('loan_id', '=', self.id), ('kind', '=', 'debt_transfer'),
            ('reversal_of_id', '=', False), ('reversal_ids', '=', False)],
            order='value_date desc, id desc', limit=1)

    def _check_transfers_undone(self, transactions):
        """Who owed when is a chain: only its last link can be undone."""
        for transfer in transactions.filtered(lambda row: row.kind == 'debt_transfer'):
            if transfer != transfer.loan_id._get_last_debt_transfer():
                raise UserError(self.env._(
                    "%(loan)s was transferred again later; undo that transfer first.",
                    loan=transfer.loan_id.name))

    # === AS OF === #

    @api.model
    def _get_as_of_query(self, as_of, position, loan_ids=None):
        """With the borrower of the day."""
        return SQL(
            """
            SELECT f.*, COALESCE(b.partner_id, owner.partner_id) AS partner_id
              FROM (%s) f JOIN carloan_loan owner ON owner.id = f.loan_id
              LEFT JOIN (%s) b ON b.loan_id = f.loan_id
            """, super()._get_as_of_query(as_of, position, loan_ids),
            get_borrower_changes(as_of))

    @api.model
    def _get_as_of_columns(self):
        return (*super()._get_as_of_columns(), 'partner_id')
