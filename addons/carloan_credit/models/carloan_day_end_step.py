import logging
import time
from decimal import Decimal
from typing import NamedTuple

import psycopg2

from odoo import fields, models

from ..session import prepare_for_sets

_logger = logging.getLogger(__name__)


class StepFigures(NamedTuple):
    """What a step may return instead of a plain number of records."""
    touched: int
    amount: Decimal


class CarloanDayEndStep(models.Model):
    """One step of a day end and how it went."""
    _name = 'carloan.day.end.step'
    _inherit = ['carloan.guard.mixin']
    _description = "Day End Step"
    _order = 'day_end_id desc, sequence, id'
    _rec_name = 'label'
    _guarded_fields = (
        'day_end_id', 'sequence', 'name', 'label', 'state', 'duration', 'touched_count', 'amount',
        'error')

    day_end_id = fields.Many2one(
        'carloan.day.end', required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='day_end_id.company_id')
    sequence = fields.Integer(required=True, readonly=True)
    name = fields.Char("Technical Name", required=True, readonly=True)
    label = fields.Char("Step", required=True, readonly=True)
    state = fields.Selection(
        [('todo', "To Do"), ('done', "Done"), ('failed', "Failed")],
        required=True, default='todo', readonly=True)
    duration = fields.Float("Seconds", readonly=True, digits=(12, 3))
    touched_count = fields.Integer("Records Touched", readonly=True)
    currency_id = fields.Many2one(related='day_end_id.company_id.currency_id')
    amount = fields.Monetary(readonly=True, help="Sum of what the step posted or recorded.")
    error = fields.Text(readonly=True)

    _name_uniq = models.Constraint(
        'UNIQUE (day_end_id, name)', "A step runs once in a day end.")

    def _run(self):
        """Run the step; an error undoes it as a whole and is kept on it.

        :return: whether it is done
        """
        self.ensure_one()
        started = time.monotonic()
        try:
            with self.env.cr.savepoint():
                prepare_for_sets(self.env.cr)
                method = getattr(self.env['carloan.loan'], f'_step_{self.name}')
                figures = method(self.day_end_id)
                self.env.flush_all()
        except psycopg2.OperationalError:
            raise
        except Exception as error:  # shown on the record, the run stops there
            _logger.exception("Day end %s, step %s failed", self.day_end_id.date, self.name)
            self._write_guarded({'state': 'failed', 'error': str(error)})
            return False
        if not isinstance(figures, StepFigures):
            figures = StepFigures(figures or 0, Decimal(0))
        self._write_guarded({
            'state': 'done', 'error': False, 'touched_count': figures.touched,
            'amount': figures.amount, 'duration': time.monotonic() - started})
        return True
