"""The database that `make run` serves: Odoo, a Chinese company, the five addons, the demo book."""

import ast

from common import Failure, step
from odoo_cli import dependencies, present_addons

LANGUAGES = 'en_US,zh_CN'
COMPANY = """
company = env.ref('base.main_company')
currency = env.ref('base.CNY')
currency.active = True
company.write({'country_id': env.ref('base.cn').id, 'currency_id': currency.id})
if 'account.chart.template' in env:
    env['account.chart.template'].try_loading('cn_large_bis', company=company, install_demo=False)
env.cr.commit()
"""
# In pieces: one transaction over a year would drag all dead rows of its own behind it, and
# PostgreSQL plans badly on tables that were never analysed.
BOOK = """
remaining = 1
while remaining:
    remaining = env['carloan.demo.book']._build(seconds=15)
    env.cr.execute('ANALYZE')
    env.cr.commit()
"""
LOGINS = """
print('LOGINS ' + repr([tuple(row) for row in env['carloan.demo.book']._get_logins()]))
"""


def build(odoo, database):
    """Build the served database in an empty one; each step says how long it took."""
    addons = present_addons()
    with step('Installing what the addons need from Odoo, in English and Chinese'):
        install(odoo, database, ['base', *dependencies(addons)], '--load-language', LANGUAGES)
    with step('Making the company Chinese: CNY, chart of accounts cn_large_bis'):
        odoo.shell(database, COMPANY)
    with step(f'Installing {", ".join(addons)}'):
        install(odoo, database, addons)
    if 'carloan_credit' in addons:
        with step('Building the demo book'):
            odoo.shell(database, BOOK)


def install(odoo, database, modules, *options):
    """Install modules and nothing that only comes along with them."""
    log = odoo.folder / f'install-{database}.log'
    log.unlink(missing_ok=True)
    odoo.run(
        'server',
        '-d',
        database,
        '-i',
        ','.join(modules),
        '--skip-auto-install',
        '--no-http',
        '--stop-after-init',
        *options,
        log=log,
    )
    trouble = [
        line
        for line in log.read_text(errors='replace').splitlines()
        if ' ERROR ' in line or ' CRITICAL ' in line
    ]
    if trouble:
        raise Failure(
            f'the installation of {", ".join(modules)} logged errors, see {log}:\n'
            + '\n'.join(trouble[:10])
        )


def logins(odoo, database):
    """Who can log in: rows of login, password, role."""
    for line in odoo.shell(database, LOGINS).splitlines():
        if line.startswith('LOGINS '):
            return ast.literal_eval(line.removeprefix('LOGINS '))
    return []
