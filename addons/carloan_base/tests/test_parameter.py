from datetime import date
from decimal import Decimal

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ROLES, CarloanCommon


@tagged('post_install', '-at_install')
class TestParameter(CarloanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Parameter = cls.env['carloan.parameter']

    def _propose(self, user=None, **values):
        return self.Parameter.with_user(user or self.risk_manager).create(
            {'code': 'rate_cap.hard_annual_pct', 'name': "Cap", 'value': '20',
             'valid_from': '2026-09-01', **values}
        )

    def test_default_block_is_in_force(self):
        get = self.Parameter._get
        self.assertEqual(get('ltv_max.own_ice', date(2023, 1, 1)), Decimal(80))
        self.assertEqual(get('ltv_max.own_ice', date(2024, 4, 3)), Decimal(100))
        self.assertEqual(get('ltv_max.used'), Decimal(70))
        self.assertEqual(get('term_max_months.new'), 60)
        self.assertEqual(get('rate_cap.hard_annual_pct'), Decimal(24))
        self.assertEqual(get('rate_cap.lpr_multiple_block_from'), date(2028, 1, 1))
        self.assertIs(get('penalty.compound_on_penalty'), False)
        self.assertEqual(get('allocation.normal')[0], 'fee')
        self.assertEqual(get('buckets'), [Decimal(day) for day in (0, 30, 60, 90, 120, 150, 180)])
        self.assertEqual(get('collection.quiet_from'), '22:00')
        self.assertEqual(get('lpr.1y', date(2022, 1, 19)), Decimal('3.80'))
        self.assertEqual(get('classification_days.operator'), '>')
        delivered = self.Parameter.search([('delivered', '=', True)])
        self.assertEqual(set(delivered.mapped('state')), {'in_force'})

    def test_loading_the_block_again_changes_nothing(self):
        before = self.Parameter.search_count([])
        self.Parameter._load_default_block()
        self.assertEqual(self.Parameter.search_count([]), before)

    def test_unknown_code_and_too_early_date(self):
        with self.assertRaisesRegex(UserError, "No parameter nonsense is in force on 2026-08-03"):
            self.Parameter._get('nonsense')
        with self.assertRaises(UserError):
            self.Parameter._get('lpr.1y', date(2001, 1, 1))

    def test_institution_type_decides(self):
        self.assertIs(self.Parameter._get('vat.deferral_90d'), False)
        self.company.carloan_institution_type = 'bank'
        self.assertIs(self.Parameter._get('vat.deferral_90d'), True)

    def test_change_takes_two_people_and_a_later_date(self):
        parameter = self._propose()
        self.assertRecordValues(
            parameter, [{'state': 'proposed', 'maker_id': self.risk_manager.id}]
        )
        self.assertEqual(self.Parameter._get(parameter.code, '2026-09-02'), Decimal(24))
        with self.assertRaisesRegex(UserError, "another person"):
            parameter.action_put_in_force()
        parameter.with_user(self.risk_manager_2).action_put_in_force()
        self.assertRecordValues(
            parameter, [{'state': 'in_force', 'checker_id': self.risk_manager_2.id}]
        )
        self.assertEqual(self.Parameter._get(parameter.code, '2026-08-31'), Decimal(24))
        self.assertEqual(self.Parameter._get(parameter.code, '2026-09-01'), Decimal(20))
        earlier = self._propose(valid_from='2026-08-15')
        with self.assertRaisesRegex(UserError, "must start later"):
            earlier.with_user(self.risk_manager_2).action_put_in_force()

    def test_who_edits_a_proposal_becomes_its_maker(self):
        parameter = self._propose()
        parameter.with_user(self.risk_manager_2).write({'value': '36'})
        with self.assertRaisesRegex(UserError, "another person"):
            parameter.with_user(self.risk_manager_2).action_put_in_force()
        parameter.with_user(self.risk_manager).action_put_in_force()
        self.assertEqual(parameter.state, 'in_force')

    def test_most_specific_value_wins(self):
        product = self._create_product()
        for values in (
            {'value': '21', 'institution_type': 'small_loan'},
            {'value': '22', 'company_id': self.company.id},
            {'value': '23', 'product_id': product.id, 'valid_from': '2026-08-20'},
        ):
            self._propose(**values).with_user(self.administrator).action_put_in_force()
        get, code = self.Parameter._get, 'rate_cap.hard_annual_pct'
        self.assertEqual(get(code, '2026-08-25'), Decimal(24))
        self.assertEqual(get(code, '2026-09-01'), Decimal(22))
        self.assertEqual(get(code, '2026-09-01', product=product), Decimal(23))
        other = self._create_company(name="Other", carloan_institution_type='small_loan')
        self.assertEqual(get(code, '2026-09-01', company=other), Decimal(21))

    def test_values_in_force_are_immutable(self):
        parameter = self.env.ref('carloan_base.carloan_parameter_ltv_max_used_20180101')
        for user in (self.risk_manager, self.administrator, self.env.user):
            with self.subTest(user=user.name):
                with self.assertRaises(UserError):
                    parameter.with_user(user).write({'value': '100'})
                with self.assertRaises(UserError):
                    parameter.with_user(user).unlink()
                with self.assertRaises(UserError):
                    parameter.with_user(user).action_withdraw()

    def test_only_risk_and_administration_propose(self):
        for role in ROLES:
            user = getattr(self, role)
            if role in ('risk_manager', 'administrator'):
                self._propose(user, valid_from=f'2030-01-{user.id % 28 + 1:02}')
                continue
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._propose(user)
            parameter = self._propose()
            with self.subTest(role=role), self.assertRaises(AccessError):
                parameter.with_user(user).action_put_in_force()

    def test_state_cannot_be_forged(self):
        for vals in ({'state': 'in_force'}, {'checker_id': self.auditor.id},
                     {'maker_id': self.auditor.id}, {'delivered': True}):
            with self.subTest(vals=vals):
                with self.assertRaises(UserError):
                    self._propose(**vals)
                with self.assertRaises(UserError):
                    self._propose().write(vals)
        parameter = self.Parameter.with_user(self.risk_manager).with_context(
            default_state='in_force', default_delivered=True, default_maker_id=self.auditor.id
        ).create({'code': 'x', 'name': "X", 'value': '1'})
        self.assertRecordValues(
            parameter,
            [{'state': 'proposed', 'delivered': False, 'maker_id': self.risk_manager.id}],
        )

    def test_database_wants_four_eyes(self):
        parameter = self._propose()
        with (
            mute_logger('odoo.sql_db'),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            parameter._write_guarded({'state': 'in_force', 'checker_id': self.risk_manager.id})
            self.env.flush_all()

    def test_values_must_fit_their_type(self):
        bad = [('decimal', 'ten'), ('decimal', 'NaN'), ('decimal', 'Infinity'), ('integer', '1.5'),
               ('boolean', 'yes'), ('date', '2026-13-01')]
        for value_type, value in bad:
            with self.subTest(value=value), self.assertRaisesRegex(ValidationError, "does not fit"):
                self._propose(value_type=value_type, value=value)
