from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import START, FullCommon

VIN = 'LSVAM4187C2184847'


@tagged('post_install', '-at_install', 'carloan_flow')
class TestThinPath(FullCommon):
    """One loan from application to release, each step by the role whose job it is. The books are
    compared after every single business day of the path."""

    def test_from_application_to_release(self):
        application = self._apply()
        self._approve(application)
        loan = self._contract(application)
        self._disburse(loan)
        self._fall_overdue(loan)
        self._repay(loan)
        self._settle(loan)
        self._release(loan)

    def _apply(self):
        """The officer takes customer, car and application; the pre-checks let it pass."""
        env = self.as_role('officer')
        self.partner = self.create_customer()
        vehicle = env['carloan.vehicle'].create({
            'vin': VIN, 'plate': '苏A12345', 'kind': 'used', 'owner_id': self.partner.id,
            'model_id': self.env['fleet.vehicle.model'].search([], limit=1).id,
            'valuation_amount': 200000, 'valuation_date': START,
        })
        application = env['carloan.application'].create({
            'partner_id': self.partner.id, 'vehicle_id': vehicle.id, 'purpose': 'secured',
            'product_id': self.products['interest_only'].id, 'amount': 120000, 'periods': 3,
            'annual_rate': 12,
        })
        application.action_submit()
        self.assertEqual(application.state, 'in_approval')
        with self.assertRaisesRegex(UserError, application.name):
            self._second_application(vehicle)
        return application

    def _second_application(self, vehicle):
        other = self.as_role('officer')['carloan.application'].create({
            'partner_id': self.partner.id, 'vehicle_id': vehicle.id, 'purpose': 'secured',
            'product_id': self.products['interest_only'].id, 'amount': 50000, 'periods': 3,
        })
        other.action_submit()

    def _approve(self, application):
        """Above 100,000: reviewer, then risk manager; nobody out of turn, nobody twice."""
        request = application.sudo().approval_request_id
        self.assertEqual(len(request.step_line_ids), 2)
        for login in ('officer', 'branch_manager', 'committee', 'cashier', 'administrator'):
            with self.assertRaises(UserError, msg=login):
                request.with_user(self.users[login]).action_approve()
        request.with_user(self.users['reviewer']).action_approve()
        with self.assertRaises(UserError):
            request.with_user(self.users['reviewer']).action_approve()
        self.assertEqual(application.state, 'in_approval')
        request.with_user(self.users['risk_manager']).action_approve()
        self.assertEqual(application.state, 'approved')

    def _contract(self, application):
        application.action_create_contract()
        loan = application.loan_id
        self.assertRecordValues(loan, [{
            'state': 'draft', 'principal_amount': 120000, 'periods': 3, 'annual_rate': 12,
            'method': 'interest_only',
        }])
        loan.action_sign()
        self.assertEqual(loan.state, 'signed')
        with self.assertRaises(UserError):
            loan.write({'annual_rate': 24})
        return loan

    def _disburse(self, loan):
        """The mortgage condition blocks with its reason; then three people pay the money out."""
        disbursement = self.as_role('officer')['carloan.disbursement'].create({
            'loan_id': loan.id, 'amount': 120000, 'fund_account_id': self.fund.id,
            'partner_bank_id': self.partner.sudo().bank_ids[:1].id,
        })
        with self.assertRaisesRegex(UserError, "not registered"):
            disbursement.action_register()
        registration = loan.mortgage_registration_ids.with_user(self.users['asset'])
        registration.write({'office': "南京市车辆管理所", 'certificate_number': '320012345678'})
        registration.action_file()
        registration.action_register()
        disbursement.action_register()
        with self.assertRaises(UserError):
            disbursement.with_user(self.users['cashier']).action_pay()
        disbursement.with_user(self.users['accountant']).action_review()
        disbursement.with_user(self.users['cashier']).action_pay()
        self.assertRecordValues(loan, [{
            'state': 'active', 'principal_outstanding': 120000, 'disbursement_date': START,
            'first_unpaid_due_date': date(2026, 4, 2), 'days_overdue': 0,
        }])
        self.assertRecordValues(loan.instalment_ids.sorted('number'), [
            {'due_date': date(2026, 4, 2), 'principal_amount': 0, 'interest_amount': 1200},
            {'due_date': date(2026, 5, 2), 'principal_amount': 0, 'interest_amount': 1200},
            {'due_date': date(2026, 6, 2), 'principal_amount': 120000, 'interest_amount': 1200},
        ])
        self.assert_books_right(START)

    def _fall_overdue(self, loan):
        """Nobody pays: on day 1 the loan is watched, and the debtor is on a collector's list."""
        self.run_day_ends(date(2026, 4, 2))
        self.assertEqual(loan.interest_outstanding, 1200)
        self.assertEqual(loan.class_tier_id.code, 'normal')
        self.run_day_ends(date(2026, 4, 6))
        self.assertRecordValues(loan, [{'days_overdue': 5, 'bucket': 'M1', 'is_overdue': True}])
        self.assertEqual(loan.class_tier_id.code, 'watch')
        self.case = self.env['carloan.collection.case'].search(
            [('partner_id', '=', self.partner.id)])
        self.assertRecordValues(self.case, [{
            'state': 'open', 'user_id': self.users['collector'].id}])
        self.assertTrue(self.case.task_ids)

    def _repay(self, loan):
        """What is owed on 7 April: 1,200 interest and its compound interest of 5 days at 18 %:
        1,200 × 0.18 / 360 × 5 = 3.00. The cashier registers, the accountant confirms."""
        self.assertEqual(loan.amount_due_today, 1203)
        repayment = self._register_repayment(loan, 1203)
        with self.assertRaises(UserError):
            repayment.action_confirm()
        repayment.with_user(self.users['accountant']).action_confirm()
        self.assertRecordValues(loan, [{
            'state': 'active', 'interest_outstanding': 0, 'compound_outstanding': 0,
            'first_unpaid_due_date': date(2026, 5, 2), 'days_overdue': 0,
        }])
        self.assertEqual(self.case.state, 'closed')
        self.run_day_ends(date(2026, 5, 1))
        self.assertEqual(loan.class_tier_id.code, 'normal')

    def _settle(self, loan):
        self._register_repayment(loan, 1200).with_user(
            self.users['accountant']).action_confirm()
        self.run_day_ends(date(2026, 6, 1))
        registration = loan.mortgage_registration_ids
        with self.assertRaises(UserError):
            registration.with_user(self.users['asset']).action_request_release()
        amount = loan.amount_due_today
        self.assertEqual(amount, 121200)
        self._register_repayment(loan, amount).with_user(
            self.users['accountant']).action_confirm()
        self.assertRecordValues(loan, [{
            'state': 'settled', 'principal_outstanding': 0, 'interest_outstanding': 0,
            'settled_date': date(2026, 6, 2),
        }])
        self.run_day_ends(date(2026, 6, 3))

    def _release(self, loan):
        registration = loan.mortgage_registration_ids
        self.assertEqual(registration.state, 'release_requested')
        registration.with_user(self.users['asset']).action_check_release()
        with self.assertRaises(UserError):
            registration.with_user(self.users['asset']).action_release()
        registration.with_user(self.users['risk_manager']).action_release()
        self.assertEqual(registration.state, 'released')
        self.assertEqual(registration.vehicle_id.pledge_state, 'free')

    def _register_repayment(self, loan, amount):
        repayment = self.as_role('cashier')['carloan.repayment'].create({
            'loan_id': loan.id, 'amount': amount, 'fund_account_id': self.fund.id,
            'channel': 'transfer',
        })
        repayment.action_register()
        return repayment
