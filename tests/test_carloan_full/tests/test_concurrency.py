import json
import logging
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from socket import socket
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from odoo.tests import tagged
from odoo.tools import config

from .committing_case import CommittingCase

_logger = logging.getLogger(__name__)
CLIENTS = 50


@tagged('post_install', '-at_install', '-standard', 'carloan_book')
class TestConcurrency(CommittingCase):
    """Many people at once, over HTTP against a server of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls._serve()

    @classmethod
    def _set_up(cls, env, setting):
        super()._set_up(env, setting)
        keys = env['res.users.apikeys'].with_user(cls.users['accountant']).sudo()
        cls.key = keys._generate('rpc', 'concurrency', None)
        cls.loan_ids = env['carloan.loan'].search(
            [('company_id', '=', cls.company_id), ('state', '=', 'active')], limit=2).ids

    @classmethod
    def _serve(cls):
        with closing(socket()) as free:
            free.bind(('127.0.0.1', 0))
            port = free.getsockname()[1]
        server = subprocess.Popen([
            sys.executable, '-m', 'odoo', 'server', '-c', config['config'],
            '-d', config['db_name'][0], '--http-interface', '127.0.0.1',
            '--http-port', str(port), '--gevent-port', str(port + 1), '--max-cron-threads', '0',
            '--db_maxconn', '80', '--log-level', 'critical'])
        cls.addClassCleanup(server.wait, 60)
        cls.addClassCleanup(server.terminate)
        url = f'http://127.0.0.1:{port}'
        for _second in range(300):
            try:
                urlopen(f'{url}/web/health', timeout=5).close()
                return url
            except (URLError, OSError):
                time.sleep(1)
        raise AssertionError("The server did not answer within five minutes")

    def _register(self, loan_id, amount, count=1):
        with self._committed() as env:
            repayments = env(user=self.users['cashier'], context={
                'allowed_company_ids': [self.company_id]})['carloan.repayment'].create([
                    {'loan_id': loan_id, 'amount': amount, 'fund_account_id': self.fund_id}
                    for _number in range(count)])
            repayments.action_register()
            return repayments.ids

    def _confirm(self, repayment_id):
        """(status, message) of one confirmation by the accountant."""
        request = Request(
            f'{self.url}/json/2/carloan.repayment/action_confirm',
            data=json.dumps({'ids': [repayment_id]}).encode(),
            headers={'Authorization': f'Bearer {self.key}', 'Content-Type': 'application/json'})
        try:
            with urlopen(request, timeout=300) as response:
                return response.status, ''
        except HTTPError as error:
            return error.code, json.loads(error.read())['message']

    def _confirm_all(self, repayment_ids):
        with ThreadPoolExecutor(len(repayment_ids)) as pool:
            return list(pool.map(self._confirm, repayment_ids))

    def _count_postings(self, repayment_ids):
        with self._committed() as env:
            return env['carloan.transaction'].search_count([
                ('origin_model', '=', 'carloan.repayment'), ('origin_id', 'in', repayment_ids),
                ('kind', '=', 'repayment')])

    def test_fifty_confirmations_of_one_repayment_post_once(self):
        repayment_ids = self._register(self.loan_ids[0], 12.34)
        answers = self._confirm_all(repayment_ids * CLIENTS)
        refused = [answer for answer in answers if answer[0] != 200]
        _logger.info("Of %s confirmations %s were refused: %s", CLIENTS, len(refused),
                     sorted({message for _status, message in refused}))
        self.assertEqual(len(answers) - len(refused), 1)
        for status, message in refused:
            self.assertEqual(status, 422, message)
            self.assertRegex(message, "Somebody else|is in state|possible")
        self.assertEqual(self._count_postings(repayment_ids), 1)

    def test_people_who_change_one_loan_at_once_take_turns(self):
        repayment_ids = self._register(self.loan_ids[1], 1.11, count=4)
        answers = self._confirm_all(repayment_ids)
        self.assertEqual([status for status, _message in answers], [200] * 4, answers)
        self.assertEqual(self._count_postings(repayment_ids), 4)
        with self._committed() as env:
            self.assertFalse(env['carloan.loan'].browse(self.loan_ids)._check_integrity())
