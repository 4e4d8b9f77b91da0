"""What closes a loan on a day.

Principal, interest for the days that the money was used (Civil Code art. 677) unless the contract
asks for the whole period, what is due already, and a fee for paying early that falls with the
instalments behind.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms, schedule
>>> terms = Terms('equal_instalment', Decimal(100000), Decimal('0.12'), 12, date(2026, 1, 10))
>>> early = EarlyTerms(fee_bands=((0, Decimal('0.03')), (6, Decimal('0.01'))))
>>> rows = [QuoteRow.paid_up(row) for row in schedule(terms)[:3]]
>>> rows += [QuoteRow.unpaid(row) for row in schedule(terms)[3:]]
>>> quote = quote_payoff(terms, rows, date(2026, 4, 20), early)
>>> [str(part) for part in quote[1:6]], str(quote.total)
(['76108.02', '253.69', '0.00', '0.00', '2283.24'], '78644.95')

Three instalments paid, ten days since the last: 76,108.02 at 12 % for 10 of 360 days, and 3 %.
"""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .actuarial import get_actuarial_rows
from .dates import add_months
from .errors import TermsError
from .rounding import EXACT, check_decimal
from .stretches import get_stretch_interest
from .validation import check_choice, check_date, check_whole

QUOTE_INTEREST = ('day', 'share', 'period')
BAND_UNITS = ('instalment', 'month')
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class EarlyTerms:
    """What a contract says about paying early.

    `interest` is that of the days by the day count of broken periods ('day'), their share of the
    period's interest ('share'), or all of the running 'period'. `fee_bands` are (how far the loan
    is, part of the principal paid early), the last one that is reached counts; it is as far as
    instalments have fallen due, or full months have gone by since the pay-out (`band_unit`).

    >>> bands = ((0, Decimal('0.03')), (6, Decimal('0.01')))
    >>> early = EarlyTerms(bands, band_unit='month')
    >>> [str(early.get_ratio(early.get_progress(date(2026, 1, 31), day, 2)))
    ...  for day in (date(2026, 7, 30), date(2026, 7, 31))]
    ['0.03', '0.01']
    """

    fee_bands: tuple = ()
    min_fee: Decimal = ZERO
    min_instalments: int = 0
    interest: str = 'day'
    band_unit: str = 'instalment'

    def __post_init__(self):
        check_choice('interest', self.interest, QUOTE_INTEREST)
        check_choice('band_unit', self.band_unit, BAND_UNITS)
        check_whole(
            'min_instalments', self.min_instalments, 0, 1200,
            "Paying early is allowed after 0 to 1200 instalments.")
        check_decimal('min_fee', self.min_fee)
        before = -1
        for count, ratio in self.fee_bands:
            check_decimal('fee_bands', ratio)
            if count <= before or not 0 <= ratio <= 1:
                raise TermsError(
                    'fee_bands', "Fee bands rise by instalments, with 0 % to 100 % each.",
                    value=(count, ratio), min=0, max=1)
            before = count

    def get_progress(self, start, day, instalments):
        """How far a loan paid out on `start` is on `day`, in the unit of the bands."""
        if self.band_unit == 'instalment':
            return instalments
        months = (day.year - start.year) * 12 + day.month - start.month
        return months - (add_months(start, months) > day)

    def get_ratio(self, progress):
        return next((
            ratio for count, ratio in reversed(self.fee_bands) if count <= progress), ZERO)

    def get_fee(self, terms, principal, progress):
        if not principal or not self.fee_bands:
            return terms.rounding.to_amount(0)
        fee = terms.rounding.round_amount(
            EXACT.multiply(principal, self.get_ratio(progress)))
        return max(fee, self.min_fee) if self.get_ratio(progress) else fee


class QuoteRow(NamedTuple):
    """An instalment: what the schedule asks for, what of it is open, and charges that are open."""

    number: int
    start_date: date
    due_date: date
    principal: Decimal
    interest: Decimal
    open_principal: Decimal
    open_interest: Decimal
    fee: Decimal = ZERO
    penalty: Decimal = ZERO

    @classmethod
    def unpaid(cls, row, fee=ZERO, penalty=ZERO):
        return cls(
            row.number, row.start_date, row.due_date, row.principal, row.interest,
            row.principal, row.interest, fee, penalty)

    @classmethod
    def paid_up(cls, row):
        return cls.unpaid(row)._replace(open_principal=ZERO, open_interest=ZERO)

    @property
    def total(self):
        return self.principal + self.interest


