from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.carloan_base.actions import open_form, open_list

from ..const import POSTING_STATES, REASONS
from ..posting_run import PostingRun


class CarloanPosting(models.Model):
    """The way of one transaction into the general ledger: waiting (and why), or its voucher.

    Rows are made by `_enlist` and changed by `PostingRun` only.
    """

    _name = 'carloan.posting'
    _inherit = 'carloan.guard.mixin'
    _description = "Loan Posting"
    _order = 'booking_date desc, id desc'
    _rec_name = 'transaction_id'

    _guarded_fields = (
        'transaction_id', 'loan_id', 'company_id', 'kind', 'booking_date', 'state',
        'reason_code', 'reason', 'move_id',
    )

    transaction_id = fields.Many2one(
        'carloan.transaction', required=True, readonly=True, ondelete='restrict')
    loan_id = fields.Many2one(
        'carloan.loan', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(selection='_selection_kind', required=True, readonly=True)
    booking_date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(compute='_compute_amount')
    state = fields.Selection(
        POSTING_STATES, required=True, readonly=True, default='waiting')
    reason_code = fields.Selection(REASONS, string="Waits Because", readonly=True)
    reason = fields.Text(string="What to Do", readonly=True)
    move_id = fields.Many2one(
        'account.move', string="Voucher", readonly=True, index='btree_not_null',
        ondelete='restrict')
    line_ids = fields.One2many('carloan.posting.line', 'posting_id', readonly=True)

    _transaction_uniq = models.Constraint(
        'UNIQUE (transaction_id)', "This transaction is already registered for posting.")
    _waiting_idx = models.Index("(company_id, booking_date) WHERE state = 'waiting'")

    # === COMPUTE METHODS ===

    @api.depends('transaction_id')
    def _compute_amount(self):
        """What moved: the larger of the sums that raise and that lower what the borrower owes."""
        self.env['carloan.transaction.line'].flush_model(['transaction_id', 'amount'])
        rows = self.env.execute_query(SQL(
            """
            SELECT transaction_id, GREATEST(SUM(GREATEST(amount, 0)), SUM(GREATEST(-amount, 0)))
              FROM carloan_transaction_line
             WHERE transaction_id IN %s
             GROUP BY transaction_id
            """,
            tuple(self.transaction_id.ids) or (0,)))
        amounts = dict(rows)
        for posting in self:
            posting.amount = amounts.get(posting.transaction_id.id, 0)

    @api.model
    def _selection_kind(self):
        return self.env['carloan.posting.rule']._selection_kind()

    # === ACTIONS ===

    def action_retry(self):
        """Try again after a rule, an account or a period was put in order."""
        self._check_role('accountant', 'administrator')
        self.check_access('read')
        waiting = self.filtered(lambda posting: posting.state == 'waiting')
        done = waiting._process()
        left = len(waiting) - done
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning' if left else 'success',
                'message': self.env._(
                    "%(done)s posted, %(left)s still waiting.", done=done, left=left),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    def action_open_move(self):
        self.ensure_one()
        return open_form(self.move_id)

    # === BUSINESS METHODS ===

    @api.model
    def _enlist(self, transactions):
        """One waiting row per transaction with amounts that has none yet; returns the new
        rows."""
        transactions.flush_recordset()
        self.flush_model()
        rows = self.env.execute_query(SQL(
            """
            INSERT INTO carloan_posting (
                transaction_id, loan_id, company_id, kind, booking_date, state, reason_code,
                create_uid, create_date, write_uid, write_date
            )
            SELECT id, loan_id, company_id, kind, booking_date, 'waiting', 'new',
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM carloan_transaction
             WHERE id IN %(ids)s AND EXISTS (
                   SELECT 1 FROM carloan_transaction_line l
                    WHERE l.transaction_id = carloan_transaction.id)
             ORDER BY id
                ON CONFLICT (transaction_id) DO NOTHING
            RETURNING id
            """,
            uid=self.env.uid, ids=tuple(transactions.ids) or (0,)))
        transactions.invalidate_recordset(['posting_ids'])
        return self.sudo().browse(row_id for row_id, in rows)

    def _process(self, day_until=None):
        """Post the waiting ones among these. Day vouchers are written for days up to
        `day_until` (default: the days before the business date).

        :return: how many no longer wait
        """
        groups = self.sudo()._lock_waiting().grouped('company_id')
        return sum(
            PostingRun(company, day_until).run(postings) for company, postings in groups.items())

    def _lock_waiting(self):
        """Those that wait and that nobody else is posting at this moment."""
        self.flush_recordset()
        rows = self.env.execute_query(SQL(
            "SELECT id FROM carloan_posting WHERE id IN %s AND state = 'waiting' "
            "ORDER BY id FOR UPDATE SKIP LOCKED",
            tuple(self.ids) or (0,)))
        return self.browse(row_id for row_id, in rows)

    # === GETTERS ===

    def _get_action(self, domain):
        """List of the postings in `domain`."""
        return open_list(self.env, 'carloan_accounting.carloan_posting_action', domain)
