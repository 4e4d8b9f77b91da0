from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..loanmath import COMPONENTS

#: What a payment that the bank took back opens first, where the contract is silent.
CHARGEBACK_ORDER = ('principal', 'interest', 'compound', 'penalty', 'fee')


class CarloanTermsChargeback(models.AbstractModel):
    """What is owed again when the bank takes money back."""

    _inherit = 'carloan.terms.mixin'

    chargeback_order = fields.Char(
        string="Order of chargeback",
        help="When the bank takes back a part of a payment: the kinds of debt that are open again, "
        "first opened first, separated by commas. Empty: principal, interest, compound, penalty, "
        "fee.",
    )

    @api.constrains('chargeback_order')
    def _check_chargeback_order(self):
        for record in self:
            if sorted(record._get_chargeback_order()) != sorted(COMPONENTS):
                raise ValidationError(
                    self.env._(
                        "The order of chargeback names each of these once: %(components)s.",
                        components=", ".join(COMPONENTS),
                    )
                )

    @api.model
    def _terms_field_names(self):
        return super()._terms_field_names() + ['chargeback_order']

    def _get_chargeback_order(self):
        self.ensure_one()
        if not self.chargeback_order:
            return CHARGEBACK_ORDER
        return tuple(name.strip() for name in self.chargeback_order.split(','))
