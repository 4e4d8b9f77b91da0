"""A loan book of any size, made by SQL in a benchmark database of its own.

    from loan_book import make_book
    book = make_book(env, loans=100_000, seed=1)     # in an Odoo shell; commits

`loans` loans are being repaid, 36 instalments each: paid up but for 7 %, 1/30 of them due on the
closing day, which is the business date of the lender. A tenth as many more are in the other states.
Schedules are those of loanmath, borrowers have Chinese names, phones and ID numbers that check.
The same size and seed give the same book.

The ledger holds every event of the last `history_months` months. What was paid before came over
from another system: one due and one repayment a loan, dated with the last instalment that they
cover. Each instalment still has its own lines, so all identities hold and `_check_integrity` finds
nothing; only a look at a day before the take-over shows those instalments unpaid.
"""
from .book import Book, make_book

__all__ = ['Book', 'make_book']
