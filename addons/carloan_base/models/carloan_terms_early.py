from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import loanmath
from ..money import to_decimal


class CarloanTermsEarly(models.AbstractModel):
    """What the contract says about paying early: from when on, for which interest and fee."""

    _inherit = 'carloan.terms.mixin'

    early_min_instalments = fields.Integer(
        string="Paying early after (instalments)",
        help="So many instalments must have fallen due before the borrower may pay early.",
    )
    early_interest = fields.Selection(
        selection=[
            ('day', "Of the days since the last due date"),
            ('share', "The share of its days in the period's interest"),
            ('period', "Of the whole running period"),
        ],
        string="Interest when paid early",
        default='day',
    )
    early_band_unit = fields.Selection(
        selection=[
            ('instalment', "Instalments that have fallen due"),
            ('month', "Full months since the disbursement"),
        ],
        string="Fee depends on",
        default='instalment',
    )
    early_fee_bands = fields.Char(
        string="Fee for paying early",
        help="From how many instalments or months on which part of the principal paid early, in "
        "percent: 0:3, 12:1 is 3 % and from 12 on 1 %. Empty: no fee.",
    )
    early_min_fee = fields.Float(
        string="Least fee for paying early",
        digits=(12, 2),
        help="Where a fee is taken at all.",
    )

    @api.constrains('early_min_instalments', 'early_min_fee', 'early_fee_bands')
    def _check_early_terms(self):
        limits = {
            'early_min_instalments': (0, loanmath.MAX_PERIODS),
            'early_min_fee': (0, 1_000_000),
        }
        for record in self:
            record._check_limits(limits)
            record._get_early_terms()

    @api.model
    def _terms_field_names(self):
        return super()._terms_field_names() + [
            'early_min_instalments', 'early_interest', 'early_band_unit', 'early_fee_bands',
            'early_min_fee']

    def _get_early_terms(self):
        """What the contract says about paying early; loanmath's `EarlyTerms`."""
        self.ensure_one()
        try:
            return loanmath.EarlyTerms(
                fee_bands=self._get_early_bands(), min_fee=to_decimal(self.early_min_fee),
                min_instalments=self.early_min_instalments,
                interest=self.early_interest or 'day',
                band_unit=self.early_band_unit or 'instalment')
        except (loanmath.TermsError, ArithmeticError, ValueError) as error:
            raise ValidationError(self.env._(
                "The fee for paying early is %(bands)s: it is written as steps that rise, with "
                "0 %% to 100 %% each, such as 0:3, 12:1.",
                bands=self.early_fee_bands or '')) from error

    def _get_early_bands(self):
        """((from how far on, part of the principal), ...) as the text has them."""
        if not self.early_fee_bands:
            return ()
        pairs = (band.split(':') for band in self.early_fee_bands.split(','))
        return tuple((int(start), Decimal(percent.strip()) / 100) for start, percent in pairs)
