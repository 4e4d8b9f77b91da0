from functools import lru_cache

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import loanmath

#: What a row of an order is about: everything that is due, or a part of it seen from the day.
ALLOCATION_GROUPS = [
    ('all', "All that is due"),
    ('past_due', "Past due"),
    ('due', "Due on the day"),
]
_DUE_GROUPS = ('past_due', 'due')
#: Methods whose instalments can be made anew on what is left.
_ADVANCE_METHODS = ('equal_instalment', 'equal_principal', 'interest_only', 'balloon')


@lru_cache(maxsize=256)
def _get_cells(text):
    """The cells (group, component) that an order names, None unless it names each once."""
    cells = []
    for name in text.split(','):
        group, _dot, component = name.strip().rpartition('.')
        cells += [(its, component) for its in ((group,) if group else _DUE_GROUPS)]
    wanted = [(group, name) for group in _DUE_GROUPS for name in loanmath.COMPONENTS]
    return tuple(cells) if sorted(cells) == sorted(wanted) else None


@lru_cache(maxsize=256)
def _get_rule(cells, by):
    return loanmath.AllocationRule(cells, by)


class CarloanTermsAllocation(models.AbstractModel):
    """What money pays: the usual order, that of a loan long overdue, and money in advance."""

    _inherit = 'carloan.terms.mixin'

    long_overdue_days = fields.Integer(
        string="Long overdue after (days)",
        default=90,
        help="A loan that is more days overdue than this on the day of a payment is paid in the "
        "second order, if there is one.",
    )
    long_overdue_by = fields.Selection(
        selection=[
            ('instalment', "Oldest instalment first"),
            ('component', "Kind of debt first"),
        ],
        string="Allocation when long overdue",
        default='instalment',
    )
    long_overdue_order = fields.Char(
        string="Order when long overdue",
        help="As the order of allocation. Empty: the usual order holds however late the loan is.",
    )
    advance_way = fields.Selection(
        selection=[
            ('hold', "Is held for the next instalment"),
            ('lower', "Is principal: lowers the instalments to come"),
            ('shorten', "Is principal: the last instalments fall away"),
            ('skip', "Is principal: the next instalments ask for less"),
        ],
        string="Money in advance",
        default='hold',
        help="Where money goes that is more than what is due. As principal it saves interest "
        "from its day on; the terms of paying early hold for it.",
    )

    # === CONSTRAINTS ===

    @api.constrains('long_overdue_order', 'long_overdue_days')
    def _check_long_overdue(self):
        for record in self.filtered('long_overdue_order'):
            self._parse_allocation_order(record.long_overdue_order)
            record._check_limits({'long_overdue_days': (0, loanmath.allocation.MAX_OVERDUE_DAYS)})

    @api.constrains('advance_way', 'method')
    def _check_advance_way(self):
        for record in self:
            if record._is_advance_principal() and record.method not in _ADVANCE_METHODS:
                labels = dict(self._selection_method())
                raise ValidationError(self.env._(
                    "With the repayment method %(method)s money in advance can only be held for "
                    "the next instalment.", method=labels[record.method]))

    # === GETTERS ===

    @api.model
    def _terms_field_names(self):
        return super()._terms_field_names() + [
            'long_overdue_days', 'long_overdue_by', 'long_overdue_order', 'advance_way']

    def _is_advance_principal(self):
        """Whether money in advance repays principal at once."""
        return (self.advance_way or 'hold') != 'hold'

    def _get_allocation_policy(self):
        """loanmath's `AllocationPolicy` of these terms."""
        self.ensure_one()
        usual, late = self.allocation_order, self.long_overdue_order
        return loanmath.AllocationPolicy(
            _get_rule(self._parse_allocation_order(usual), self.allocation_by),
            _get_rule(self._parse_allocation_order(late), self.long_overdue_by or 'instalment')
            if late else None,
            self.long_overdue_days)

    @api.model
    def _parse_allocation_order(self, text):
        """The cells of an order: 'fee' stands for all fees that are due, 'past_due.fee' and
        'due.fee' for those of one group.

        :return: tuple of (group, component) as `loanmath.AllocationRule` takes it
        """
        cells = _get_cells(text or '')
        if not cells:
            raise ValidationError(self.env._(
                "The order of allocation names each of these once: %(components)s. Where what is "
                "past due and what falls due on the day are told apart, it names each once with "
                "past_due. and once with due. before it.",
                components=", ".join(loanmath.COMPONENTS)))
        return cells
