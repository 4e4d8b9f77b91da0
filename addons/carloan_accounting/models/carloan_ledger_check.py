from odoo import api, fields, models

CHECK_STATES = [
    ('draft', "Not Checked"),
    ('ok', "Equal"),
    ('waiting', "Vouchers Waiting"),
    ('differs', "Differs"),
]


class CarloanLedgerCheck(models.Model):
    """Proof for one company and date: the loans' sub-ledger equals the general ledger.

    The result is computed by `_run` only; checking again replaces it and leaves a note.
    """

    _name = 'carloan.ledger.check'
    _inherit = ['carloan.guard.mixin', 'mail.thread']
    _description = "Ledger Check"
    _order = 'date desc, id desc'
    _rec_name = 'date'

    _guarded_fields = (
        'state', 'user_id', 'checked_at', 'line_ids', 'difference_total', 'waiting_count')

    company_id = fields.Many2one(
        'res.company', required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    date = fields.Date(
        required=True, default=lambda self: self.env.company._get_business_date(),
        help="Everything booked up to and including this day is compared.")
    state = fields.Selection(
        CHECK_STATES, required=True, readonly=True, default='draft', copy=False, tracking=True)
    user_id = fields.Many2one('res.users', string="Checked By", readonly=True, copy=False)
    checked_at = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many('carloan.ledger.check.line', 'check_id', readonly=True)
    difference_total = fields.Monetary(
        readonly=True, copy=False, tracking=True, string="Total Difference",
        help="Sum of the differences per line, each without its sign.")
    waiting_count = fields.Integer(
        readonly=True, copy=False, string="Waiting Vouchers", tracking=True)

    _date_uniq = models.Constraint(
        'UNIQUE (company_id, date)', "There is already a check for this day: check it again.")

    # === COMPUTE METHODS ===

    @api.depends('date')
    def _compute_display_name(self):
        for check in self:
            check.display_name = self.env._(
                "Ledger check of %(date)s", date=fields.Date.to_string(check.date) or "")

    # === CRUD METHODS ===

    def write(self, vals):
        if {'company_id', 'date'}.intersection(vals):
            self.filtered('checked_at')._refuse_move()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self.filtered('checked_at')._refuse_move()

    # === ACTIONS ===

    def action_check(self):
        self._check_role('accountant', 'auditor', 'administrator')
        self.check_access('read')
        self._run()

    def action_open_waiting(self):
        self.ensure_one()
        return self.env['carloan.posting']._get_action([
            ('company_id', '=', self.company_id.id), ('booking_date', '<=', self.date),
            ('state', '=', 'waiting')])

    # === BUSINESS METHODS ===

    def _run(self):
        """Compare both ledgers anew and keep the result with who and when."""
        for check in self.sudo():
            rows = check.company_id._carloan_compare_ledgers(check.date)
            waiting = check.company_id._carloan_count_waiting(check.date)
            check.line_ids.unlink()
            self.env['carloan.ledger.check.line'].sudo().create(
                [{'check_id': check.id, **row} for row in rows])
            check._write_guarded({
                'state': check._get_result(rows),
                'user_id': self.env.uid,
                'checked_at': fields.Datetime.now(),
                'difference_total': sum(abs(row['difference']) for row in rows),
                'waiting_count': waiting,
            })

    @api.model
    def _run_for(self, company, date):
        """The check of a day, made if there is none yet, and run."""
        checks = self.sudo()
        check = checks.search([('company_id', '=', company.id), ('date', '=', date)])
        check = check or checks.create({'company_id': company.id, 'date': date})
        check._run()
        return check

    def _get_result(self, rows):
        if not any(row['difference'] for row in rows):
            return 'ok'
        explained = all(row['difference'] == row['waiting_amount'] for row in rows)
        return 'waiting' if explained else 'differs'

    def _refuse_move(self):
        if self:
            self._refuse_guarded(('state',))
