import hashlib
import json
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


def _follow(records, names):
    """The values at the end of a field path as plain JSON, in the order of the ids."""
    name, *rest = names
    return [
        _follow(record[name], rest) if rest else _plain(record[name])
        for record in records.sorted('id')
    ]


def _plain(value):
    if isinstance(value, models.BaseModel):
        return sorted(value.ids)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f'{value:.6f}'
    return value if isinstance(value, bool | int) else str(value)


class CarloanApprovalMixin(models.AbstractModel):
    """Makes a document approvable: who, up to what amount, in what order are approval rules.

    List it after `carloan.document.mixin`. The document keeps its own state; it calls
    `_submit_for_approval()` and moves on in `_on_approved()` and `_on_refused()`.
    """

    _name = 'carloan.approval.mixin'
    _inherit = ['carloan.guard.mixin']
    _description = "Approvable Document"

    _carloan_approvable = True

    approval_request_ids = fields.One2many(
        'carloan.approval.request', 'res_id', string="Approvals", readonly=True, copy=False
    )
    approval_request_id = fields.Many2one(
        'carloan.approval.request',
        string="Approval",
        compute='_compute_approval_request_id',
        compute_sudo=True,
        search='_search_approval_request_id',
    )
    approval_state = fields.Selection(
        selection=[
            ('pending', "Being decided"),
            ('approved', "Approved"),
            ('refused', "Refused"),
            ('withdrawn', "Withdrawn"),
        ],
        string="Approval state",
        compute='_compute_approval_request_id',
        compute_sudo=True,
        search='_search_approval_state',
    )
    can_vote = fields.Boolean(compute='_compute_can_vote', search='_search_can_vote')

    # === COMPUTE ===

    @api.depends('approval_request_ids.state')
    def _compute_approval_request_id(self):
        for document in self:
            latest = document.approval_request_ids.sorted('id')[-1:]
            document.approval_request_id = latest
            document.approval_state = latest.state

    def _search_approval_request_id(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return self._get_latest_domain(SQL("id IN %s", tuple(value) or (None,)), False in value)

    def _search_approval_state(self, operator, value):
        if operator != 'in':
            return NotImplemented
        states = tuple(state for state in value if state) or (None,)
        return self._get_latest_domain(SQL("state IN %s", states), False in value)

    @api.model
    def _get_latest_domain(self, condition, or_none):
        """Documents whose latest request fulfils the condition, or that were never submitted."""
        self.env['carloan.approval.request'].flush_model(['res_model', 'res_id', 'state'])
        latest = SQL(
            """(SELECT DISTINCT ON (res_id) id, res_id, state FROM carloan_approval_request
                 WHERE res_model = %s ORDER BY res_id, id DESC)""",
            self._name,
        )
        found = SQL("(SELECT res_id FROM %s AS latest WHERE %s)", latest, condition)
        domain = Domain('id', 'in', found)
        if or_none:
            domain |= Domain('id', 'not in', SQL("(SELECT res_id FROM %s AS latest)", latest))
        return domain

    @api.depends_context('uid')
    @api.depends('approval_request_ids.state', 'approval_request_ids.vote_ids')
    def _compute_can_vote(self):
        for document in self:
            request = document.sudo().approval_request_id.sudo(self.env.su)
            document.can_vote = bool(request) and not request._get_vote_obstacle()

    def _search_can_vote(self, operator, value):
        if operator != 'in' or set(value) != {True}:
            return NotImplemented
        requests = self.env['carloan.approval.request'].search(
            [('res_model', '=', self._name), ('can_vote', '=', True)]
        )
        return Domain('id', 'in', requests.mapped('res_id'))

    # === CRUD ===

    def write(self, vals):
        watched = {path.split('.')[0] for path in self._approval_watched_fields()}
        if watched.intersection(vals):
            self._check_not_under_approval()
        result = super().write(vals)
        if {'user_id', 'department_id'}.intersection(vals):
            self._move_requests()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_submitted(self):
        if self.sudo().approval_request_ids:
            raise UserError(
                self.env._("What was submitted for approval is kept; it cannot be deleted.")
            )

    # === ACTIONS ===

    def action_approve(self):
        self.check_access('read')
        return self._get_pending_requests().action_approve()

    def action_refuse(self):
        """Ask for the reason; the request checks who may refuse."""
        self.check_access('read')
        return self._get_pending_requests().action_refuse()

    # === BUSINESS ===

    def _submit_for_approval(self):
        """Freeze the watched fields and ask the people whom the rule names."""
        self.check_access('write')
        self._lock_documents()
        self._check_not_under_approval()
        requests = self.env['carloan.approval.request']._open_requests(self)
        self._message_log_batch(
            bodies={document.id: self.env._("Submitted for approval.") for document in self}
        )
        return requests

    def _withdraw_approval(self):
        """Take the request back, also an approved one: the watched fields are free again."""
        self.sudo().approval_request_id._withdraw()

    def _check_approval_valid(self):
        """Raise unless these documents are approved as they are now."""
        for document in self:
            if not document._is_approval_valid():
                raise UserError(
                    self.env._(
                        "%(name)s is not approved as it is now. Submit it again.",
                        name=document.display_name,
                    )
                )

    def _check_not_under_approval(self):
        for document in self.sudo():
            if document.approval_state in ('pending', 'approved'):
                labels = ", ".join(
                    self._fields[path.split('.')[0]]._description_string(self.env)
                    for path in self._approval_watched_fields()
                )
                raise UserError(
                    self.env._(
                        "%(name)s is submitted or approved; these fields are frozen: %(fields)s. "
                        "Withdraw it first.",
                        name=document.display_name,
                        fields=labels,
                    )
                )

    def _move_requests(self):
        """Requests are seen by the same people as their documents."""
        for document in self.sudo():
            if document.approval_request_ids:
                document.approval_request_ids._write_guarded(
                    {
                        'user_id': document.user_id.id,
                        'department_id': document.department_id.id,
                    }
                )

    # === HOOKS ===

    def _approval_amount(self):
        """The amount by which a rule is chosen, in the currency of the company."""
        self.ensure_one()
        return 0.0

    def _approval_product(self):
        """The product by which a rule is chosen; empty if the document has none."""
        self.ensure_one()
        product = self.env['carloan.product']
        return self.product_id if 'product_id' in self._fields else product

    def _approval_makers(self):
        """People who may not vote; who submits is added by the request."""
        self.ensure_one()
        return self.create_uid | self.user_id

    def _approval_watched_fields(self):
        """Field paths ('amount', 'line_ids.amount') that voters decide on: frozen while a request
        is open, and part of the digest that is compared at every vote."""
        return []

    def _on_approved(self):
        """Called once on the documents whose last step agreed, with system rights and without any
        permission to set guarded fields. Overriders call `super()` first."""

    def _on_refused(self):
        """Called once on the documents that somebody refused, like `_on_approved`."""

    # === GETTERS ===

    def _get_pending_requests(self):
        requests = self.sudo().approval_request_id.sudo(self.env.su)
        if not requests:
            raise UserError(self.env._("Nothing was submitted for approval."))
        return requests

    def _is_approval_valid(self):
        self.ensure_one()
        request = self.sudo().approval_request_id
        return request.state == 'approved' and request.digest == self._get_approval_digest()

    def _get_approval_digest(self):
        self.ensure_one()
        document = (
            self.sudo().with_company(self.company_id).with_context(lang=None, active_test=False)
        )
        snapshot = {
            path: _follow(document, path.split('.')) for path in self._approval_watched_fields()
        }
        text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
