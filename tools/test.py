"""`make test`: all tests, two at a time; with ADDON=x or TAGS=y a part of them."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import kill
import lifecycle
import lint
import machine
import postgres
import translations
import unit
from common import main, say, step
from odoo_cli import Odoo, present_addons
from odoo_tests import run_tests
from results import close, measure
from templates import Templates, closure, test_addons

BOOK_TAG = 'carloan_book'


def test():
    """Build what is needed, run the parts, print the table and the closing line."""
    started = time.monotonic()
    machine.pdf_libraries()
    with step('Finding the browser'):
        say(f'  {machine.browser()}')
    with postgres.for_tests() as server:
        odoo = Odoo('test', server, tests=True)
        odoo.configure(max_cron_threads=0)
        templates = Templates(odoo)
        templates.sweep()
        limited = os.environ.get('ADDON') or os.environ.get('TAGS')
        parts = (_some if limited else _all)(odoo, templates)
        say(f'- Running {len(parts)} parts')
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda item: measure(*item), parts))
    return close(results, time.monotonic() - started)


def _some(odoo, templates):
    """Only the tests of one addon, or those that match the tags."""
    addon, tags = os.environ.get('ADDON'), os.environ.get('TAGS')
    if addon in present_addons():
        names = closure(addon)
        options = ('-i', ','.join(names), '--skip-auto-install')
        source = partial(templates.odoo_only, names)
    else:
        options, source = (), templates.full
    tags = ','.join(filter(None, [tags, addon and not tags and f'/{addon}']))
    return [(tags, _on_copy(odoo, templates, source, tags, *options))]


def _all(odoo, templates):
    """All parts: the quick ones, then the long ones, so that both cores are busy to the end."""
    addons, tests = present_addons(), test_addons()
    ours, theirs = (','.join(f'/{name}' for name in names) for names in (addons, tests))
    on_copy = partial(_on_copy, odoo, templates)
    flows = on_copy(templates.full, f'{theirs},-{BOOK_TAG}')
    demo = on_copy(templates.served, BOOK_TAG, '-i', ','.join(tests), '--skip-auto-install')
    subsets = [
        (f'alone: {_short(names)}', lifecycle.subset(odoo, templates, names))
        for names in lifecycle.subsets()
    ]
    return [
        *lint.PARTS,
        *unit.PARTS,
        ('whole flows and tours', flows),
        ('beside other data', lifecycle.beside_data(odoo, templates)),
        ('the demo book', demo),
        ('day ends killed', kill.killed_day_ends(odoo, templates)),
        ('all five together', on_copy(templates.full, ours)),
        *reversed(subsets),
        ('Chinese terms', lambda result: translations.check(odoo, result, templates.full())),
        (f'uninstall {lifecycle.LEAF}', lifecycle.uninstall(odoo, templates)),
    ]


def _on_copy(odoo, templates, template, tags, *options):
    def part(result):
        with templates.copy(template()) as database:
            run_tests(odoo, result, database, tags, *options)

    return part


def _short(names):
    return ' + '.join(name.removeprefix('carloan_') for name in names)


if __name__ == '__main__':
    main(test)
