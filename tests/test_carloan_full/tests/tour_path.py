from datetime import date, datetime, timedelta
from typing import NamedTuple
from unittest.mock import patch

from odoo.tests import HttpCase

from .common import START, FullCommon

VIN = 'LSVAM4187C2184847'


class Stage(NamedTuple):
    """One tour of the path: who walks it from where, until which day the server closes the days
    before it, and the method `_check_<check>` that asks the database whether it took place."""
    path: str
    tour: str
    login: str
    check: str
    close_until: date | None = None


RECEIVE = Stage('loans', 'cashier_receive', 'cashier', 'received')
CONFIRM = Stage('loan-repayments-confirm', 'accountant_confirm', 'accountant', 'confirmed')
PATH = (
    Stage('loan-applications/new', 'officer_apply', 'officer', 'applied'),
    Stage('loan-applications', 'vote', 'reviewer', 'reviewed'),
    Stage('loan-applications', 'vote', 'risk_manager', 'approved'),
    Stage('loan-applications', 'officer_contract', 'officer', 'signed'),
    Stage('carloan-mortgages', 'asset_register', 'asset', 'mortgaged'),
    Stage('loan-contracts', 'officer_disburse', 'officer', 'disbursement_registered'),
    Stage('loan-disbursements-review', 'accountant_review', 'accountant', 'disbursement_reviewed'),
    Stage('loan-disbursements-pay', 'cashier_pay', 'cashier', 'paid_out'),
    Stage('day-ends', 'accountant_close_days', 'accountant', 'days_closed'),
    Stage('carloan-my-cases', 'collector_call', 'collector', 'called', date(2026, 4, 6)),
    RECEIVE, CONFIRM,
    Stage('day-ends', 'accountant_close_day', 'accountant', 'day_closed'),
    RECEIVE._replace(close_until=date(2026, 5, 2)), CONFIRM,
    RECEIVE._replace(close_until=date(2026, 6, 2)), CONFIRM,
    Stage('carloan-mortgages', 'asset_release', 'asset', 'release_checked'),
    Stage('carloan-mortgages', 'risk_release', 'risk_manager', 'released'),
    Stage('loans', 'auditor_reads', 'auditor', 'settled'),
)


class TourPathCase(FullCommon, HttpCase):
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

    def walk_the_path(self):
        with self.in_the_morning():
            for stage in PATH:
                self.prepare(stage)
                self.tour(stage)
                self.check(stage)
            self.close_days(self.company._get_business_date())

    def in_the_morning(self):
        """Ten o'clock in Shanghai: outside the quiet hours, whenever the test runs."""
        return patch.object(self.env.registry['carloan.contact'], '_get_now',
                            lambda contacts: datetime(2026, 4, 7, 2, 0))

    def prepare(self, stage):
        """Let the server close the days before the tour, and note what the check compares."""
        if stage.close_until:
            self.close_days(stage.close_until)
        self.day_before = self.company._get_business_date()
        self.receipts_before = len(self.loan.repayment_ids)

    def close_days(self, until):
        self.company._run_day_ends(until)
        self.assertGreater(self.company._get_business_date(), until)
        self.assert_books_right(until)

    def tour(self, stage, **options):
        self.env.flush_all()
        self.start_tour(
            f'/odoo/{stage.path}', f'carloan_{stage.tour}', login=stage.login, timeout=120,
            **options)
        self.env.invalidate_all()

    def check(self, stage):
        getattr(self, f'_check_{stage.check}')()

    # === WHAT EACH TOUR LEAVES IN THE DATABASE ===

    @property
    def application(self):
        return self.env['carloan.application'].search([('partner_id', '=', self.partner.id)])

    @property
    def loan(self):
        return self.application.loan_id

    @property
    def registration(self):
        return self.loan.mortgage_registration_ids

    def _check_applied(self):
        self.assertRecordValues(self.application, [{
            'state': 'in_approval', 'amount': 120000, 'periods': 3,
            'vehicle_id': self.vehicle.id, 'user_id': self.users['officer'].id,
            'product_id': self.products['interest_only'].id,
        }])

    def _check_reviewed(self):
        request = self.application.approval_request_id
        self.assertEqual(request.vote_ids.user_id, self.users['reviewer'])
        self.assertEqual(self.application.state, 'in_approval')

    def _check_approved(self):
        self.assertEqual(self.application.state, 'approved')

    def _check_signed(self):
        self.assertEqual(self.loan.state, 'signed')

    def _check_mortgaged(self):
        self.assertRecordValues(self.registration, [{
            'state': 'registered', 'office': "Nanjing", 'certificate_number': '320012345678'}])

    def _check_disbursement_registered(self):
        self.assertRecordValues(self.loan.disbursement_ids, [{
            'state': 'registered', 'fund_account_id': self.fund.id}])

    def _check_disbursement_reviewed(self):
        self.assertEqual(self.loan.disbursement_ids.state, 'reviewed')

    def _check_paid_out(self):
        self.assertRecordValues(
            self.loan, [{'state': 'active', 'principal_outstanding': 120000}])
        self.assertRecordValues(self.loan.disbursement_ids, [{
            'state': 'paid', 'maker_id': self.users['officer'].id,
            'checker_id': self.users['accountant'].id, 'payer_id': self.users['cashier'].id}])
        self.assert_books_right(START)

    def _check_days_closed(self):
        """Two days were closed on the screen, one after the other."""
        day_ends = self._check_closed(2)
        self.assertEqual(day_ends.mapped('date'), [START, START + timedelta(days=1)])

    def _check_day_closed(self):
        self._check_closed(1)

    def _check_closed(self, count):
        day_ends = self.env['carloan.day.end'].search([
            ('company_id', '=', self.company.id), ('date', '>=', self.day_before)], order='date')
        self.assertEqual(len(day_ends), count)
        self.assertEqual(day_ends.user_id, self.users['accountant'])
        self.assertEqual(set(day_ends.mapped('state')), {'done'})
        self.assertEqual(
            self.company._get_business_date(), self.day_before + timedelta(days=count))
        for day_end in day_ends:
            self.assert_books_right(day_end.date)
        return day_ends

    @property
    def cases(self):
        return self.env['carloan.collection.case'].search([('partner_id', '=', self.partner.id)])

    def _check_called(self):
        self.assertEqual(self.cases.state, 'open')
        self.assertRecordValues(self.cases.contact_ids, [{
            'user_id': self.users['collector'].id,
            'outcome_id': self.env.ref('carloan_collection.carloan_contact_outcome_sent').id}])

    def _check_received(self):
        self.assertEqual(len(self.loan.repayment_ids), self.receipts_before + 1)
        self.assertRecordValues(self.loan.repayment_ids.sorted('id')[-1], [{
            'state': 'registered', 'maker_id': self.users['cashier'].id,
            'fund_account_id': self.fund.id}])

    def _check_confirmed(self):
        self.assertEqual(set(self.loan.repayment_ids.mapped('state')), {'confirmed'})
        self.assertEqual(self.loan.amount_due_today, 0)
        self.assertEqual(self.loan.days_overdue, 0)
        self.assertEqual(set(self.cases.mapped('state')), {'closed'})

    def _check_release_checked(self):
        self.assertEqual(self.registration.state, 'release_checked')

    def _check_released(self):
        self.assertEqual(self.registration.state, 'released')

    def _check_settled(self):
        """An auditor only reads: nothing has changed."""
        self.assertRecordValues(self.loan, [{'state': 'settled', 'principal_outstanding': 0}])
