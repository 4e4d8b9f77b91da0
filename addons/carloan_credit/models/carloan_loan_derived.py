from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# derived field -> stored date that sorts the same way, and whether the order is turned round
_SORT_DATES = {
    'days_overdue': ('first_unpaid_due_date', True),
    'is_overdue': ('first_unpaid_due_date', True),
    'bucket': ('first_unpaid_due_date', True),
    'days_to_due': ('next_due_date', False),
}


class CarloanLoan(models.Model):
    """What follows from the position and the business date of the company.

    Nothing here is stored: a day that passes writes no loan. The fields still filter, sort and
    group, because they know their SQL; filters and orders become ranges of the stored dates, so
    that their index is used.
    """
    _inherit = 'carloan.loan'

    days_overdue = fields.Integer(
        compute='_compute_overdue', search='_search_days_overdue', aggregator='max',
        help="Days since the oldest instalment that is not fully paid fell due.")
    is_overdue = fields.Boolean(
        "Overdue", compute='_compute_overdue', search='_search_is_overdue')
    bucket = fields.Char(
        compute='_compute_overdue', search='_search_bucket',
        help="Band of days overdue: M0 not overdue, M1 up to 30 days, and so on.")
    days_to_due = fields.Integer(
        "Days to Next Due Date", compute='_compute_days_to_due', search='_search_days_to_due',
        aggregator=None)

    # === COMPUTE METHODS === #

    @api.depends('first_unpaid_due_date', 'company_id.carloan_business_date')
    def _compute_overdue(self):
        bounds = self.env['carloan.bucket']._get_bounds()
        for loan in self:
            due_date = loan.first_unpaid_due_date
            days = (loan.company_id._get_business_date() - due_date).days if due_date else 0
            loan.days_overdue = max(days, 0)
            loan.is_overdue = days > 0
            loan.bucket = next(
                (code for code, start, end in bounds
                 if start <= loan.days_overdue and (end is None or loan.days_overdue < end)),
                False)

    @api.depends('next_due_date', 'company_id.carloan_business_date')
    def _compute_days_to_due(self):
        for loan in self:
            loan.days_to_due = loan.next_due_date and (
                loan.next_due_date - loan.company_id._get_business_date()).days

    # === SEARCH METHODS === #

    def _search_days_overdue(self, operator, value):
        return self._search_days(self._get_overdue_domain, operator, value)

    def _search_days_to_due(self, operator, value):
        domain = self._search_days(self._get_due_in_domain, operator, value)
        if domain is NotImplemented:
            return domain
        return Domain(domain) & Domain('next_due_date', '!=', False)

    def _search_is_overdue(self, operator, value):
        if operator != 'in':
            return NotImplemented
        overdue = self._get_overdue_domain(0)
        wanted = {bool(item) for item in value}
        return Domain.OR(overdue if item else ~overdue for item in wanted)

    def _search_bucket(self, operator, value):
        bounds = self.env['carloan.bucket']._get_bounds()
        if operator in ('ilike', '=ilike', 'like', '=like'):
            text = value.strip('%').lower()
            value = [code for code, _start, _end in bounds if text in code.lower()]
        elif operator != 'in':
            return NotImplemented
        domains = []
        for code, start, end in bounds:
            if code in value:
                reached = self._get_overdue_domain(start - 1)
                domains.append(
                    reached if end is None else reached & ~self._get_overdue_domain(end - 1))
        return Domain.OR(domains)

    def _search_days(self, more_than, operator, value):
        """Turn a condition on days into ranges of dates.

        :param more_than: gives the domain of the loans with more days than its argument
        """
        if operator == 'in':
            return Domain.OR(
                more_than((day or 0) - 1) & ~more_than(day or 0) for day in value)
        if operator in ('>', '>='):
            return more_than(value if operator == '>' else value - 1)
        if operator in ('<', '<='):
            return ~more_than(value - 1 if operator == '<' else value)
        return NotImplemented

    def _get_overdue_domain(self, days):
        """Loans that are more than `days` overdue."""
        if days < 0:
            return Domain.TRUE
        return self._get_date_domain(
            'first_unpaid_due_date', '<', lambda today: today - timedelta(days=days))

    def _get_due_in_domain(self, days):
        """Loans whose next due date is more than `days` away."""
        return self._get_date_domain(
            'next_due_date', '>', lambda today: today + timedelta(days=days))

    def _get_date_domain(self, name, operator, get_limit):
        """`name operator get_limit(business date)`, each company with its own business date."""
        by_date = self.env['res.company']._get_searched_companies().grouped(
            'carloan_business_date')
        if len(by_date) == 1:
            return Domain(name, operator, get_limit(next(iter(by_date))))
        return Domain.OR(
            Domain('company_id', 'in', group.ids) & Domain(name, operator, get_limit(today))
            for today, group in by_date.items())

    # === SQL === #

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in _SORT_DATES or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], 'read')
        name, overdue = _SORT_DATES[field_expr]
        date = super()._field_to_sql(alias, name, query)
        today = self._join_business_date(alias, query)
        if not overdue:
            return SQL("(%s - %s)", date, today)
        days = SQL("GREATEST(COALESCE(%s - %s, 0), 0)", today, date)
        if field_expr == 'days_overdue':
            return days
        if field_expr == 'is_overdue':
            return SQL("(%s > 0)", days)
        # from the lowest up: most loans are not overdue and need one comparison
        return SQL("(CASE %s END)", SQL(" ").join(
            SQL("WHEN %s < %s THEN %s", days, end, code) if end
            else SQL("WHEN TRUE THEN %s", code)
            for code, _start, end in self.env['carloan.bucket']._get_bounds()))

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name not in _SORT_DATES:
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        self._check_field_access(self._fields[field_name], 'read')
        name, turned = _SORT_DATES[field_name]
        date = self._field_to_sql(alias, name, query)
        down = direction.code == 'DESC'
        if turned:
            # the loan with the oldest unpaid date has the most days; no date means no days
            return SQL("%s ASC NULLS LAST", date) if down else SQL("%s DESC NULLS FIRST", date)
        return SQL("%s %s NULLS LAST", date, direction)

    def _join_business_date(self, alias, query):
        company = query.left_join(
            alias, 'company_id', 'res_company', 'id', 'carloan_business_date')
        field = self.env['res.company']._fields['carloan_business_date']
        return SQL.identifier(company, field.name, to_flush=field)
