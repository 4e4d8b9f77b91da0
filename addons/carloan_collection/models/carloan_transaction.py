from odoo import models
from odoo.tools import SQL

from odoo.addons.carloan_credit.const import CHARGE_KINDS


class CarloanTransaction(models.Model):
    _inherit = 'carloan.transaction'

    def _on_posted(self):
        """Money came in, or was taken back: the cases of these debtors follow at once."""
        super()._on_posted()
        rows = self.env.execute_query(SQL(
            """
            SELECT t.company_id, array_agg(DISTINCT l.partner_id)
              FROM carloan_transaction t JOIN carloan_loan l ON l.id = t.loan_id
             WHERE t.id = ANY(%s) AND NOT t.kind = ANY(%s)
             GROUP BY t.company_id
            """, self.ids, [*CHARGE_KINDS, 'disbursement']))
        for company_id, partner_ids in rows:
            company = self.env['res.company'].browse(company_id)
            self.env['carloan.collection.case']._sync(
                company, company._get_business_date(),
                self.env['res.partner'].browse(partner_ids))
