from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.carloan_base.actions import open_form
from odoo.addons.carloan_base.money import is_money


class CarloanLoanDocumentMixin(models.AbstractModel):
    """A proposal to move money of one loan: written by one person, checked by another.

    It belongs to whoever the loan belongs to. Its facts (`_frozen_fields`) can be changed only
    while it is a draft. `_act_states` says in which state each gated act starts.
    """
    _name = 'carloan.loan.document.mixin'
    _inherit = ['carloan.document.mixin']
    _description = "Money Document of a Loan"
    _rec_names_search = ['name', 'loan_id.name', 'partner_id.name']
    _guarded_fields = ('name', 'state', 'maker_id', 'checker_id', 'transaction_id')
    _frozen_fields = ('loan_id', 'amount')
    _act_states = {}

    name = fields.Char(string="Number", readonly=True, copy=False, index='trigram')
    loan_id = fields.Many2one(
        'carloan.loan', required=True, index=True, ondelete='restrict', tracking=True)
    partner_id = fields.Many2one(related='loan_id.partner_id', string="Borrower")
    company_id = fields.Many2one(
        related='loan_id.company_id', store=True, precompute=True, default=None)
    currency_id = fields.Many2one(
        related='loan_id.currency_id', store=True, precompute=True, default=None)
    user_id = fields.Many2one(related='loan_id.user_id', index=False, default=None)
    department_id = fields.Many2one(related='loan_id.department_id', index=False, default=None)
    amount = fields.Monetary(required=True, tracking=True)
    fund_account_id = fields.Many2one(
        'carloan.fund.account', string="Our Account", index=True, check_company=True,
        ondelete='restrict', help="Our bank account or cash box that the money goes through.")
    maker_id = fields.Many2one(
        'res.users', string="Registered By", readonly=True, copy=False, index='btree_not_null',
        tracking=True)
    checker_id = fields.Many2one(
        'res.users', string="Checked By", readonly=True, copy=False, index='btree_not_null',
        tracking=True)
    transaction_id = fields.Many2one(
        'carloan.transaction', readonly=True, copy=False, index='btree_not_null',
        ondelete='restrict')
    replaced_transaction_id = fields.Many2one(
        related='transaction_id.replaces_id', string="Posted Before As")
    blocking_summary = fields.Text(compute='_compute_blocking_summary')

    @api.depends('name')
    def _compute_display_name(self):
        for document in self:
            document.display_name = document.name or self.env._("New")

    @api.depends_context('uid')
    @api.depends(lambda self: [
        'state', *self._frozen_fields, 'loan_id.state', 'maker_id', 'checker_id'])
    def _compute_blocking_summary(self):
        self.blocking_summary = False
        for act, documents in self.filtered('loan_id').grouped(
                lambda document: document._get_next_act()).items():
            reasons = documents._get_blocking_reasons(act) if act else {}
            for document in reasons:
                document.blocking_summary = '\n'.join(reasons[document])

    @api.constrains('amount')
    def _check_amount(self):
        for document in self:
            if document.currency_id.compare_amounts(document.amount, 0) <= 0:
                raise ValidationError(self.env._(
                    "The amount must be above zero, not %(amount)s.",
                    amount=document.currency_id.format(document.amount)))

    @api.model_create_multi
    def create(self, vals_list):
        self._check_decimals(vals_list)
        documents = super().create(vals_list)
        for document in documents:
            document._write_guarded({'name': self.env['ir.sequence']._carloan_next(
                self._name, document.company_id)})
        return documents

    def write(self, vals):
        self._check_decimals([vals])
        frozen = set(self._frozen_fields).intersection(vals)
        later = self.filtered(lambda document: document.state != 'draft') if frozen else False
        if later:
            raise UserError(self.env._(
                "%(name)s is no longer a draft: %(fields)s cannot be changed. Send it back to "
                "draft or cancel it.", name=later[0].display_name,
                fields=", ".join(self._fields[name]._description_string(self.env)
                                 for name in sorted(frozen))))
        return super().write(vals)

    @api.model
    def _check_decimals(self, vals_list):
        """Refuse what the field would round without a word."""
        for vals in vals_list:
            amount = vals.get('amount')
            if isinstance(amount, int | float) and not is_money(amount):
                raise ValidationError(self.env._(
                    "The amount is %(amount)s; at most two decimals are allowed.",
                    amount=amount))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda document: document.state != 'draft'):
            raise UserError(self.env._("Only a draft can be deleted. Cancel the others."))

    def action_view_loan(self):
        self.ensure_one()
        return open_form(self.loan_id)

    def _open_reason_wizard(self, act):
        """Ask for a reason, then do `act` of `_reason_acts()`."""
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self._reason_acts()[act][0],
            'res_model': 'carloan.reason.wizard',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_res_model': self._name, 'default_res_ids': self.ids,
                        'default_act': act},
        }

    def _reason_acts(self):
        """{act: (title, method(reason))}: the acts that ask for a reason."""
        return {}

    def _get_next_act(self):
        """The act of `_act_states` that comes next in this state, or None."""
        return next((act for act, state in self._act_states.items() if state == self.state), None)

    def _get_blocking_reasons(self, act):
        reasons = super()._get_blocking_reasons(act)
        labels = dict(self._fields['state']._description_selection(self.env))
        for document in self:
            if document.state != self._act_states[act]:
                reasons[document].append(self.env._(
                    "%(name)s is in state %(state)s; this is only possible in: %(allowed)s.",
                    name=document.display_name, state=labels[document.state],
                    allowed=labels[self._act_states[act]]))
        return reasons

    def _get_other_person_reasons(self, *users):
        """A reason when the current user took an earlier step, which another must check."""
        if self.env.user in self.env['res.users'].union(*users):
            return [self.env._(
                "You took an earlier step of %(name)s yourself: another person has to do this "
                "one.", name=self.display_name)]
        return []

    def _get_guarded_names(self):
        return super()._get_guarded_names() | {'company_id', 'currency_id'}

    @api.model
    def _follow_replay(self, replaced):
        """Documents of transactions that were taken back and posted anew turn to the new ones.

        :param replaced: {id of the old transaction: id of the new one}
        """
        self.flush_model(['transaction_id'])
        self.env.cr.execute(SQL(
            "UPDATE %s d SET transaction_id = t.new_id "
            "FROM unnest(%s::int[], %s::int[]) AS t (old_id, new_id) "
            "WHERE d.transaction_id = t.old_id",
            SQL.identifier(self._table), list(replaced), list(replaced.values())))
        self.invalidate_model(['transaction_id', 'replaced_transaction_id'])

    def _note_reason(self, title, reason):
        """Write the reason of an act into the history of each document."""
        for document in self:
            document.message_post(body=self.env._(
                "%(title)s: %(reason)s", title=title, reason=reason))

    def _ask_role(self, role, summary):
        """Leave an activity for one person with `role` who may take the next step: the one with
        the fewest of this kind."""
        group = self.env.ref(f'carloan_base.carloan_base_group_{role}').sudo()
        for company, documents in self.sudo().grouped('company_id').items():
            people = group.all_user_ids.filtered_domain([
                ('active', '=', True), ('share', '=', False), ('company_ids', 'in', company.ids)])
            documents._ask_people(people, summary)

    def _ask_people(self, people, summary):
        load = Counter({user.id: count for user, count in self.env['mail.activity']._read_group(
            [('user_id', 'in', people.ids), ('res_model', '=', self._name)],
            ['user_id'], ['__count'])})
        for document in self:
            free = people - document.maker_id - document.checker_id
            if free:
                user_id = min(free.ids, key=lambda id_: (load[id_], id_))
                load[user_id] += 1
                document.activity_schedule(
                    'mail.mail_activity_data_todo', summary=summary, user_id=user_id)

    def _end_activities(self):
        """The step that the activities asked for has been taken."""
        self.sudo().activity_ids.action_done()
