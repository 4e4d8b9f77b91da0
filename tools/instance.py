"""The running instance of `make run`: its database, server process and port."""

import os
import shutil
import signal
import socket
import subprocess
import time

import postgres
from common import ROOT, STATE, Failure, read_json, say, write_json
from odoo_cli import Odoo

FOLDER = STATE / 'run'
LOG = FOLDER / 'odoo.log'
PROCESS = FOLDER / 'process.json'
BUILDING = 'carloan make run: building'
READY = 'carloan make run: ready'


def database_name():
    return os.environ.get('CARLOAN_DB') or 'carloan'


def port():
    return int(os.environ.get('CARLOAN_PORT') or 8069)


def address():
    return f'http://127.0.0.1:{read_json(PROCESS).get("port", port())}'


def odoo():
    """Odoo with its configuration on the server that `make run` uses."""
    found = Odoo('run', postgres.server('run'))
    found.configure(http_port=port(), dbfilter=f'^{database_name()}$')
    return found


def running():
    """The process number of our server, or None."""
    record = read_json(PROCESS)
    if record and _start_time(record['pid']) == record['started']:
        return record['pid']
    return None


def _start_time(pid):
    """When a process started: its number alone may be another's by now."""
    try:
        with open(f'/proc/{pid}/stat') as stream:
            words = stream.read().rpartition(')')[2].split()
    except OSError:
        return None
    return None if words[0] == 'Z' else words[19]


def check_port():
    """Refuse to start where something else is listening."""
    with socket.socket() as probe:
        if probe.connect_ex(('127.0.0.1', port())) == 0:
            raise Failure(
                f'port {port()} is taken by another program, which is left alone. '
                f'Stop it, or choose another port: CARLOAN_PORT={port() + 1} make run'
            )


def start(instance, name):
    """Start the server in the background."""
    with open(LOG, 'ab') as stream:
        process = subprocess.Popen(
            instance.argv('server', '-d', name),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=instance.environment(),
            cwd=ROOT,
            start_new_session=True,
        )
    write_json(PROCESS, {'pid': process.pid, 'started': _start_time(process.pid), 'port': port()})


def stop():
    """Stop our server and the private PostgreSQL."""
    pid = running()
    if pid:
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            if not running():
                break
            time.sleep(0.1)
        else:
            os.kill(pid, signal.SIGKILL)
    PROCESS.unlink(missing_ok=True)
    say('Odoo stopped' if pid else 'Odoo was not running')
    postgres.stop_private()


def reset():
    """Drop the database that `make run` created, with its files, and nothing else."""
    stop()
    name = database_name()
    instance = odoo()
    comment = instance.server.databases().get(name)
    if comment not in (None, READY, BUILDING):
        raise Failure(f'the database {name} was not created by `make run`; it stays as it is')
    instance.drop(name)
    (FOLDER / f'{name}.json').unlink(missing_ok=True)
    shutil.rmtree(FOLDER / 'data' / 'sessions', ignore_errors=True)
    postgres.stop_private()
    say(f'The database {name} is gone; `make run` builds it anew')


def shell():
    """Open an Odoo shell on the database."""
    instance = odoo()
    if database_name() not in instance.server.databases():
        raise Failure('there is no database yet: `make run` first')
    os.execve(
        instance.python,
        instance.argv('shell', '-d', database_name(), '--no-http'),
        instance.environment(),
    )
