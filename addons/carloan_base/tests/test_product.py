import psycopg2

from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CarloanCommon


@tagged('post_install', '-at_install')
class TestProduct(CarloanCommon):
    def test_limits_say_what_is_allowed(self):
        cases = (
            ({'min_amount': 0}, "above zero"),
            ({'min_amount': 20, 'max_amount': 10}, "not above the largest"),
            ({'min_periods': 0}, "allowed are 1 to 1200"),
            ({'min_periods': 24, 'max_periods': 12}, "fewest not above the most"),
            ({'max_periods': 1201}, "allowed are 1 to 1200"),
            ({'annual_rate': 30}, "must rise in this order"),
            ({'annual_rate': -1, 'min_rate': -2}, "between 0 % and 100 %"),
            ({'max_rate': 101}, "between 0 % and 100 %"),
            ({'currency_id': self._enable_currency('USD').id}, "lends in CNY"),
        )
        for vals, message in cases:
            with self.subTest(vals=vals), self.assert_refused(message):
                self._create_product(**vals)

    def test_code_is_unique_per_company(self):
        self._create_product()
        with (
            mute_logger('odoo.sql_db'),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
        ):
            self._create_product()

    def test_copy_gets_a_free_code(self):
        product = self._create_product()
        self.assertEqual(product.copy().code, 'T-EI-2')
        self.assertEqual(product.copy().code, 'T-EI-3')

    def test_calculator_shows_schedule_and_cost(self):
        product = self._create_product()
        action = product.with_user(self.officer).action_open_calculator()
        Calculator = self.env[action['res_model']].with_user(self.officer)
        with Form(Calculator.with_context(**action['context'])) as form:
            self.assertEqual((form.amount, form.periods, form.annual_rate), (100000, 12, 12))
            self.assertEqual(len(form.line_ids), 12)
            self.assertEqual((form.total_amount, form.total_interest), (106618.53, 6618.53))
            self.assertEqual((form.nominal_cost, form.effective_cost), (12.0, 12.68))
            form.periods = 0
            self.assertIn("1 to 1200", form.error)
            form.periods = 24
            self.assertEqual(len(form.line_ids), 24)
