from odoo import fields, models

from odoo.addons.carloan_base.actions import open_form


class CarloanIntegrityWizard(models.TransientModel):
    """Recompute the position of every loan of a company from the ledger and list differences."""
    _name = 'carloan.integrity.wizard'
    _inherit = ['carloan.guard.mixin']
    _description = "Check of Positions"
    _guarded_fields = ('checked_count', 'line_ids')

    company_id = fields.Many2one(
        'res.company', required=True, default=lambda self: self.env.company)
    checked_count = fields.Integer("Loans Checked", readonly=True)
    line_ids = fields.One2many('carloan.integrity.wizard.line', 'wizard_id', readonly=True)

    def action_check(self):
        self.ensure_one()
        self._check_role('accountant', 'auditor', 'administrator')
        loans = self.env['carloan.loan'].search([
            ('company_id', '=', self.company_id.id), ('state', '!=', 'draft')])
        differences = loans.sudo()._check_integrity()
        self.line_ids.unlink()
        self._write_guarded({'checked_count': len(loans)})
        self.env['carloan.integrity.wizard.line'].create([{
            'wizard_id': self.id,
            'loan_id': difference['loan_id'],
            'field_name': loans._fields[difference['field']]._description_string(self.env)
            if difference['field'] in loans._fields else self.env._("Paid on"),
            'stored': str(difference['stored']),
            'ledger': str(difference['ledger']),
        } for difference in differences])
        return open_form(self, name=self.env._("Check of Positions"), target='new')


class CarloanIntegrityWizardLine(models.TransientModel):
    """A figure of a loan that differs from the ledger."""
    _name = 'carloan.integrity.wizard.line'
    _description = "Difference of Positions"

    wizard_id = fields.Many2one(
        'carloan.integrity.wizard', required=True, ondelete='cascade', index=True)
    loan_id = fields.Many2one('carloan.loan', required=True, ondelete='cascade')
    field_name = fields.Char("Figure")
    stored = fields.Char()
    ledger = fields.Char("From the Ledger")
