from odoo import models


class CarloanTermsMessages(models.AbstractModel):
    """What loanmath refuses, in the words and the language of the user."""

    _inherit = 'carloan.terms.mixin'

    def _get_terms_message(self, error):
        """What is wrong and what is allowed, in the language of the user."""
        return self._get_terms_messages(error).get(error.code, str(error))

    def _get_terms_messages(self, error):
        """{code of loanmath: message}."""
        return (
            self._get_basic_messages(error) | self._get_grace_messages(error)
            | self._get_amount_messages(error))

    def _get_basic_messages(self, error):
        value = error.details.get('value')
        return {
            'principal': self.env._("The amount is %(value)s; it must be above zero.", value=value),
            'annual_rate': self.env._("The annual rate must lie between 0 % and 100 %."),
            'periods': self.env._(
                "The number of instalments is %(value)s; 1 to 1200 is allowed.", value=value
            ),
            'term': self.env._("A loan runs for 100 years at most."),
            'start_date': self.env._("The start date is missing."),
            'first_due_date': self.env._(
                "The first due date must be after the disbursement, on the due day."
            ),
            'due_day': self.env._("The day of the month must lie between 1 and 31."),
            'balloon': self.env._("A balloon loan needs a balloon between 0 % and 100 %."),
            'method': self.env._("The repayment method %(value)s is unknown.", value=value),
        }

    def _get_grace_messages(self, error):
        value, highest = error.details.get('value'), error.details.get('max')
        return {
            'grace_principal': self.env._(
                "%(value)s instalments without principal; 0 to %(highest)s are allowed.",
                value=value, highest=highest),
            'grace_interest': self.env._(
                "%(value)s instalments without interest; 0 to %(highest)s are allowed.",
                value=value, highest=highest),
            'grace_interest_way': self.env._(
                "Only equal instalments can be all principal at first."),
            'interest_free': self.env._(
                "%(value)s interest-free periods; 0 to %(highest)s are allowed.",
                value=value, highest=highest),
            'step_every': self.env._(
                "A step has %(value)s instalments; 1 to %(highest)s are allowed.",
                value=value, highest=highest),
        }

    def _get_amount_messages(self, error):
        value, lowest = error.details.get('value'), error.details.get('min')
        return {
            'precision': self.env._(
                "%(value)s has more decimals than the currency can pay.", value=value),
            'instalment_unit': self.env._(
                "The multiple of the instalments must itself be a multiple of %(unit)s.",
                unit=error.details.get('unit')),
            'instalment_below_interest': self.env._(
                "The instalment of %(value)s does not cover its interest; at least %(lowest)s "
                "is needed.", value=value, lowest=lowest),
            'step_ratio': self.env._("A step changes the instalment by -90 % to 900 %."),
            'step_amount': self.env._(
                "These steps are not possible: use a percentage or an amount, and no instalment "
                "may fall below zero."),
            'table': self.env._(
                "The parts of the principal must be as many as the instalments and add up to it."),
            'borrower_rate': self.env._(
                "The borrower's rate must lie between 0 % and the annual rate."),
        }
