from odoo import fields, models

_HOLDER = ('user_id', 'department_id')


class CarloanLoan(models.Model):
    """Who has the loan, with its history: past figures stay with those who had the loan then."""
    _inherit = 'carloan.loan'

    handover_ids = fields.One2many('carloan.loan.handover', 'loan_id')

    def write(self, vals):
        if not set(_HOLDER).intersection(vals):
            return super().write(vals)
        before = {
            loan: [loan[name].id for name in _HOLDER]
            for loan in self.sudo() if loan.state != 'draft'}
        result = super().write(vals)
        self.env['carloan.loan.handover']._append([{
            'loan_id': loan.id,
            'date': loan.company_id._get_business_date(),
            'old_user_id': old[0], 'new_user_id': loan.user_id.id,
            'old_department_id': old[1], 'new_department_id': loan.department_id.id,
            'changed_by_id': self.env.uid,
        } for loan, old in before.items() if old != [loan[name].id for name in _HOLDER]])
        return result
