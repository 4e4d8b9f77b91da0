from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import DIRECTIONS, SIDES
from ..vouchers import Recipe


class CarloanPostingRule(models.Model):
    """Where one component of one kind of transaction goes in the general ledger.

    A rule that has made a voucher is frozen: a change is a new row from a later date, so that
    old vouchers stay explained and the ledger check knows every account ever used.
    """

    _name = 'carloan.posting.rule'
    _inherit = 'carloan.guard.mixin'
    _description = "Posting Rule"
    _order = 'company_id, sequence, kind, component, product_id, valid_from desc, id'
    _check_company_auto = True

    _guarded_fields = ('used', 'template_code')
    _frozen_fields = frozenset({
        'company_id', 'kind', 'component', 'product_id', 'valid_from', 'direction', 'no_entry',
        'debit_source', 'debit_account_id', 'credit_source', 'credit_account_id',
        'tax_rate', 'tax_account_id',
    })

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=100)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company)
    kind = fields.Selection(selection='_selection_kind', required=True)
    component = fields.Selection(selection='_selection_component', required=True)
    product_id = fields.Many2one(
        'carloan.product', check_company=True, ondelete='restrict',
        help="Leave empty for all products; a rule that names the product wins.")
    valid_from = fields.Date(help="First booking date of the rule; empty: from the beginning.")
    direction = fields.Selection(
        DIRECTIONS, required=True, default='increase',
        help="The movement for which debit and credit below are written. "
             "The opposite movement, a reversal, is posted the other way round.")
    no_entry = fields.Boolean(
        help="Nothing is posted for this component, on purpose: another line of the same "
             "transaction carries it.")
    debit_source = fields.Selection(SIDES, required=True, default='account', string="Debit Side")
    debit_account_id = fields.Many2one(
        'account.account', string="Debit", check_company=True, ondelete='set null')
    credit_source = fields.Selection(SIDES, required=True, default='account', string="Credit Side")
    credit_account_id = fields.Many2one(
        'account.account', string="Credit", check_company=True, ondelete='set null')
    tax_rate = fields.Float(
        string="VAT %", digits=(5, 2),
        help="The amount includes VAT of this rate; it is split off the credit side.")
    tax_account_id = fields.Many2one(
        'account.account', string="VAT Account", check_company=True, ondelete='set null')
    journal_id = fields.Many2one(
        'account.journal', check_company=True, ondelete='set null',
        domain="[('type', '=', 'general')]",
        help="Journal of the voucher when no side is a fund account.")
    template_code = fields.Char(
        readonly=True, copy=False, help="Row of the accounting set-up that made this rule.")
    used = fields.Boolean(
        readonly=True, copy=False, help="Vouchers were made by this rule: it can no longer change.")
    missing = fields.Char(compute='_compute_missing')

    _rule_uniq = models.UniqueIndex(
        "(company_id, kind, component, COALESCE(product_id, 0), "
        "COALESCE(valid_from, '0001-01-01'::date)) WHERE active",
        "There is already a rule for this kind, component, product and date.")
    _template_uniq = models.UniqueIndex(
        "(company_id, template_code) WHERE template_code IS NOT NULL",
        "The accounting set-up made this rule already.")
    _tax_rate_range = models.Constraint(
        'CHECK (tax_rate >= 0 AND tax_rate < 100)',
        "The VAT rate must be from 0 to less than 100 percent.")

    # === COMPUTE METHODS ===

    @api.depends('kind', 'component', 'product_id')
    def _compute_display_name(self):
        kinds, components = dict(self._selection_kind()), dict(self._selection_component())
        for rule in self:
            parts = [kinds.get(rule.kind), components.get(rule.component), rule.product_id.name]
            rule.display_name = " / ".join(part for part in parts if part)

    @api.depends(
        'no_entry', 'debit_source', 'debit_account_id', 'credit_source', 'credit_account_id',
        'tax_rate', 'tax_account_id', 'journal_id')
    def _compute_missing(self):
        for rule in self:
            rule.missing = ", ".join(text for _code, text in rule._get_missing()) or False

    @api.model
    def _selection_kind(self):
        return self.env['carloan.transaction']._fields['kind']._description_selection(self.env)

    @api.model
    def _selection_component(self):
        field = self.env['carloan.transaction.line']._fields['component']
        return field._description_selection(self.env)

    # === CONSTRAINTS ===

    @api.constrains('debit_source', 'credit_source', 'no_entry')
    def _check_sides(self):
        for rule in self:
            if not rule.no_entry and rule.debit_source == rule.credit_source == 'fund':
                raise ValidationError(self.env._(
                    "Rule %(rule)s: only one side can be the fund account.",
                    rule=rule.display_name))

    # === CRUD METHODS ===

    def write(self, vals):
        if self._frozen_fields.intersection(vals):
            used = self.filtered(lambda rule: rule.used and rule._changes(vals))
            if used:
                raise UserError(self.env._(
                    "Vouchers were already made by the rule %(rules)s. Add a rule with a later "
                    "date in “Valid from” instead of changing it.",
                    rules=", ".join(used.mapped('display_name'))))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        kept = self.filtered(lambda rule: rule.used or rule.template_code)
        if kept:
            raise UserError(self.env._(
                "The rule %(rules)s was used or belongs to the set-up: archive it.",
                rules=", ".join(kept.mapped('display_name'))))

    # === BUSINESS METHODS ===

    def _make_recipe(self, fund_account_id):
        """The rule with the account of the fund side filled in; None: no entry."""
        self.ensure_one()
        if self.no_entry:
            return None
        debit, credit = self.debit_account_id.id, self.credit_account_id.id
        return Recipe(
            self.id,
            debit_id=fund_account_id if self.debit_source == 'fund' else debit,
            credit_id=fund_account_id if self.credit_source == 'fund' else credit,
            sign=1 if self.direction == 'increase' else -1,
            tax_id=self.tax_account_id.id,
            tax_rate=Decimal(str(self.tax_rate)),
            unit=Decimal(str(self.company_id.currency_id.rounding)).normalize(),
        )

    def _changes(self, vals):
        """Whether `vals` really changes a frozen field: forms may send an unchanged one."""
        return any(
            self._fields[name].convert_to_write(self[name], self) != vals[name]
            for name in self._frozen_fields.intersection(vals)
        )

    # === GETTERS ===

    def _get_table(self, company):
        """Active rules of a company by (kind, component): product first, then latest date."""
        rules = self.sudo().search([('company_id', '=', company.id)])
        first_day = fields.Date.to_date('0001-01-01')
        rules = rules.sorted(
            lambda rule: (bool(rule.product_id), rule.valid_from or first_day), reverse=True)
        return rules.grouped(lambda rule: (rule.kind, rule.component))

    def _get_missing(self):
        """(code, text) of what a voucher by this rule would lack."""
        self.ensure_one()
        if self.no_entry:
            return []
        missing = []
        if self.debit_source == 'account' and not self.debit_account_id:
            missing.append(('account', self.env._("debit account")))
        if self.credit_source == 'account' and not self.credit_account_id:
            missing.append(('account', self.env._("credit account")))
        if self.tax_rate and not self.tax_account_id:
            missing.append(('account', self.env._("VAT account")))
        if 'fund' not in (self.debit_source, self.credit_source) and not self.journal_id:
            missing.append(('journal', self.env._("journal")))
        return missing

    def _get_control_account(self):
        """The account that carries the balance of the component, as opposed to cash or income."""
        self.ensure_one()
        if self.no_entry:
            return self.env['account.account']
        side = 'debit' if self.direction == 'increase' else 'credit'
        if self[f'{side}_source'] == 'fund':
            return self.env['account.account']
        return self[f'{side}_account_id']
