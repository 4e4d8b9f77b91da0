import json
import logging
import os
import re
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tests.common import ChromeBrowser
from odoo.tools import mute_logger

from .tour_path import PATH, TourPathCase

_logger = logging.getLogger(__name__)

TOURS = "odoo.loader.modules.get('@web/core/registry').registry.category('web_tour.tours')"
LIST_STEPS = f"""
const steps = {{}};
for (const [name, tour] of {TOURS}.getEntries()) {{
    if (name.startsWith('carloan_')) {{
        steps[name] = tour.steps().map((step) => [step.content, Boolean(step.run)]);
    }}
}}
console.log('STEPS ' + JSON.stringify(steps));
console.log('test successful');
"""
FAILED = re.compile(r'FAILED: \[(\d+)/\d+\] Tour \w+ → Step (.*)')
LEAVE_OUT = f"""
const tour = {TOURS}.get(%(tour)s);
const steps = tour.steps().filter((step, index) => index !== %(index)s);
{TOURS}.add(%(tour)s, {{ ...tour, steps: () => steps }}, {{ force: true }});
odoo.startTour(%(tour)s, {{ startUrl: %(path)s }});
"""


@tagged('post_install', '-at_install', '-standard', 'carloan_mutation')
class TestTourMutations(TourPathCase):
    """The walk of the tours notices each act that is left out: the tour breaks off, or the
    database afterwards lacks what the act does.

    Takes a quarter of a minute for each act, so it is not part of `make test`:
    `make test TAGS=carloan_mutation`; the environment variable CARLOAN_TOURS limits it to some
    tours (names without `carloan_`, comma separated).
    """
    browser_size = '1366x768'

    def test_each_act_is_missed(self):
        wanted = set(filter(None, os.environ.get('CARLOAN_TOURS', '').split(',')))
        rows, checked = [], set()
        steps = self._list_steps()
        with self.in_the_morning():
            for stage in PATH:
                self.prepare(stage)
                key = (stage.tour, stage.check)
                if key not in checked and (not wanted or stage.tour in wanted):
                    checked.add(key)
                    rows += self._leave_out_each(stage, steps[f'carloan_{stage.tour}'])
                self.tour(stage)
                self.check(stage)
                if wanted and wanted == {tour for tour, _check in checked}:
                    break
        _logger.info("What a walk says without a step:\n%s", "\n".join(map(" | ".join, rows)))
        self.assertTrue(rows)
        self.assertFalse([row for row in rows if not row[-1]], "acts that nobody misses")

    def _list_steps(self):
        """{tour: [(content, whether it is an act)]}, as the browser has them."""
        said, listen = [], ChromeBrowser._handle_console

        def note(browser, type, args=None, **values):  # noqa: A002 - the name is Chrome's
            said.extend(str(arg.get('value')) for arg in args or ())
            return listen(browser, type, args, **values)

        with patch.object(ChromeBrowser, '_handle_console', note):
            ready = "odoo.isTourReady('carloan_vote')"
            self.browser_js('/odoo', LIST_STEPS, ready, login='officer')
        return json.loads(next(text for text in said if text.startswith('STEPS '))[6:])

    def _leave_out_each(self, stage, steps):
        """Rows (tour, step left out, what noticed it)."""
        rows = []
        for index, (content, acts) in enumerate(steps):
            verdict = self._walk_without(stage, index) if acts else "waits and looks only"
            rows.append((f'{stage.tour}, {stage.check}', content, verdict))
            _logger.info("%s", " | ".join(rows[-1]))
        return rows

    def _walk_without(self, stage, index):
        """What noticed that the step is missing; the database is as before in the end."""
        code = LEAVE_OUT % {
            'tour': json.dumps(f'carloan_{stage.tour}'), 'index': index,
            'path': json.dumps(f'/odoo/{stage.path}')}
        for _attempt in range(3):
            self.env.flush_all()
            try:
                with self.env.cr.savepoint() as savepoint:
                    try:
                        verdict, failed_at = self._get_verdict(stage, code)
                    finally:
                        savepoint.rollback()
            finally:
                self.env.invalidate_all()
                self.registry.clear_all_caches()
            if failed_at is None or failed_at >= index:
                return verdict
        self.fail(f"Before step {index} of {stage.tour} the walk breaks by itself: {verdict}")

    def _get_verdict(self, stage, code):
        """(what noticed it or '', number of the step at which the tour broke or None). A tour that
        breaks before the missing step says nothing about it: the machine was too slow."""
        try:
            with mute_logger(f'{self._logger.name}.browser'):
                self.tour(stage, code=code)
        except AssertionError as error:
            found = FAILED.search(str(error))
            if not found:
                raise
            return f"tour, at: {found[2][:120]}", int(found[1]) - 1
        try:
            self.check(stage)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test would fail
            return f"database: {' '.join(str(error).split())[:150]}", None
        return '', None
