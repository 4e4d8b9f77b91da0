from odoo import api, fields, models


class CarloanLoan(models.Model):
    """The way from a loan to its vouchers, and the steps of the books in the day end."""
    _inherit = 'carloan.loan'

    posting_count = fields.Integer(
        compute='_compute_posting_count', groups='account.group_account_readonly')

    # === COMPUTE METHODS ===

    def _compute_posting_count(self):
        counts = dict(self.env['carloan.posting']._read_group(
            [('loan_id', 'in', self.ids)], ['loan_id'], ['__count']))
        for loan in self:
            loan.posting_count = counts.get(loan, 0)

    # === ACTIONS ===

    def action_open_postings(self):
        self.ensure_one()
        self.check_access('read')
        return self.env['carloan.posting']._get_action([('loan_id', '=', self.id)])

    # === DAY END ===

    @api.model
    def _day_end_steps(self):
        """Override of `carloan_credit`: vouchers when the day is booked, then the proof."""
        return [*super()._day_end_steps(), (80, 'vouchers'), (90, 'ledger_check')]

    @api.model
    def _get_day_end_step_labels(self):
        return {
            **super()._get_day_end_step_labels(),
            'vouchers': self.env._("Vouchers"),
            'ledger_check': self.env._("Ledger check"),
        }

    @api.model
    def _step_vouchers(self, day_end):
        """Write the vouchers of the day, and try again what waited; returns how many went."""
        waiting = self.env['carloan.posting'].sudo().search([
            ('company_id', '=', day_end.company_id.id), ('state', '=', 'waiting'),
            ('booking_date', '<=', day_end.date)], order='id')
        return waiting._process(day_until=day_end.date)

    @api.model
    def _step_ledger_check(self, day_end):
        """Keep the proof of the day; a difference is shown there and stops nothing."""
        self.env['carloan.ledger.check']._run_for(day_end.company_id, day_end.date)
        return 1
