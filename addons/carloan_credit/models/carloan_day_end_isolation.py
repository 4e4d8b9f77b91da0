import logging

import psycopg2

from odoo import models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class CarloanDayEnd(models.Model):
    """One loan that cannot be dealt with stops nobody else: it is listed and tried again."""
    _inherit = 'carloan.day.end'

    def _run_isolated(self, loans, method):
        """Call `method(batch)` on all loans at once; when that fails, on halves, down to the
        loan that is to blame, which is listed with its error while the others go on.

        :return: the number of loans that went well
        """
        if not loans:
            return 0
        try:
            with self.env.cr.savepoint():
                method(loans)
        except psycopg2.OperationalError:
            raise
        except Exception as error:  # any error of one loan must not stop others
            if len(loans) > 1:
                middle = len(loans) // 2
                return self._run_isolated(loans[:middle], method) + self._run_isolated(
                    loans[middle:], method)
            self._note_failure(loans, error)
            return 0
        self._resolve_failures(loans)
        return len(loans)

    def _note_failure(self, loan, error):
        step = self._get_next_step().name or ''
        _logger.warning("Day end %s, step %s: loan %s failed", self.date, step, loan.id,
                        exc_info=error)
        failures = self.env['carloan.day.end.failure'].sudo()
        same = failures.search([
            ('day_end_id', '=', self.id), ('loan_id', '=', loan.id), ('step', '=', step)])
        if same:
            same._write_guarded({'error': str(error), 'resolved': False})
        else:
            failures._create_guarded([{
                'day_end_id': self.id, 'step': step, 'loan_id': loan.id, 'error': str(error)}])

    def _resolve_failures(self, loans):
        """The step went well now: earlier failures of these loans are history."""
        step = self._get_next_step().name or ''
        self.env.cr.execute(SQL(
            "UPDATE carloan_day_end_failure SET resolved = TRUE "
            "WHERE NOT resolved AND step = %s AND loan_id = ANY(%s)", step, loans.ids))
        self.env['carloan.day.end.failure'].invalidate_model(['resolved'])
