from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from .. import loanmath
from ..money import amount_to_float, percent_to_rate, to_decimal
from .common import CarloanCommon


@tagged('post_install', '-at_install')
class TestTerms(CarloanCommon):
    def test_floats_become_the_amounts_that_are_meant(self):
        self.assertEqual(to_decimal(2.675), Decimal('2.68'))
        self.assertEqual(to_decimal(1.005), Decimal('1.01'))
        self.assertEqual(to_decimal(0.1 + 0.2), Decimal('0.30'))
        self.assertEqual(to_decimal(None), Decimal('0.00'))
        self.assertEqual(percent_to_rate(12.0), Decimal('0.12'))
        self.assertEqual(amount_to_float(Decimal('8884.88')), 8884.88)

    def test_terms_of_a_product_give_the_known_schedule(self):
        terms = self._create_product()._get_math_terms(100000, 12.0, 12, date(2026, 8, 3))
        lines = loanmath.schedule(terms)
        self.assertEqual(lines[0].total, Decimal('8884.88'))
        self.assertEqual(lines[-1].total, Decimal('8884.85'))
        self.assertEqual(sum(line.principal for line in lines), Decimal(100000))

    def test_fixed_day_and_balloon(self):
        product = self._create_product(
            due_day_rule='fixed_day', due_day=20, method='balloon', balloon_percent=30
        )
        terms = product._get_math_terms(100000, 8, 36, date(2026, 8, 10))
        self.assertEqual(terms.balloon, Decimal(30000))
        self.assertEqual(loanmath.schedule(terms)[0].due_date, date(2026, 9, 20))

    def test_late_terms(self):
        product = self._create_product(day_count='act_365', penalty_ratio=1.3, grace_days=3)
        late = product._get_late_terms(12.0)
        self.assertEqual((late.annual_rate, late.penalty_ratio, late.compound, late.grace_days,
                          late.year_days),
                         (Decimal('0.12'), Decimal('1.3'), True, 3, 365))

    def test_impossible_terms_are_explained(self):
        product = self._create_product()
        cases = (
            ((0, 12, 12, self.today), "must be above zero"),
            ((-5, 12, 12, self.today), "must be above zero"),
            ((1000, 101, 12, self.today), "between 0 % and 100 %"),
            ((1000, 12, 0, self.today), "is 0; 1 to 1200 is allowed"),
            ((1000, 12, 5000, self.today), "1 to 1200 is allowed"),
            ((1000, 12, 12, False), "start date is missing"),
        )
        for arguments, message in cases:
            with self.subTest(message=message), self.assert_refused(message):
                product._get_math_terms(*arguments)

    def test_field_limits(self):
        cases = (
            ({'allocation_order': 'fee,interest'}, "names each of these once"),
            ({'allocation_order': 'fee,fee,compound,interest,principal'}, "each of these once"),
            ({'due_day_rule': 'fixed_day', 'due_day': 32}, "1 to 31 is allowed"),
            ({'due_day_rule': 'fixed_day', 'due_day': 5, 'period_unit': 'week'}, "Only monthly"),
            ({'penalty_ratio': 0.5}, "1 to 3 is allowed"),
            ({'penalty_ratio': 9}, "1 to 3 is allowed"),
            ({'grace_days': -1}, "0 to 90 is allowed"),
            ({'grace_days': 91}, "0 to 90 is allowed"),
            ({'late_fixed_fee': -1}, "0 to 100000 is allowed"),
            ({'late_ceiling_rate': 101}, "0 to 100 is allowed"),
            ({'late_cap_percent': -0.01}, "0 to 1000 is allowed"),
            ({'late_cap_amount': -5}, "0 to 10000000 is allowed"),
            ({'early_min_fee': -1}, "0 to 1000000 is allowed"),
            ({'early_min_instalments': 1201}, "0 to 1200 is allowed"),
            ({'early_fee_ids': [(0, 0, {'start': 0, 'percent': 5.01})]}, "0 % to 5 % is allowed"),
            ({'period_every': 0}, "1 to 366 is allowed"),
        )
        for vals, message in cases:
            with self.subTest(vals=vals), self.assert_refused(message):
                self._create_product(**vals)

    def test_methods_come_from_the_registry(self):
        product = self.env['carloan.product']
        codes = [code for code, _label in product._selection_method()]
        self.assertEqual(codes, list(loanmath.methods(for_products=True)))
        self.assertNotIn('given_instalments', codes)
        self.assertEqual(
            [code for code, _label in product._selection_day_count()], list(loanmath.DAY_COUNTS)
        )

    def test_terms_field_names_are_stored_fields(self):
        product = self.env['carloan.product']
        for name in product._terms_field_names():
            self.assertTrue(product._fields[name].store, name)

    def test_graces_of_a_product_reach_the_schedule(self):
        product = self._create_product(grace_principal=2, grace_interest=1, interest_free=0)
        lines = loanmath.schedule(product._get_math_terms(100000, 12, 12, date(2026, 8, 3)))
        self.assertEqual([line.principal for line in lines[:2]], [0, 0])
        self.assertEqual([line.interest for line in lines[:2]], [0, Decimal(2000)])

    def test_month_end_and_multiples_reach_the_schedule(self):
        product = self._create_product(month_end='next_month', instalment_multiple=10)
        lines = loanmath.schedule(product._get_math_terms(100000, 12, 12, date(2026, 1, 31)))
        self.assertEqual(lines[0].due_date, date(2026, 3, 1))
        self.assertEqual({line.total for line in lines[:-1]}, {Decimal(8880)})

    def test_given_parts_steps_and_subsidies(self):
        parts = self._create_product(
            code='PART', method='given_principal', principal_percents='0, 33.33, 66.67')
        lines = loanmath.schedule(parts._get_math_terms(1000, 12, 3, date(2026, 1, 10)))
        self.assertEqual([str(line.principal) for line in lines], ['0.00', '333.30', '666.70'])
        stepped = self._create_product(
            code='STEP', method='stepped', step_every=12, step_amount=500)
        lines = loanmath.schedule(stepped._get_math_terms(100000, 6, 36, date(2026, 1, 10)))
        self.assertEqual(lines[12].total - lines[0].total, 500)
        free = self._create_product(method='subsidised', borrower_rate=0)
        lines = loanmath.schedule(free._get_math_terms(12000, 6, 12, date(2026, 1, 10)))
        self.assertEqual({(line.principal, line.interest) for line in lines}, {(1000, 0)})

    def test_impossible_options_are_explained(self):
        cases = (
            ({'method': 'given_principal', 'principal_percents': '50, 40'}, "add up to 100"),
            ({'method': 'given_principal', 'principal_percents': '50, half'}, "are numbers"),
            ({'step_percent': -95}, "is allowed"),
            ({'grace_principal': -1}, "is allowed"),
        )
        for values, message in cases:
            with self.subTest(values=values), self.assert_refused(message):
                self._create_product(**values)
        long_grace = self._create_product(grace_principal=12)
        with self.assert_refused("0 to 11 are allowed"):
            long_grace._get_math_terms(1000, 12, 12, self.today)
        dear = self._create_product(code='DEAR', method='subsidised', borrower_rate=13)
        with self.assert_refused("between 0 % and the annual rate"):
            dear._get_math_terms(1000, 12, 12, self.today)
        two = self._create_product(
            code='TWO', method='given_principal', principal_percents='50, 50')
        with self.assert_refused("as many as the instalments"):
            two._get_math_terms(1000, 12, 3, self.today)

    def test_the_calculator_explains_a_schedule_that_cannot_be(self):
        product = self._create_product(method='stepped', step_every=1, step_amount=-5000)
        calculator = self.env['carloan.product.calculator'].create({
            'product_id': product.id, 'amount': 10000, 'periods': 12})
        self.assertIn("These steps are not possible", calculator.error)
        self.assertFalse(calculator.line_ids)

    def test_due_dates_avoid_holidays_but_not_worked_weekends(self):
        Holiday = self.env['carloan.holiday'].with_user(self.risk_manager)
        Holiday.create([
            {'name': "National Day", 'date': date(2026, 10, day)} for day in range(1, 9)])
        product = self._create_product(holiday_shift='following')

        def get_due_date(start):
            terms = product._get_math_terms(1000, 12, 1, start)
            return loanmath.schedule(terms)[0].due_date

        self.assertEqual(get_due_date(date(2026, 9, 3)), date(2026, 10, 9))
        self.assertEqual(get_due_date(date(2026, 9, 10)), date(2026, 10, 12))
        worked = Holiday.create(
            {'name': "National Day", 'date': date(2026, 10, 10), 'kind': 'working'})
        self.assertEqual(get_due_date(date(2026, 9, 10)), date(2026, 10, 10))
        worked.unlink()
        self.assertEqual(get_due_date(date(2026, 9, 10)), date(2026, 10, 12))

    def test_short_notes_are_told_in_words(self):
        product = self._create_product(
            allocation_order='past_due.principal,due.principal,fee,penalty,compound,interest',
            early_fee_ids=[(0, 0, {'start': 0, 'percent': 3}), (0, 0, {'start': 12, 'percent': 1})])
        self.assertEqual(
            product.allocation_words,
            "Past due: Principal → Due on the day: Principal → Fees → Penalty Interest → "
            "Compound Interest → Interest")
        self.assertFalse(product.long_overdue_words)
        self.assertEqual(
            product.early_fee_words, "from instalment 0: 3 %; from instalment 12: 1 %")
