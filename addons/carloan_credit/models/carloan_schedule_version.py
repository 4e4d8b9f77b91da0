from odoo import api, fields, models


class CarloanScheduleVersion(models.Model):
    """One agreed repayment plan of a loan; a change makes the next version, the old one stays."""
    _name = 'carloan.schedule.version'
    _inherit = ['carloan.append.only.mixin']
    _description = "Schedule Version"
    _order = 'loan_id, version desc'

    name = fields.Char(compute='_compute_name')
    loan_id = fields.Many2one('carloan.loan', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='loan_id.company_id')
    version = fields.Integer(required=True, aggregator=None)
    effective_date = fields.Date(required=True)
    booking_date = fields.Date(
        required=True, help="Business date on which it was recorded.")
    reason = fields.Char()
    origin_model = fields.Char()
    origin_id = fields.Many2oneReference(model_field='origin_model')
    instalment_ids = fields.One2many('carloan.instalment', 'version_id')

    _version_uniq = models.Constraint(
        'UNIQUE (loan_id, version)', "The loan already has a schedule of this version.")

    @api.depends('version', 'effective_date')
    def _compute_name(self):
        for version in self:
            version.name = self.env._(
                "Version %(number)s", number=version.version)
