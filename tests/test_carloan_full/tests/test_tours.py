from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .common import START, FullCommon

VIN = 'LSVAM4187C2184847'


class TourCase(FullCommon, HttpCase):
    """The thin path in a real browser, one login per role. After each tour the database is asked
    whether the act took place, so that a tour with a step missing fails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.create_customer()
        cls.vehicle = cls.as_role('officer')['carloan.vehicle'].create({
            'vin': VIN, 'plate': '苏A12345', 'kind': 'used', 'owner_id': cls.partner.id,
            'model_id': cls.env['fleet.vehicle.model'].search([], limit=1).id,
            'valuation_amount': 200000, 'valuation_date': START,
        })

    def tour(self, path, name, login):
        self.env.flush_all()
        self.start_tour(f'/odoo/{path}', f'carloan_{name}', login=login)
        self.env.invalidate_all()

    def close_days(self, until):
        self.company._run_day_ends(until)

    def walk_the_path(self):
        loan = self._walk_to_contract()
        self._walk_to_payout(loan)
        self._walk_through_arrears(loan)
        self._walk_to_settlement(loan)
        self._walk_to_release(loan)

    def _walk_to_contract(self):
        self.tour('loan-applications/new', 'officer_apply', 'officer')
        application = self.env['carloan.application'].search(
            [('partner_id', '=', self.partner.id)])
        self.assertRecordValues(application, [{
            'state': 'in_approval', 'amount': 120000, 'periods': 3,
            'vehicle_id': self.vehicle.id, 'user_id': self.users['officer'].id,
        }])
        self.tour('loan-applications', 'vote', 'reviewer')
        self.assertEqual(application.approval_request_id.vote_ids.user_id, self.users['reviewer'])
        self.assertEqual(application.state, 'in_approval')
        self.tour('loan-applications', 'vote', 'risk_manager')
        self.assertEqual(application.state, 'approved')
        self.tour('loan-applications', 'officer_contract', 'officer')
        self.assertEqual(application.loan_id.state, 'signed')
        return application.loan_id

    def _walk_to_payout(self, loan):
        self.tour('carloan-mortgages', 'asset_register', 'asset')
        self.assertEqual(loan.mortgage_registration_ids.state, 'registered')
        self.tour('loan-contracts', 'officer_disburse', 'officer')
        disbursement = loan.disbursement_ids
        self.assertEqual(disbursement.state, 'registered')
        self.tour('loan-disbursements-review', 'accountant_review', 'accountant')
        self.assertEqual(disbursement.state, 'reviewed')
        self.tour('loan-disbursements-pay', 'cashier_pay', 'cashier')
        self.assertRecordValues(loan, [{'state': 'active', 'principal_outstanding': 120000}])
        self.assertEqual(
            (disbursement.maker_id, disbursement.checker_id, disbursement.payer_id),
            (self.users['officer'], self.users['accountant'], self.users['cashier']))
        self.assert_books_right(START)

    def _walk_through_arrears(self, loan):
        self.close_days(date(2026, 4, 6))
        case = self.env['carloan.collection.case'].search([('partner_id', '=', self.partner.id)])
        self.assertEqual(case.state, 'open')
        # ten in the morning in Shanghai: outside the quiet hours, whenever the test runs
        with patch.object(self.env.registry['carloan.contact'], '_get_now',
                          lambda contacts: datetime(2026, 4, 7, 2, 0)):
            self.tour('carloan-my-cases', 'collector_call', 'collector')
        self.assertEqual(case.contact_ids.user_id, self.users['collector'])
        self._receive(loan)
        self.assertEqual(case.state, 'closed')
        self.assertEqual(loan.days_overdue, 0)

    def _walk_to_settlement(self, loan):
        self.close_days(date(2026, 5, 2))
        self._receive(loan)
        self.close_days(date(2026, 6, 2))
        self._receive(loan)
        self.assertRecordValues(loan, [{'state': 'settled', 'principal_outstanding': 0}])

    def _receive(self, loan):
        """The cashier registers what is due, the accountant confirms it, the day is closed."""
        before = len(loan.repayment_ids)
        self.tour('loans', 'cashier_receive', 'cashier')
        self.assertEqual(len(loan.repayment_ids), before + 1)
        self.tour('loan-repayments-confirm', 'accountant_confirm', 'accountant')
        self.assertEqual(set(loan.repayment_ids.mapped('state')), {'confirmed'})
        day = self.company._get_business_date()
        self.close_days(day)
        self.assert_books_right(day)

    def _walk_to_release(self, loan):
        registration = loan.mortgage_registration_ids
        self.tour('carloan-mortgages', 'asset_release', 'asset')
        self.assertEqual(registration.state, 'release_checked')
        self.tour('carloan-mortgages', 'risk_release', 'risk_manager')
        self.assertEqual(registration.state, 'released')
        self.tour('loans', 'auditor_reads', 'auditor')
        self.close_days(self.company._get_business_date() + timedelta(days=1))


@tagged('post_install', '-at_install', 'carloan_tour')
class TestToursDesktop(TourCase):
    browser_size = '1366x768'

    def test_thin_path_on_a_desktop(self):
        self.walk_the_path()


@tagged('post_install', '-at_install', 'carloan_tour')
class TestToursPhone(TourCase):
    browser_size = '390x844'
    touch_enabled = True

    def test_thin_path_on_a_phone(self):
        self.walk_the_path()
