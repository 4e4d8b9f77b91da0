from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.carloan_base.actions import open_list


class CarloanLoan(models.Model):
    _inherit = 'carloan.loan'

    collection_case_ids = fields.Many2many(
        'carloan.collection.case', 'carloan_collection_case_loan_rel', 'loan_id', 'case_id',
        "Collection Cases", readonly=True, copy=False, groups='base.group_user')
    collection_case_count = fields.Integer(
        "Cases", compute='_compute_collection_case_count', groups='base.group_user')

    @api.depends('collection_case_ids')
    def _compute_collection_case_count(self):
        for loan in self:
            loan.collection_case_count = len(loan.collection_case_ids)

    def action_view_collection_cases(self):
        self.ensure_one()
        return open_list(
            self.env, 'carloan_collection.carloan_collection_case_action_all',
            [('loan_ids', 'in', self.ids)])

    def _get_guarded_names(self):
        return super()._get_guarded_names() | {'collection_case_ids'}

    @api.model
    def _day_end_steps(self):
        return [*super()._day_end_steps(), (60, 'collection')]

    @api.model
    def _get_day_end_step_labels(self):
        return {**super()._get_day_end_step_labels(), 'collection': self.env._("Collection cases")}

    def _on_reopened(self):
        """A settled loan that owes again may be overdue again."""
        super()._on_reopened()
        for company, loans in self.grouped('company_id').items():
            self.env['carloan.collection.case']._sync(
                company, company._get_business_date(), loans.partner_id)

    @api.model
    def _step_collection(self, day_end):
        """Who is overdue on the morning after this day is on a collector's list."""
        company = day_end.company_id
        return self.env['carloan.collection.case']._sync(
            company, day_end.date + timedelta(days=1))
