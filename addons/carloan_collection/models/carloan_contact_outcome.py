from odoo import fields, models


class CarloanContactOutcome(models.Model):
    """How a contact with a debtor ended. A code that was used stays."""
    _name = 'carloan.contact.outcome'
    _description = "Contact Outcome"
    _order = 'sequence, id'

    code = fields.Char(required=True, copy=False)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_reached = fields.Boolean(
        "Debtor reached", help="No: the attempt counts for the limit of attempts in a day.")
    is_promise = fields.Boolean(
        "Promise to pay", help="The collector enters the promised day and amount.")

    _code_uniq = models.UniqueIndex('(code)', "This outcome code exists already.")
