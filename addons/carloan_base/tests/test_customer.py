import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import VALID_ID, CarloanCommon


@tagged('post_install', '-at_install')
class TestCustomer(CarloanCommon):
    def test_id_number_tells_birth_date_and_sex(self):
        customer = self._create_customer(carloan_id_number=' 110105 19491231 002x')
        self.assertRecordValues(
            customer,
            [{
                'carloan_id_number': VALID_ID,
                'carloan_birth_date': self.env['res.partner']._fields[
                    'carloan_birth_date'].to_date('1949-12-31'),
                'carloan_sex': 'female',
                'carloan_id_masked': '110105********002X',
                'carloan_phone_masked': '138****8000',
            }],
        )
        with self.assertRaisesRegex(ValidationError, "follow from the ID number"):
            customer.carloan_birth_date = '2000-01-01'

    def test_bad_id_numbers_say_why(self):
        cases = {
            '11010519491231': "has 14 characters; it must have 18",
            '1101051949123100A2': "may only have digits",
            '11010519491331002X': "not a possible birth date",
            '110105194912310021': "a digit is mistyped",
        }
        for number, message in cases.items():
            with self.subTest(number=number), self.assertRaisesRegex(ValidationError, message):
                self._create_customer(carloan_id_number=number)

    def test_messages_speak_chinese(self):
        self.env['res.lang']._activate_lang('zh_CN')
        self.env['ir.module.module']._load_module_terms(['carloan_base'], ['zh_CN'])
        self.officer.lang = 'zh_CN'
        Partner = self.env['res.partner'].with_user(self.officer).with_context(lang='zh_CN')
        vals = {'name': "张三", 'carloan_customer': True}
        with self.assertRaisesRegex(ValidationError, "身份证号"):
            Partner.create({**vals, 'carloan_id_number': '110105194912310021'})
        with self.assertRaisesRegex(ValidationError, "手机号"):
            Partner.create({**vals, 'phone': '12345'})

    def test_phones_are_normalised_and_checked(self):
        customer = self._create_customer(phone='+86 139-0013 9000')
        self.assertEqual(customer.phone, '13900139000')
        customer.phone = '0086 13700137000'
        self.assertEqual(customer.phone, '13700137000')
        for phone in ('12345', '12800138000', '010-12345678', '138001380001'):
            with self.subTest(phone=phone), self.assertRaisesRegex(
                ValidationError, "not a mobile number"
            ):
                customer.phone = phone

    def test_phones_of_others_are_left_alone(self):
        supplier = self.env['res.partner'].create({'name': "S", 'phone': '010-12345678'})
        self.assertEqual(supplier.phone, '010-12345678')
        abroad = self._create_customer(
            country_id=self.env.ref('base.us').id, phone='+1 202 555 0101'
        )
        self.assertEqual(abroad.phone, '+1 202 555 0101')
        company = self._create_customer(is_company=True, phone='010-12345678')
        self.assertEqual(company.phone, '010-12345678')

    def test_one_id_number_one_customer(self):
        self._create_customer(carloan_id_number=VALID_ID)
        with (
            mute_logger('odoo.sql_db'),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
        ):
            self._create_customer(carloan_id_number=VALID_ID.lower())

    def test_companies_have_a_uscc_and_no_id_number(self):
        company = self._create_customer(is_company=True, company_registry='91350100M000100Y43')
        with self.assertRaisesRegex(ValidationError, "a character is mistyped"):
            company.company_registry = '91350100M000100Y44'
        with self.assertRaisesRegex(ValidationError, "must have 18"):
            company.company_registry = '9135'
        with self.assertRaisesRegex(ValidationError, "A company has no ID number"):
            company.carloan_id_number = VALID_ID

    def test_id_number_makes_a_customer(self):
        customer = self._create_customer(carloan_id_number=VALID_ID)
        with self.assertRaisesRegex(ValidationError, "Only loan customers"):
            customer.carloan_customer = False

    def test_people_without_a_role_do_not_see_the_id_number(self):
        customer = self._create_customer(carloan_id_number=VALID_ID)
        plain = self._create_user('plain')
        self.assertTrue(customer.with_user(plain).name)
        for name in ('carloan_id_number', 'carloan_birth_date', 'carloan_sex'):
            self.assertNotIn(name, self.env['res.partner'].with_user(plain).fields_get())
            with self.subTest(name=name), self.assertRaises(AccessError):
                customer.with_user(plain).read([name])
        with self.assertRaises(AccessError):
            self.env['res.partner'].with_user(plain).search([('carloan_id_number', '!=', False)])

    def test_officer_fills_the_form(self):
        action = self.env.ref('carloan_base.res_partner_action')
        context = {'default_carloan_customer': True}
        Partner = self.env['res.partner'].with_user(self.officer).with_context(**context)
        with Form(Partner, 'base.view_partner_form') as form:
            form.name = "Li Si"
            form.phone = '13600136000'
            form.carloan_id_number = VALID_ID
        self.assertEqual(action.res_model, 'res.partner')
        self.assertRecordValues(
            form.record,
            [{'carloan_user_id': self.officer.id, 'carloan_department_id': self.store_1.id,
              'carloan_sex': 'female'}],
        )
