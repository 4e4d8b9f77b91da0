from odoo import api, models


class CarloanLoan(models.Model):
    _inherit = 'carloan.loan'

    @api.model
    def _day_end_steps(self):
        """Override: the figures of the day are counted when everything else is done."""
        return [*super()._day_end_steps(), (98, 'cube')]

    @api.model
    def _get_day_end_step_labels(self):
        return {**super()._get_day_end_step_labels(), 'cube': self.env._("Daily figures")}

    @api.model
    def _step_cube(self, day_end):
        return self.env['carloan.day.cube']._write_day(day_end.company_id, day_end.date)
