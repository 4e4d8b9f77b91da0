from odoo import models

from ..search_key import SearchKeyChar


class ResPartner(models.Model):
    """Finding one customer among a million by two characters of the name or part of a number."""
    _name = 'res.partner'
    _inherit = ['res.partner', 'carloan.search.key.mixin']
    _search_key_fields = (
        'complete_name', 'email', 'ref', 'vat', 'company_registry', 'phone', 'carloan_id_number')

    complete_name = SearchKeyChar()
    email = SearchKeyChar()
    ref = SearchKeyChar()
    vat = SearchKeyChar()
    company_registry = SearchKeyChar()
    phone = SearchKeyChar()
    carloan_id_number = SearchKeyChar()
