"""`make run`: Odoo with the five addons and the demo book at http://127.0.0.1:8069."""

import os
import time
import urllib.error
import urllib.request

import book
import instance
import machine
from common import Failure, digest, main, read_json, say, step, write_json
from odoo_cli import present_addons


def run():
    """Build what is missing, start the server, say where to go."""
    started = time.monotonic()
    name = instance.database_name()
    if instance.running():
        say('Odoo is already running')
    else:
        machine.pdf_libraries()
        odoo = instance.odoo()
        prepare(odoo, name)
        instance.check_port()
        with step('Starting Odoo'):
            instance.start(odoo, name)
            wait(name)
    announce(name)
    say(f'Ready after {time.monotonic() - started:.1f} s.')


def prepare(odoo, name):
    """Make sure that the database is there, is ours, and has the addons as they are now."""
    record = instance.FOLDER / f'{name}.json'
    code = digest([f'addons/{addon}' for addon in present_addons()])
    comment = odoo.server.databases().get(name)
    if comment is not None and comment != instance.READY:
        comment = _claim(odoo, name, comment)
    if comment is None:
        say(f'- Creating the database {name}')
        odoo.server.create(name, instance.BUILDING)
        book.build(odoo, name)
        odoo.server.comment(name, instance.READY)
    elif read_json(record).get('code') != code:
        with step('The addons have changed: updating them in the database'):
            odoo.run(
                'server',
                '-d',
                name,
                '-u',
                'carloan_base',
                '-i',
                ','.join(present_addons()),
                '--skip-auto-install',
                '--no-http',
                '--stop-after-init',
                log=odoo.folder / 'install.log',
            )
    if read_json(record).get('code') != code:
        write_json(record, {'code': code, 'logins': book.logins(odoo, name)})


def _claim(odoo, name, comment):
    """Decide about an existing database that is not a finished one of ours."""
    if comment == instance.BUILDING:
        say(f'- Dropping {name}, which an interrupted run left half built')
        odoo.drop(name)
        return None
    if os.environ.get('CARLOAN_DB') != name:
        raise Failure(
            f'there is a database {name} that `make run` did not create. It stays as it is. '
            f'To install the addons into it say: CARLOAN_DB={name} make run; '
            f'to use another one: CARLOAN_DB=another make run'
        )
    return comment


def wait(name):
    """Wait until the login page answers."""
    for _ in range(600):
        if not instance.running():
            raise Failure(f'Odoo stopped while starting; its last words are in {instance.LOG}')
        try:
            with urllib.request.urlopen(f'{instance.address()}/web/login', timeout=30) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise Failure(f'Odoo did not answer in time; see {instance.LOG}')


def announce(name):
    """Print where to go and who can log in."""
    rows = [('login', 'password', 'role'), ('admin', 'admin', "Odoo's administrator")]
    rows += [
        row
        for row in read_json(instance.FOLDER / f'{name}.json').get('logins', [])
        if row[0] != 'admin'
    ]
    widths = [max(len(str(row[column])) for row in rows) for column in range(2)]
    say('')
    for login, password, role in rows:
        say(f'  {login:{widths[0]}}  {password:{widths[1]}}  {role}')
    say(f'\nOpen {instance.address()}  (make stop, make logs, make shell, make reset)')


if __name__ == '__main__':
    main(run)
