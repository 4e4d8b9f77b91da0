"""The arithmetic of loans: no Odoo, no clock, no float for money.

Terms in, schedule out; dues and a payment in, allocation out; an overdue instalment and a day in,
late charges out. Every answer is a function of what is passed, so that the figures of any past day
can be computed again.
"""
from .allocation import (
    ALLOCATION_WAYS,
    COMPONENTS,
    Allocation,
    AllocationPolicy,
    AllocationRule,
    Choice,
    Due,
    allocate,
    allocate_by_rule,
    get_order,
)
from .actuarial import get_actuarial_rows, get_unearned_interest
from .cost import AnnualCost, annual_cost, irr, xirr
from .dates import PERIOD_UNITS, add_months, add_periods, due_dates, first_fixed_due_date
from .day_count import DAY_COUNTS, year_fraction
from .earned import accrued_interest
from .errors import TermsError
from .holidays import HOLIDAY_SHIFTS, HolidayCalendar
from .late import LateCharge, LatePayment, LateTerms, OverdueItem, late_charges
from .methods import methods, register_method
from .prepay import PREPAYMENT_WAYS, PrepaymentQuote, quote_prepayment
from .quotation import Fees, flat_to_real, get_annual_rate, loan_cost, quote_rate, real_to_flat
from .quotes import EarlyTerms, Quote, QuoteRow, quote_payoff
from .rounding import ROUNDING_MODES, Rounding, get_rounding
from .schedule import Instalment, Table, schedule, schedule_table
from .subsidy import Subsidy, get_subsidy
from .terms import MAX_ANNUAL_RATE, MAX_PERIODS, Terms

__all__ = [
    'ALLOCATION_WAYS', 'COMPONENTS', 'DAY_COUNTS', 'HOLIDAY_SHIFTS', 'MAX_ANNUAL_RATE',
    'MAX_PERIODS', 'PERIOD_UNITS', 'PREPAYMENT_WAYS', 'ROUNDING_MODES',
    'Allocation', 'AllocationPolicy', 'AllocationRule', 'AnnualCost', 'Choice', 'Due',
    'EarlyTerms', 'Fees', 'HolidayCalendar', 'Instalment', 'LateCharge', 'LatePayment',
    'LateTerms', 'OverdueItem', 'PrepaymentQuote', 'Quote', 'QuoteRow', 'Rounding', 'Subsidy',
    'Table', 'Terms', 'TermsError',
    'accrued_interest', 'add_months', 'add_periods', 'allocate', 'allocate_by_rule',
    'annual_cost', 'due_dates', 'first_fixed_due_date', 'flat_to_real', 'get_actuarial_rows',
    'get_annual_rate', 'get_order', 'get_rounding', 'get_subsidy', 'get_unearned_interest',
    'irr', 'late_charges', 'loan_cost', 'methods', 'quote_payoff', 'quote_prepayment',
    'quote_rate', 'real_to_flat', 'register_method', 'schedule', 'schedule_table', 'xirr',
    'year_fraction',
]
