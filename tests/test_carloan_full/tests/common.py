from datetime import date

from odoo.tests import TransactionCase

from odoo.addons.carloan_credit.demo_plan import STAFF

START = date(2026, 3, 2)


class FullCommon(TransactionCase):
    """A lender with its books set up, the staff of the demo book and nothing lent yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.book = cls.env['carloan.demo.book']
        cls.setting = cls.book._get_setting(START, seed=1)
        cls.company = cls.setting['company']
        cls.users = cls.setting['users']
        cls.fund = cls.setting['fund']
        cls.products = dict(zip(('equal_instalment', 'equal_principal', 'interest_only'),
                                cls.setting['products'], strict=True))
        for user in cls.users.values():
            user.lang = 'en_US'

    @classmethod
    def as_role(cls, login):
        """The environment of one of the staff, in the lender's company."""
        return cls.env(user=cls.users[login].id, su=False,
                       context=dict(cls.env.context, allowed_company_ids=cls.company.ids))

    @classmethod
    def create_customer(cls, **values):
        """A customer of the officer with a valid identity number and an own bank account."""
        partner = cls.as_role('officer')['res.partner'].create({
            'name': "张伟", 'carloan_customer': True, 'phone': '13812345678',
            'carloan_id_number': '11010519491231002X',
            'country_id': cls.env.ref('base.cn').id, **values,
        })
        cls.env['res.partner.bank'].create({
            'partner_id': partner.id, 'acc_number': '6222021234567890128',
            'acc_holder_name': partner.name,
        })
        return partner

    def run_day_ends(self, until):
        """Close every business day up to and including `until`, as the accountant's night job,
        with the books compared after each."""
        while self.company._get_business_date() <= until:
            day = self.company._get_business_date()
            self.company._run_day_ends(day)
            self.assert_books_right(day)

    def assert_books_right(self, day):
        """Sub-ledger = general ledger, debits = credits, and the statement of issue 2 §3:
        disbursed - repaid = outstanding = balance of the loan principal accounts."""
        self.assertEqual(self.company._carloan_ledger_differences(day), [])
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("""
            SELECT coalesce(sum(l.balance), 0),
                   coalesce(sum(l.balance) FILTER (WHERE (a.code_store->>%s) LIKE '1303%%'), 0)
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
             WHERE l.company_id = %s AND l.parent_state = 'posted' AND l.date <= %s
        """, (str(self.company.id), self.company.id, day))
        total, principal_accounts = cr.fetchone()
        self.assertEqual(total, 0)
        cr.execute("""
            SELECT coalesce(sum(amount), 0),
                   coalesce(sum(amount) FILTER (WHERE kind = 'disbursement'), 0),
                   coalesce(sum(amount) FILTER (WHERE kind <> 'disbursement'), 0)
              FROM carloan_transaction_line
             WHERE component = 'principal' AND booking_date <= %s
               AND loan_id IN (SELECT id FROM carloan_loan WHERE company_id = %s)
        """, (day, self.company.id))
        outstanding, disbursed, repaid = cr.fetchone()
        self.assertEqual(disbursed + repaid, outstanding)
        self.assertEqual(outstanding, principal_accounts)
        cr.execute("SELECT coalesce(sum(principal_outstanding), 0) FROM carloan_loan "
                   "WHERE company_id = %s", (self.company.id,))
        self.assertEqual(cr.fetchone()[0], outstanding)


ROLES = {login: role for login, _name, role, _department in STAFF}
