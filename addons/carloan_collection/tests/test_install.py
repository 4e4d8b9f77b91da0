from datetime import timedelta

from odoo.tests import tagged

from .common import CollectionCommon


@tagged('post_install', '-at_install')
class TestInstall(CollectionCommon):
    """The addon meets a book that was there before it."""

    def test_the_first_day_end_opens_the_cases_of_an_old_book(self):
        loan = self._create_overdue_loan(days=40)
        case = self._get_case(loan)
        self.env.cr.execute("DELETE FROM carloan_collection_case WHERE id = %s", [case.id])
        self.env.invalidate_all()
        self.assertFalse(self._get_case(loan))
        self._move_to(self.company._get_business_date() + timedelta(days=1))
        self.assertEqual(self._get_case(loan).days_overdue, 41)
