from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.addons.carloan_base.validators import get_id_check_character
from odoo.addons.carloan_collateral.tests.common import CollateralCommon
from odoo.addons.carloan_collection.models.carloan_contact import CarloanContact

# 10:00 in Shanghai, on the day of the tests.
MORNING = datetime(2026, 2, 20, 2, 0)


class CollectionCommon(CollateralCommon):
    """Overdue debtors and a clock that stands still."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case_model = cls.env['carloan.collection.case']
        cls.outcome = cls.env.ref('carloan_collection.carloan_contact_outcome_reached')
        cls.no_answer = cls.env.ref('carloan_collection.carloan_contact_outcome_no_answer')
        cls.promise = cls.env.ref('carloan_collection.carloan_contact_outcome_promise')

    @classmethod
    def _create_debtor(cls, number, **values):
        body = f'11010519900307{number:03d}'
        return cls._create_customer(
            f"Debtor {number}", body + get_id_check_character(body), **values)

    @classmethod
    def _create_overdue_loan(cls, days=1, partner=None, **values):
        """A loan whose first instalment is `days` overdue on the new business date."""
        loan = cls._create_active_loan(partner_id=(partner or cls.customer).id, **values)
        cls._pass_days_after(loan.first_unpaid_due_date, days)
        return loan

    @classmethod
    def _pass_days_after(cls, due_date, days):
        cls._move_to(due_date + timedelta(days=days))

    @classmethod
    def _get_case(cls, loan):
        return cls.case_model.search([('loan_ids', 'in', loan.ids)], order='id desc', limit=1)

    def _at(self, moment):
        """Stop the clock of the contact rules."""
        stopped = patch.object(CarloanContact, '_get_now', lambda model: moment)
        self.startPatcher(stopped)

    def _log(self, case, user=None, **values):
        wizard = self.env['carloan.contact.wizard'].with_user(user or self.collector).create({
            'case_id': case.id, 'outcome_id': self.outcome.id, 'channel': 'call', **values})
        wizard.action_log()
        return case.contact_ids.sorted('id')[-1:]

    def _pay_due(self, loan):
        self._repay(loan, loan.amount_due_today)
        return loan

