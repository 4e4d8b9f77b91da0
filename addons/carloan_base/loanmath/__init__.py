"""The arithmetic of loans: no Odoo, no clock, no float for money.

Terms in, schedule out; dues and a payment in, allocation out; an overdue instalment and a day in,
late charges out. Every answer is a function of what is passed, so that the figures of any past day
can be computed again.
"""
from .accrual import accrued_interest
from .allocation import ALLOCATION_WAYS, COMPONENTS, Allocation, Due, allocate
from .cost import AnnualCost, annual_cost, irr, xirr
from .dates import PERIOD_UNITS, add_months, add_periods, due_dates, first_fixed_due_date
from .day_count import DAY_COUNTS, year_fraction
from .errors import TermsError
from .late import LateCharge, LatePayment, LateTerms, OverdueItem, late_charges
from .methods import methods, register_method
from .rounding import ROUNDING_MODES, Rounding, get_rounding
from .schedule import Instalment, Table, schedule, schedule_table
from .terms import MAX_ANNUAL_RATE, MAX_PERIODS, Terms

__all__ = [
    'ALLOCATION_WAYS', 'COMPONENTS', 'DAY_COUNTS', 'MAX_ANNUAL_RATE', 'MAX_PERIODS',
    'PERIOD_UNITS', 'ROUNDING_MODES',
    'Allocation', 'AnnualCost', 'Due', 'Instalment', 'LateCharge', 'LatePayment', 'LateTerms',
    'OverdueItem', 'Rounding', 'Table', 'Terms', 'TermsError',
    'accrued_interest', 'add_months', 'add_periods', 'allocate', 'annual_cost', 'due_dates',
    'first_fixed_due_date', 'get_rounding', 'irr', 'late_charges', 'methods', 'register_method',
    'schedule', 'schedule_table', 'xirr', 'year_fraction',
]
