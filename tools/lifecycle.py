"""Installing and uninstalling: subsets alone, all five beside other data, a leaf away again."""

import itertools

from odoo_cli import manifest, present_addons
from odoo_tests import run_server, run_tests
from templates import closure

WITNESSES = (
    'res_partner',
    'res_users',
    'account_move',
    'account_account',
    'hr_employee',
    'fleet_vehicle',
)
LEAF = 'carloan_collection'


def subsets():
    """The subsets of our addons that are closed under the arrows, small ones first."""
    addons = present_addons()
    for size in range(1, len(addons) + 1):
        for names in itertools.combinations(addons, size):
            needs = {need for name in names for need in manifest(name)['depends'] if need in addons}
            if needs <= set(names):
                yield list(names)


def subset(odoo, templates, names):
    """The part that installs a subset alone and runs the tests of the addon it is minimal for."""
    tested = next((name for name in names if closure(name) == names), None)

    def part(result):
        with templates.copy(templates.odoo_only(names)) as database:
            install = ('-i', ','.join(names), '--skip-auto-install')
            if tested:
                run_tests(odoo, result, database, f'/{tested}', *install)
            else:
                run_server(odoo, result, database, *install)
            _check_installed(odoo, result, database, names)

    return part


def _check_installed(odoo, result, database, names):
    """One test: these of our addons are installed and no others."""
    rows = odoo.server.sql(
        "SELECT name FROM ir_module_module WHERE state = 'installed' AND name LIKE 'carloan%'",
        database,
    )
    found = sorted(row[0] for row in rows)
    if found == sorted(names):
        result.passed += 1
    else:
        result.fail(f'installed: {found}, wanted: {sorted(names)}')


def beside_data(odoo, templates):
    """The part that installs the five addons into an Odoo with demo data of its own."""

    def part(result):
        with templates.copy(templates.plain()) as database:
            before = _counts(odoo, database)
            run_server(odoo, result, database, '-i', ','.join(present_addons()))
            _check_installed(odoo, result, database, present_addons())
            after = _counts(odoo, database)
            lost = {
                table: (before[table], after[table])
                for table in before
                if after[table] < before[table]
            }
            if lost or not before['account_move']:
                result.fail(f'rows before and after: {lost or before}')
            else:
                result.passed += 1

    return part


def _counts(odoo, database):
    return {
        table: int(odoo.server.sql(f'SELECT count(*) FROM {table}', database)[0][0])
        for table in WITNESSES
    }


def uninstall(odoo, templates):
    """The part that takes carloan_collection away from the demo book; the other four live on."""

    def part(result):
        with templates.copy(templates.served()) as database:
            loans = "SELECT count(*), sum(principal_outstanding) FROM carloan_loan"
            before = odoo.server.sql(loans, database)
            log = odoo.folder / 'logs' / 'uninstall.log'
            log.unlink(missing_ok=True)
            odoo.run('module', 'uninstall', '-d', database, LEAF, log=log)
            rest = [name for name in present_addons() if name != LEAF]
            _check_installed(odoo, result, database, rest)
            _check_gone(odoo, result, database)
            if odoo.server.sql(loans, database) == before and before[0][0] != '0':
                result.passed += 1
            else:
                result.fail(f'loans before: {before}')
            run_server(odoo, result, database, '-u', rest[0])

    return part


def _check_gone(odoo, result, database):
    """One test: the uninstalled leaf left no model, view or menu behind."""
    rows = odoo.server.sql(
        f"SELECT model, name FROM ir_model_data WHERE module = '{LEAF}'", database
    )
    if rows:
        result.fail(f'{len(rows)} records of {LEAF} are left, the first: {rows[0]}')
    else:
        result.passed += 1