class Quote(NamedTuple):
    day: date
    principal: Decimal
    interest: Decimal
    fee: Decimal                 # open fees of instalments
    penalty: Decimal
    early_fee: Decimal           # for paying early
    interest_saved: Decimal      # of the schedule, that is not asked for

    @property
    def total(self):
        return self.principal + self.interest + self.fee + self.penalty + self.early_fee


def quote_payoff(terms, rows, day, early=None, today=None, explain=None):
    """The quote of a loan whose instalments are `rows`; `explain.add` is told each component.

    A day before the pay-out or before `today` is refused, as is one before the instalments that
    the contract wants first.
    """
    early = early or EarlyTerms()
    check_day(terms, rows, day, early, today)
    rows = split_truly(terms, rows)
    nothing = terms.rounding.to_amount(0)
    due = [row for row in rows if row.due_date <= day]
    later = [row for row in rows if row.due_date > day]
    due_principal = sum((row.open_principal for row in due), nothing)
    early_principal = sum((row.open_principal for row in later), nothing)
    running = get_running_interest(terms, later, day, early.interest, explain)
    paid_ahead = sum((row.interest - row.open_interest for row in later), ZERO)
    due_interest = sum((row.open_interest for row in due), nothing)
    interest = due_interest + max(running - paid_ahead, nothing)
    open_interest = sum((row.open_interest for row in rows), nothing)
    progress = early.get_progress(terms.start_date, day, len(due))
    quote = Quote(
        day, due_principal + early_principal, interest,
        sum((row.fee for row in rows), nothing), sum((row.penalty for row in rows), nothing),
        early.get_fee(terms, early_principal, progress), open_interest - interest)
    if explain is not None:
        _explain(explain, quote, due_principal, early_principal, running, paid_ahead, early, due)
        explain.add(
            'early_fee', quote.early_fee, principal=early_principal, instalments=len(due),
            ratio=early.get_ratio(progress), progress=progress, unit=early.band_unit,
            least=early.min_fee)
    return quote


def check_day(terms, rows, day, early, today):
    check_date('day', day)
    if day < terms.start_date or (today and day < today):
        raise TermsError(
            'quote_date', "A quote is for a day to come.", value=day,
            min=max(today or terms.start_date, terms.start_date))
    behind = sum(1 for row in rows if row.due_date <= day)
    if behind < min(early.min_instalments, len(rows)):
        raise TermsError(
            'too_early', "The contract allows paying early only after some instalments.",
            value=behind, min=early.min_instalments)


def split_truly(terms, rows):
    """Flat instalments by their rate of return; what was paid on one is interest first."""
    if terms.method != 'flat':
        return list(rows)
    paid = [row.total - row.open_principal - row.open_interest for row in rows]
    true_rows = get_actuarial_rows(terms, rows)
    return [
        row._replace(
            principal=true.principal, interest=true.interest,
            open_interest=true.interest - min(true.interest, part),
            open_principal=true.principal - max(part - true.interest, ZERO))
        for row, true, part in zip(rows, true_rows, paid, strict=True)]


def get_running_interest(terms, later, day, way, explain=None):
    """Interest of the running period up to the day, on the principal that is not due yet;
    `explain.add` is told how it was counted."""
    if not later or later[0].start_date >= day:
        return terms.rounding.to_amount(0)
    running = later[0]
    if way == 'period':
        if explain is not None:
            explain.add('period', running.interest, start=running.start_date,
                        end=running.due_date)
        return running.interest
    balance = sum((row.open_principal for row in later), ZERO)
    share = way == 'share' or terms.method == 'flat'
    period = (running.start_date, running.due_date, running.interest) if share else None
    return get_stretch_interest(terms, balance, running.start_date, day, period, explain)


def _explain(explain, quote, due_principal, early_principal, running, paid_ahead, early, due):
    explain.add(
        'payoff_principal', quote.principal, due=due_principal, not_due=early_principal)
    explain.add(
        'payoff_interest', quote.interest, running=running, paid_ahead=paid_ahead,
        due=sum((row.open_interest for row in due), ZERO), way=early.interest)
    explain.add('payoff_fee', quote.fee)
    explain.add('payoff_penalty', quote.penalty)
