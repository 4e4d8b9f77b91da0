from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .carloan_loan_rearrange import CHARGE_OFF_WAYS


class CarloanLoan(models.Model):
    """A loan that is held to be lost. The claim stays on the books and goes on, which sets it
    apart from a write-off; late charges go on as agreed."""
    _inherit = 'carloan.loan'

    charged_off_date = fields.Date(
        readonly=True, copy=False,
        help="Since when the loan is held to be lost. It is still owed and on the books.")

    def _get_guarded_names(self):
        return super()._get_guarded_names() | {'charged_off_date'}

    def _charge_off(self, date, reason, way='untouched', origin=None):
        """Hold the loan to be lost from a day on. Its schedule stays 'untouched', or bears
        'zero_interest' from then on, or all of it falls due ('accelerate')."""
        self._check_change(date)
        self._check_words((way,), CHARGE_OFF_WAYS)
        if self.charged_off_date:
            raise ValidationError(self.env._(
                "%(loan)s has been charged off on %(date)s.", loan=self.name,
                date=self.charged_off_date))
        params = {'way': way, 'reason': reason}
        if way != 'untouched' and self._get_history(date).get_moment(date).ahead:
            params['change'] = way
        return self._add_facts(date, reason, origin, [('charge_off', (), params, None)])

    @api.model
    def _settle_replayed(self, plans):
        super()._settle_replayed(plans)
        self.browse([plan.change.loan.id for plan in plans]).sudo()._refresh_charge_offs()

    def _refresh_charge_offs(self):
        """Turn the day of the charge-off of these loans to the one of the ledger."""
        standing = dict(self.env.execute_query(SQL(
            """
            SELECT t.loan_id, MIN(t.value_date) FROM carloan_transaction t
             WHERE t.loan_id = ANY(%s) AND t.kind = 'charge_off' AND t.reversal_of_id IS NULL
               AND NOT EXISTS (
                   SELECT FROM carloan_transaction r WHERE r.reversal_of_id = t.id)
             GROUP BY t.loan_id
            """, self.ids)))
        for loan in self:
            if (loan.charged_off_date or None) != standing.get(loan.id):
                loan._write_guarded({'charged_off_date': standing.get(loan.id, False)})
