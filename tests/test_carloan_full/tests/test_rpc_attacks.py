import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ROLES, FullCommon


@tagged('post_install', '-at_install', 'carloan_rpc')
class TestRpcAttacks(FullCommon, HttpCase):
    """Over HTTP with an API key, as every role: what no role may do by any route."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        order = next(iter(cls._orders()))
        cls.loan = cls.book.with_context(**cls.env.context)._make_loan(cls.setting, order)
        cls.keys = {
            login: cls.env['res.users.apikeys'].with_user(cls.users[login]).sudo()._generate(
                'rpc', 'attack', None)
            for login in ROLES
        }

    @classmethod
    def _orders(cls):
        from odoo.addons.carloan_credit.demo_plan import Order
        yield Order(number=900, day=cls.company._get_business_date(), product=0, amount=60000,
                    periods=12, payer='good', officer='officer')

    def call(self, login, model, method, **arguments):
        response = self.url_open(
            f'/json/2/{model}/{method}', data=json.dumps(arguments).encode(),
            headers={'Authorization': f'Bearer {self.keys[login]}',
                     'Content-Type': 'application/json'})
        return response.status_code

    def assert_refused(self, login, model, method, **arguments):
        with mute_logger('odoo.http', 'odoo.sql_db'):
            status = self.call(login, model, method, **arguments)
        self.assertIn(status, (403, 422), f"{login}: {model}.{method} {arguments} -> {status}")

    def test_reading_works_so_that_a_refusal_means_something(self):
        for login in ('officer', 'accountant', 'auditor', 'administrator'):
            status = self.call(login, 'carloan.loan', 'read', ids=self.loan.ids, fields=['name'])
            self.assertEqual(status, 200, login)

    def test_guarded_fields_are_refused_to_every_role(self):
        """state, checkers, positions, business date: one writer each, and no client is it."""
        checked = 0
        for name, model in self.env.registry.items():
            guarded = getattr(model, '_guarded_fields', None)
            record = guarded and not model._abstract and self.env[name].search([], limit=1)
            if not record:
                continue
            for field in record._get_guarded_names():
                before = record[field]
                value = record._fields[field].convert_to_write(before, record)
                for login in ROLES:
                    self.assert_refused(login, name, 'write', ids=record.ids,
                                        vals={field: self._json(value)})
                record.invalidate_recordset()
                self.assertEqual(record[field], before)
                checked += 1
        self.assertGreater(checked, 20)

    def test_facts_cannot_be_added_changed_or_deleted(self):
        """Transactions, lines, votes, class history: nobody, not the administrator either."""
        mixin = self.env.registry['carloan.append.only.mixin']
        models = [
            name for name, model in self.env.registry.items()
            if issubclass(model, mixin) and not model._abstract]
        records = [self.env[name].search([], limit=1) for name in sorted(models)]
        self.assertGreater(len(list(filter(None, records))), 5)
        for record in records:
            for login in ROLES:
                self.assert_refused(login, record._name, 'create', vals_list=[{}])
                if record:
                    self.assert_refused(
                        login, record._name, 'write', ids=record.ids, vals={'id': 1})
                    self.assert_refused(login, record._name, 'unlink', ids=record.ids)

    def test_private_doors_are_closed(self):
        for login in ROLES:
            for method in ('_write_guarded', '_update_state', '_refresh_position', '_disburse'):
                self.assert_refused(login, 'carloan.loan', method, ids=self.loan.ids)
            self.assert_refused(login, 'carloan.transaction', '_post', entries=[])

    def test_context_opens_nothing(self):
        """A caller chooses the context; no key of it may switch a check off."""
        context = {'default_state': 'settled', 'carloan_guard_pass': True, 'install_mode': True,
                   'tracking_disable': True, 'import_file': True}
        for login in ROLES:
            self.assert_refused(login, 'carloan.loan', 'write', ids=self.loan.ids,
                                vals={'state': 'settled'}, context=context)

    @staticmethod
    def _json(value):
        return value.isoformat() if hasattr(value, 'isoformat') else value
