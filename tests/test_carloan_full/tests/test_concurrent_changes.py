import logging
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from decimal import Decimal
from functools import partial
from itertools import permutations
from threading import Barrier

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.carloan_base.money import to_decimal
from odoo.addons.carloan_credit.entries import RepayItem

from .committing_case import CommittingCase

_logger = logging.getLogger(__name__)
ROUNDS = 2


@tagged('post_install', '-at_install', '-standard', 'carloan_book')
class TestConcurrentChanges(CommittingCase):
    """Two or more people change one loan at the same moment, each in a transaction of his own
    that is tried again as the server does it for a request.

    Each act is done or refused with a reason; the loan agrees with its ledger; and what was done
    is what the same acts do one after the other in some order. `CARLOAN_ROUNDS` sets how often.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # while tests run, their thread holds the registry
        cls.classPatch(Registry, '_lock', DummyRLock())

    @classmethod
    def _set_up(cls, env, setting):
        super()._set_up(env, setting)
        setting['company'].carloan_day_end_max_ahead = 31
        cls.loan_ids = env['carloan.loan'].search([
            ('company_id', '=', cls.company_id), ('state', '=', 'active'),
            ('next_due_date', '!=', False)]).ids

    # === ACTS === #

    def _get_acts(self, env, loan_id, payment_id):
        """{name: act}, each on the loan as it finds it."""
        loan = env['carloan.loan'].browse(loan_id)
        today, fund = loan.company_id._get_business_date(), env['carloan.fund.account'].browse(
            self.fund_id)
        return {
            'pay': lambda: loan._repay([RepayItem(loan, Decimal('70.01'), today, fund)]),
            'extend': lambda: loan._change_terms('extend', today, "At once", periods=2),
            'rate': lambda: loan._change_terms('rate', today, "At once", rate=6.0),
            'fee': lambda: loan._charge_fee(30, today, "At once"),
            'waive': lambda: loan._waive({'fee': 20}, today, "At once"),
            'write_off': lambda: loan._write_off(today, "At once"),
            'pay_off': lambda: loan._pay_off(
                loan._get_payoff(today)['total'], today, fund),
            'reverse': lambda: env['carloan.transaction'].browse(payment_id)._reverse("At once"),
            'day_end': lambda: loan.company_id._run_day_ends(today),
        }

    def _prepare(self):
        """A loan that owes a fee of 50 and on which a payment of 10 stands."""
        loan_id = self.loan_ids.pop()
        with self._committed() as env:
            loan = env['carloan.loan'].browse(loan_id)
            today = loan.company_id._get_business_date()
            payment = loan._repay([RepayItem(
                loan, Decimal(10), today, env['carloan.fund.account'].browse(self.fund_id))])
            loan._charge_fee(50, today, "Before")
            return loan_id, payment.id

    def _do_at_once(self, prepared, names):
        """Let each act happen in a thread with a transaction of its own.

        :return: list of (act, outcome, reason): 'done', 'refused', or an 'error' that nobody
                 should see
        """
        with ExitStack() as stack, ThreadPoolExecutor(len(names)) as pool:
            barrier, people = Barrier(len(names)), []
            for name in names:
                cursor = self.connection.cursor()
                stack.callback(cursor.close)
                env = api.Environment(cursor, SUPERUSER_ID, {'tracking_disable': True})
                people.append((name, self._get_acts(env, *prepared)[name], env))
            with mute_logger('odoo.sql_db'):
                return list(pool.map(partial(self._do, barrier), people))

    def _do(self, barrier, person):
        name, act, env = person
        barrier.wait(60)
        try:
            retrying(act, env)
        except UserError as error:
            return name, 'refused', str(error)
        except Exception as error:      # reported by the test as what it is
            return name, 'error', repr(error)
        finally:
            env.cr.close()              # as the server does; what was refused holds no lock
        return name, 'done', ''

    # === WHAT COMES OF IT === #

    def _read(self, env, loan_id):
        """What the loan and its ledger say, without the ids of rows."""
        env.invalidate_all()
        loan = env['carloan.loan'].browse(loan_id)
        self.assertFalse(loan._check_integrity())
        sums = Counter()
        for line in loan.transaction_ids.line_ids:
            sums[line.value_date, line.kind, line.component, line.instalment_number] += (
                to_decimal(line.amount))
        rows = [
            (row.number, row.due_date, row.principal_amount, row.interest_amount, row.paid_date)
            for row in loan.instalment_ids.sorted('number')]
        return loan.state, loan.maturity_date, {
            key: amount for key, amount in sums.items() if amount}, rows

    def _read_in_turn(self, prepared, names):
        """What the loan would say were the acts done in this order, those left out that are
        refused; nothing of it is kept."""
        with closing(self.connection.cursor()) as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {'tracking_disable': True})
            acts = self._get_acts(env, *prepared)
            for name in names:
                try:
                    with cursor.savepoint():
                        acts[name]()
                except UserError:
                    env.invalidate_all()
            return self._read(env, prepared[0])

    def _check(self, *names):
        """Let the acts happen at once, several times; each time the loan must be one of those that
        the acts give in turn.

        :return: Counter of (act, outcome)
        """
        counts = Counter()
        for _round in range(int(os.environ.get('CARLOAN_ROUNDS') or ROUNDS)):
            prepared = self._prepare()
            possible = [self._read_in_turn(prepared, order) for order in permutations(names)]
            outcomes = self._do_at_once(prepared, names)
            self.assertFalse([row for row in outcomes if row[1] == 'error'])
            self.assertTrue(all(reason for _name, outcome, reason in outcomes
                                if outcome == 'refused'))
            with self._committed() as env:
                self.assertIn(self._read(env, prepared[0]), possible, outcomes)
            counts.update((name, outcome) for name, outcome, _reason in outcomes)
        _logger.info("At once: %s", dict(counts))
        return counts

    def _get_deadlocks(self):
        with self._committed() as env:
            env.cr.execute(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            return env.cr.fetchone()[0]

    # === PAIRS === #

    def test_what_does_not_exclude_each_other_is_done(self):
        for names in (('pay', 'extend'), ('pay', 'rate'), ('reverse', 'pay'), ('fee', 'waive'),
                      ('pay', 'pay'), ('extend', 'rate', 'pay')):
            with self.subTest(acts=names):
                counts = self._check(*names)
                self.assertEqual({outcome for _name, outcome in counts}, {'done'})

    def test_of_what_excludes_each_other_the_later_is_refused(self):
        for names in (('pay', 'write_off'), ('waive', 'write_off'), ('extend', 'write_off'),
                      ('pay', 'pay_off'), ('pay_off', 'write_off')):
            with self.subTest(acts=names):
                counts = self._check(*names)
                self.assertTrue(
                    any(outcome == 'done' for _name, outcome in counts), counts)

    def test_the_same_is_undone_once(self):
        counts = self._check('reverse', 'reverse')
        self.assertEqual(counts['reverse', 'done'], counts['reverse', 'refused'])

    def test_the_night_waits_for_nobody_in_vain(self):
        for name in ('pay', 'reverse', 'extend', 'write_off'):
            with self.subTest(act=name):
                counts = self._check('day_end', name)
                self.assertEqual({outcome for _name, outcome in counts}, {'done'})

    def test_a_day_is_closed_once(self):
        counts = self._check('day_end', 'day_end')
        self.assertTrue(counts['day_end', 'done'])

    def test_eight_people_on_one_loan(self):
        before = self._get_deadlocks()
        prepared = self._prepare()
        names = ['pay', 'pay', 'fee', 'waive', 'extend', 'rate', 'pay', 'reverse']
        outcomes = self._do_at_once(prepared, names)
        undone = {row[0] for row in outcomes if row[1] != 'done'}
        self.assertLessEqual(undone, {'waive'}, "Only a fee that was paid is not waived")
        self.assertFalse([row for row in outcomes if row[1] == 'error'])
        with self._committed() as env:
            loan = env['carloan.loan'].browse(prepared[0])
            self.assertFalse(loan._check_integrity())
            paid = sum(-row.amount for row in loan.transaction_ids if row.kind == 'repayment'
                       and not row.reversal_of_id and not row.reversed_by_id
                       and row.id > prepared[1])
            self.assertEqual(to_decimal(paid), 3 * Decimal('70.01'))
        self.assertEqual(self._get_deadlocks(), before)
