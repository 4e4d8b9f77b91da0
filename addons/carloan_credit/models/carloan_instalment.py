from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..session import set_distinct_share


class CarloanInstalment(models.Model):
    """What is to be paid on one day, by one version of a schedule.

    Lean on purpose: there are millions of them. What was agreed never changes; `superseded_id`
    and `paid_date` are set by the engine alone.
    """
    _name = 'carloan.instalment'
    _inherit = ['carloan.append.only.mixin']
    _description = "Instalment"
    _order = 'due_date, loan_id.id desc, number, id'
    _log_access = False

    loan_id = fields.Many2one('carloan.loan', required=True, index=True, ondelete='restrict')
    version_id = fields.Many2one(
        'carloan.schedule.version', required=True, index=True, ondelete='restrict')
    superseded_id = fields.Many2one(
        'carloan.schedule.version', "Replaced By", index='btree_not_null', ondelete='restrict')
    number = fields.Integer(required=True, aggregator=None)
    start_date = fields.Date(required=True)
    due_date = fields.Date(required=True, index=True)
    currency_id = fields.Many2one(related='loan_id.currency_id')
    company_id = fields.Many2one(related='loan_id.company_id')
    principal_amount = fields.Monetary(required=True)
    interest_amount = fields.Monetary(required=True)
    paid_date = fields.Date(help="Day on which principal and interest were fully paid.")

    total_amount = fields.Monetary("Instalment", compute='_compute_total_amount')
    unpaid_amount = fields.Monetary(
        "Unpaid", compute='_compute_unpaid_amount',
        help="Principal and interest of the instalment that are not paid.")
    payment_state = fields.Selection(
        [('paid', "Paid"), ('future', "Not Due"), ('due', "Due Today"), ('overdue', "Overdue"),
         ('superseded', "Replaced")],
        compute='_compute_payment_state')
    is_overdue = fields.Boolean(
        "Overdue", compute='_compute_payment_state', search='_search_is_overdue')

    # Both hold open instalments only, so that paying one adds nothing to them.
    _open_loan_idx = models.Index(
        '(loan_id, due_date) INCLUDE (principal_amount) '
        'WHERE paid_date IS NULL AND superseded_id IS NULL')
    _open_due_idx = models.Index('(due_date) WHERE paid_date IS NULL AND superseded_id IS NULL')
    _number_uniq = models.Constraint(
        'UNIQUE (version_id, number)', "The schedule already has an instalment of this number.")
    _amounts_positive = models.Constraint(
        'CHECK (principal_amount >= 0 AND interest_amount >= 0)',
        "The parts of an instalment cannot be negative.")
    _dates_ordered = models.Constraint(
        'CHECK (due_date >= start_date)', "An instalment cannot fall due before it starts.")

    # === COMPUTE METHODS === #

    @api.depends('number', 'due_date')
    def _compute_display_name(self):
        for instalment in self:
            instalment.display_name = f"{instalment.number} · {instalment.due_date}"

    @api.depends('principal_amount', 'interest_amount')
    def _compute_total_amount(self):
        for instalment in self:
            instalment.total_amount = instalment.principal_amount + instalment.interest_amount

    @api.depends('principal_amount', 'interest_amount', 'paid_date')
    def _compute_unpaid_amount(self):
        paid = dict(self.env['carloan.transaction.line'].sudo()._read_group(
            [('instalment_id', 'in', self.ids), ('kind', '!=', 'due'),
             ('component', 'in', ('principal', 'interest'))],
            ['instalment_id'], ['amount:sum']))
        for instalment in self:
            instalment.unpaid_amount = instalment.total_amount + paid.get(instalment.sudo(), 0.0)

    @api.depends('due_date', 'paid_date', 'superseded_id', 'company_id.carloan_business_date')
    def _compute_payment_state(self):
        for instalment in self:
            today = instalment.loan_id.company_id._get_business_date()
            if instalment.superseded_id:
                instalment.payment_state = 'superseded'
            elif instalment.paid_date:
                instalment.payment_state = 'paid'
            elif instalment.due_date == today:
                instalment.payment_state = 'due'
            else:
                instalment.payment_state = 'future' if instalment.due_date > today else 'overdue'
            instalment.is_overdue = instalment.payment_state == 'overdue'

    def _search_is_overdue(self, operator, value):
        if operator != 'in':
            return NotImplemented
        companies = self.env['res.company']._get_searched_companies()
        by_date = companies.grouped('carloan_business_date')
        late = Domain.OR(
            Domain('due_date', '<', today) if len(by_date) == 1 else
            Domain('loan_id.company_id', 'in', group.ids) & Domain('due_date', '<', today)
            for today, group in by_date.items())
        # By the loans that are late: PostgreSQL takes open and old for independent and would
        # expect half of all instalments.
        loans = Domain.OR(
            Domain('first_unpaid_due_date', '<', today) & Domain('company_id', 'in', group.ids)
            for today, group in by_date.items())
        overdue = Domain('paid_date', '=', False) & Domain('superseded_id', '=', False) & late & (
            Domain('loan_id', 'any!', loans))
        return Domain.OR(overdue if item else ~overdue for item in {bool(v) for v in value})

    # === BUSINESS === #

    def init(self):
        super().init()
        set_distinct_share(self.env.cr, self._table, {'loan_id': 0.03})

    def _install_append_only_trigger(self):
        """What was agreed never changes; the two facts of the engine may."""
        super()._install_append_only_trigger()
        self.env.cr.execute(SQL(
            """
            DROP TRIGGER carloan_append_only_row ON carloan_instalment;
            CREATE TRIGGER carloan_append_only_row BEFORE DELETE OR UPDATE OF id, loan_id,
                version_id, number, start_date, due_date, principal_amount, interest_amount
                ON carloan_instalment FOR EACH ROW EXECUTE FUNCTION carloan_append_only()
            """))
