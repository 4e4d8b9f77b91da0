import logging
import os
import random
from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.carloan_base import loanmath
from odoo.addons.carloan_base.money import percent_to_rate, to_decimal

from ..bulk_rows import NewLoan
from .common import CreditCommon

_logger = logging.getLogger(__name__)

_IDS = ('id', 'loan_id', 'name', 'version_id', 'transaction_id', 'instalment_id', 'event_id',
        'create_date', 'write_date', 'recorded_at')


@tagged('post_install', '-at_install')
class TestLoanBulk(CreditCommon):
    """Rows written by COPY are those that the form and the disbursement write.

    `CARLOAN_SEED` repeats the loans, `CARLOAN_HISTORIES` sets how many there are.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seed = int(os.environ.get('CARLOAN_SEED') or random.randrange(10 ** 9))
        cls.number = int(os.environ.get('CARLOAN_HISTORIES') or 20)
        cls.rng = random.Random(cls.seed)
        _logger.info("Loans in bulk: seed %s, %s loans", cls.seed, cls.number)
        cls.products = cls.env['carloan.product'].union(*(
            cls._create_product(code=f'B{number}', **terms) for number, terms in enumerate((
                {'method': 'equal_instalment', 'grace_days': 5},
                {'method': 'equal_principal', 'day_count': 'act_365', 'compound_interest': False},
                {'method': 'balloon', 'balloon_percent': 30},
                {'method': 'interest_only', 'due_day_rule': 'fixed_day', 'due_day': 31},
                {'method': 'equal_instalment', 'allocation_by': 'component', 'day_count': '30_360'},
                {'method': 'equal_instalment', 'advance_way': 'lower', 'late_fixed_fee': 30,
                 'late_ceiling_rate': 24, 'late_cap_percent': 5, 'late_base': 'instalment',
                 'long_overdue_order_id': cls.env.ref(
                     'carloan_base.carloan_allocation_order_principal_first').id,
                 'early_fee_ids': [(0, 0, {'start': 0, 'percent': 3})], 'early_min_fee': 100},
            ))))

    def test_same_rows_as_the_form(self):
        new_loans = [self._make_new_loan(number) for number in range(self.number)]
        bulk = self.env['carloan.loan']._create_disbursed(new_loans)
        singles = self.env['carloan.loan'].union(*map(self._create_by_form, new_loans))
        self.assertEqual(bulk.mapped('name'), [new.name for new in new_loans])
        rows, wanted = self._read_rows(bulk), self._read_rows(singles)
        for table in wanted:
            self.assertEqual(rows[table], wanted[table], f"seed {self.seed}")
        self.assertFalse(bulk._check_integrity())

    def test_repricing_gives_the_schedule_of_the_new_rate(self):
        loans = self.env['carloan.loan']._create_disbursed(
            [self._make_new_loan(number) for number in range(self.number)])
        self._move_to(self.today + timedelta(days=40))
        effective = self.company._get_business_date() + timedelta(days=self.rng.choice([0, 9, 33]))
        before = {loan: loan.annual_rate for loan in loans}
        rates = {loan: self.rng.choice([3.45, 6.2, 9, 0]) for loan in loans}
        repriced = self.env['carloan.loan']._reprice(rates, effective, "LPR")
        self.assertTrue(repriced)
        for loan in repriced:
            self.assertEqual(loan.annual_rate, rates[loan])
            wanted = self._get_wanted(loan, effective, before[loan])
            rows = loan.instalment_ids.sorted('number')
            self.assertEqual([
                (row.number, row.due_date, to_decimal(row.principal_amount),
                 to_decimal(row.interest_amount)) for row in rows], wanted, f"seed {self.seed}")
            self.assertEqual(loan.schedule_version_ids.mapped('version'), [2, 1])
        self.assertFalse(loans._check_integrity())
        self._move_to(self.today + timedelta(days=120))
        self.assertFalse(loans._check_integrity())

    def test_bad_rows_are_refused(self):
        good = self._make_new_loan(1)
        for bad, word in (
                (good._replace(start_date=self.today + timedelta(1)), str(self.today)),
                (good._replace(principal=Decimal('100.001')), '100.001'),
                (good._replace(periods=0), '1200'),
                (good._replace(annual_rate=Decimal(-1)), '100 %')):
            with self.assertRaisesRegex(ValidationError, word):
                self.env['carloan.loan']._create_disbursed([good, bad])
        loan = self._create_active_loan()
        with self.assertRaisesRegex(ValidationError, str(self.today)):
            self.env['carloan.loan']._reprice({loan: 5}, self.today - timedelta(1), "LPR")

    # === HELPERS === #

    def _make_new_loan(self, number):
        rng = self.rng
        return NewLoan(
            self.customer.id, rng.choice(self.products).id,
            Decimal(rng.randint(100_000, 30_000_000)).scaleb(-2),
            Decimal(rng.choice(['0', '6', '7.35', '12', '23.999999'])), rng.randint(2, 36),
            self.today - timedelta(days=rng.choice([0, 0, 20, 45, 100])), self.officer.id,
            self.department.id, self.fund_account.id, f'OLD\\{self.seed}\t{number}')

    def _create_by_form(self, new):
        product = self.env['carloan.product'].browse(new.product_id)
        loan = self._create_loan(
            product_id=product.id, principal_amount=new.principal, periods=new.periods,
            annual_rate=new.annual_rate, contract_date=new.start_date)
        self._disburse(loan, new.start_date)
        return loan

    def _get_wanted(self, loan, effective, old_rate):
        """The schedule of the whole loan, planned anew from the first period that starts later."""
        old = loan.schedule_version_ids.sorted('version')[0].instalment_ids.sorted('number')
        kept = len(old.filtered(lambda row: row.start_date < effective))
        terms = loanmath.Terms(
            principal=to_decimal(loan.principal_amount), annual_rate=percent_to_rate(old_rate),
            periods=loan.periods, start_date=loan.disbursement_date,
            rate_changes=((old[kept].start_date, percent_to_rate(loan.annual_rate)),),
            **loan._prepare_math_terms(to_decimal(loan.principal_amount)))
        return [(row.number, row.due_date, row.principal, row.interest)
                for row in loanmath.schedule(terms)]

    def _read_rows(self, loans):
        """All rows of the loans without ids, numbers and times."""
        places = {id_: place for place, id_ in enumerate(loans.ids)}
        rows = {}
        self.env.flush_all()
        for table, key in (
                ('carloan_loan', 'id'), ('carloan_schedule_version', 'loan_id'),
                ('carloan_instalment', 'loan_id'), ('carloan_transaction', 'loan_id'),
                ('carloan_transaction_line', 'loan_id'), ('carloan_loan_class', 'loan_id')):
            self.env.cr.execute(
                f'SELECT *, {key} AS place FROM {table} WHERE {key} = ANY(%s) ORDER BY id',
                [loans.ids])
            rows[table] = sorted(
                [{**{name: value for name, value in row.items() if name not in _IDS},
                  'place': places[row['place']]} for row in self.env.cr.dictfetchall()],
                key=lambda row: (row['place'], str(row)))
        return rows
