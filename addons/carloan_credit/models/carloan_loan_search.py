from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.carloan_base.search_key import SearchKeyChar


class CarloanLoan(models.Model):
    """Finding a loan by its number or its borrower."""
    _name = 'carloan.loan'
    _inherit = ['carloan.loan', 'carloan.search.key.mixin']
    _search_key_fields = ('name',)

    name = SearchKeyChar()

    def _search_display_name(self, operator, value):
        """Override: number and borrower are looked up each by its own index and put together; an
        OR over two tables would read every loan."""
        if operator not in ('ilike', 'like') or not isinstance(value, str) or not value:
            return super()._search_display_name(operator, value)
        loans = self.sudo()._search([('name', operator, value)])
        borrowers = self.env['res.partner'].with_context(active_test=False)._search(
            [('complete_name', operator, value)])
        return Domain.custom(to_sql=lambda _model, alias, _query: SQL(
            "%s IN (SELECT id FROM carloan_loan WHERE id IN %s "
            "UNION ALL SELECT id FROM carloan_loan WHERE partner_id IN %s)",
            SQL.identifier(alias, 'id'), loans.subselect(), borrowers.subselect()))
