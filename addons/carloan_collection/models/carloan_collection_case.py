from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class CarloanCollectionCase(models.Model):
    """One debtor who is overdue with one company.

    Opened, brought up to date and closed from the positions of his loans, never by hand.
    """
    _name = 'carloan.collection.case'
    _inherit = ['carloan.document.mixin']
    _description = "Collection Case"
    _order = 'oldest_due_date, overdue_amount desc, id'
    _rec_names_search = ['partner_id.name', 'partner_id.phone']
    _mail_post_access = 'read'
    _guarded_fields = (
        'state', 'partner_id', 'company_id', 'opened_date', 'closed_date', 'oldest_due_date',
        'overdue_amount', 'loan_ids')

    partner_id = fields.Many2one(
        'res.partner', "Debtor", required=True, readonly=True, index=True, ondelete='restrict')
    phone = fields.Char(related='partner_id.phone')
    user_id = fields.Many2one(string="Collector", default=None, tracking=True)
    state = fields.Selection(
        [('open', "Open"), ('closed', "Closed")], required=True, readonly=True, default='open',
        copy=False, tracking=True)
    opened_date = fields.Date("Opened on", required=True, readonly=True, copy=False)
    closed_date = fields.Date("Closed on", readonly=True, copy=False)
    oldest_due_date = fields.Date(
        "Unpaid since", readonly=True, copy=False, index=True,
        help="Due date of the oldest instalment that is not fully paid.")
    overdue_amount = fields.Monetary(
        readonly=True, copy=False,
        help="Principal and interest past due on all loans, without late charges.")
    days_overdue = fields.Integer(
        compute='_compute_days_overdue', search='_search_days_overdue', aggregator=None)
    loan_ids = fields.Many2many(
        'carloan.loan', 'carloan_collection_case_loan_rel', 'case_id', 'loan_id', "Loans",
        readonly=True, copy=False, help="The loans that were overdue during this case.")
    task_ids = fields.One2many('carloan.collection.task', 'case_id', "Tasks")
    contact_ids = fields.One2many('carloan.contact', 'case_id', "Contacts")
    next_task_id = fields.Many2one(
        'carloan.collection.task', "Next task", compute='_compute_next_task_id')
    last_contact_id = fields.Many2one(
        'carloan.contact', "Last contact", compute='_compute_last_contact_id')

    _one_open_case = models.UniqueIndex(
        "(partner_id, company_id) WHERE state = 'open'",
        "This debtor already has an open case.")

    @api.depends('partner_id', 'opened_date')
    def _compute_display_name(self):
        for case in self:
            case.display_name = ' '.join(
                filter(None, [case.partner_id.name, str(case.opened_date or '')]))

    @api.depends('oldest_due_date', 'state', 'company_id.carloan_business_date')
    def _compute_days_overdue(self):
        for case in self:
            days = 0
            if case.state == 'open' and case.oldest_due_date:
                days = (case.company_id._get_business_date() - case.oldest_due_date).days
            case.days_overdue = max(days, 0)

    def _search_days_overdue(self, operator, value):
        """Days overdue are a function of a date, so the search is one on that date."""
        mirrored = {'>': '<', '>=': '<=', '<': '>', '<=': '>=', 'in': 'in'}
        if operator not in mirrored:
            return NotImplemented
        domains = []
        companies = self.env['res.company'].sudo().search_fetch([], ['carloan_business_date'])
        for company in companies:
            today = company._get_business_date()
            dates = [today - timedelta(days=days or 0) for days in value] if (
                operator == 'in') else today - timedelta(days=value)
            domains.append(Domain('company_id', '=', company.id) & Domain(
                'oldest_due_date', mirrored[operator], dates))
        return Domain('state', '=', 'open') & Domain.OR(domains)

    @api.depends('task_ids.state', 'task_ids.due_date')
    def _compute_next_task_id(self):
        for case in self:
            todo = case.task_ids.filtered(lambda task: task.state == 'todo')
            case.next_task_id = todo.sorted(lambda task: (task.due_date, task.id))[:1]

    @api.depends('contact_ids')
    def _compute_last_contact_id(self):
        for case in self:
            case.last_contact_id = case.contact_ids[:1]

    def action_log_contact(self):
        """Open the wizard that writes down a call, message, visit or letter."""
        self.ensure_one()
        self._check_role('collector')
        return self._get_contact_action(self.next_task_id)

    def action_view_loans(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Loans of %(name)s", name=self.partner_id.name),
            'res_model': 'carloan.loan',
            'view_mode': 'list,kanban,form',
            'domain': [('id', 'in', self.loan_ids.ids)],
        }

    def _get_contact_action(self, task):
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Log a contact"),
            'res_model': 'carloan.contact.wizard',
            'view_mode': 'form',
            'target': 'new',
            'context': {
                'default_case_id': self.id,
                'default_task_id': task.id,
                'default_channel': task.channel or 'call',
            },
        }
