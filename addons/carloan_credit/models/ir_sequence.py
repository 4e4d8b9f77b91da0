from odoo import api, models


class IrSequence(models.Model):
    _inherit = 'ir.sequence'

    @api.model
    def _carloan_next(self, code, company):
        """The next number of `code` for `company`, dated by its business date (UTC "today" is
        still yesterday in Beijing until 08:00)."""
        sequence = self.sudo().with_company(company).with_context(
            ir_sequence_date=str(company._get_business_date()))
        return sequence.next_by_code(code)
