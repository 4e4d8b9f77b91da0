"""PostgreSQL: the server that odoo.conf or the PG* variables name, else a private cluster."""

import configparser
import fcntl
import glob
import hashlib
import os
import pwd
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import apt
from common import ROOT, STATE, Failure, run, say, step

ROLE = 'carloan'
FAST = ('fsync=off', 'full_page_writes=off', 'synchronous_commit=off')


@dataclass
class Server:
    """A PostgreSQL server and how to talk to it; `home` is set for a private cluster."""

    host: str
    port: str
    user: str
    password: str = field(default='', repr=False)
    home: Path = None

    def sql(self, statement, database='postgres'):
        """Run one statement and return its rows as lists of words."""
        environment = {**os.environ, 'PGCONNECT_TIMEOUT': '5'}
        if self.password:
            environment['PGPASSWORD'] = self.password
        argv = [
            tool('psql'),
            '-X',
            '-q',
            '-A',
            '-t',
            '-F',
            '\t',
            '-v',
            'ON_ERROR_STOP=1',
            '-d',
            database,
        ]
        for flag, value in (('-h', self.host), ('-p', self.port), ('-U', self.user)):
            argv += [flag, value] if value else []
        output = run([*argv, '-c', statement], env=environment)
        return [line.split('\t') for line in output.splitlines()]

    def answers(self):
        try:
            return bool(self.sql('SELECT 1'))
        except Failure:
            return False

    def databases(self):
        """All databases with the comment on each."""
        rows = self.sql(
            "SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database"
        )
        return {row[0]: row[1] for row in rows}

    def create(self, name, comment, template=None):
        source = (
            f'TEMPLATE "{template}"'
            if template
            else "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
        )
        self.sql(f'CREATE DATABASE "{name}" {source}')
        self.comment(name, comment)

    def comment(self, name, comment):
        self.sql(f"COMMENT ON DATABASE \"{name}\" IS '{comment}'")

    def drop(self, name):
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self):
        """Stop a private cluster; leave any other server alone."""
        if self.home and (self.home / 'data/postmaster.pid').exists():
            run(
                as_owner(tool('pg_ctl'), '-D', self.home / 'data', '-m', 'fast', '-w', 'stop'),
                cwd='/',
            )


def tool(name):
    """The path of a PostgreSQL program, the newest server's first; installed if missing."""
    path = _find(name)
    if not path:
        apt.install(['postgresql', 'postgresql-client'], 'the database server')
        return tool(name)
    return path


def _find(name):
    found = sorted(
        glob.glob(f'/usr/lib/postgresql/*/bin/{name}'), key=lambda path: int(path.split('/')[4])
    )
    return found[-1] if found else shutil.which(name)


def as_owner(*argv):
    """The command line that runs a server program as the cluster's owner, who is never root."""
    if os.geteuid():
        return list(argv)
    return ['runuser', '-u', owner(), '--', *argv]


def owner():
    """The user that owns the private cluster."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid()).pw_name
    tool('initdb')
    return 'postgres'


def server(name, fast=False):
    """A named server that answers, else the private cluster `name`, started if need be."""
    named = _named()
    if named:
        if named.answers():
            return named
        place = named.host or 'the default socket'
        say(f'- PostgreSQL at {place} does not answer; using a private one')
    return private(name, fast)


@contextmanager
def for_tests():
    """The server for tests; the last run to end stops it if it is a private one."""
    with open(STATE / 'test.lock', 'w') as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        found = server('test', fast=True)
        try:
            yield found
        finally:
            _stop_if_alone(stream, found)


def stop_private():
    """Stop the private clusters; the one for tests only when no test run uses it."""
    if not _find('pg_ctl'):
        return
    private_server('run').stop()
    with open(STATE / 'test.lock', 'w') as stream:
        _stop_if_alone(stream, private_server('test'))


def _stop_if_alone(stream, cluster):
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    cluster.stop()


def _named():
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / 'odoo.conf')
    options = dict(config['options']) if config.has_section('options') else {}

    def value(option, variable):
        text = options.get(option, '')
        return os.environ.get(variable, '') if text in ('', 'False') else text

    host, port = value('db_host', 'PGHOST'), value('db_port', 'PGPORT')
    user, password = value('db_user', 'PGUSER'), value('db_password', 'PGPASSWORD')
    return Server(host, port, user, password) if host or port or user else None


def private(name, fast=False):
    """The private cluster `name`: own folder, own socket, no TCP."""
    cluster = private_server(name)
    if cluster.answers():
        return cluster
    with step(f'Starting a private PostgreSQL ({name})'):
        if not (cluster.home / 'data/PG_VERSION').exists():
            _initialise(cluster.home)
        try:
            _start(cluster.home, fast)
        except Failure:
            if not fast:
                raise
            say('  it did not start; a cluster for tests is thrown away and made again')
            _initialise(cluster.home)
            _start(cluster.home, fast)
    return cluster


def private_server(name):
    """The private cluster `name` as it would be reached, running or not."""
    home = _folder() / name
    return Server(str(home), '5432', ROLE, home=home)


def _folder():
    """In the checkout, unless its path is too long for a socket or closed to the owner."""
    folder = STATE / 'pg'
    reachable = not as_owner() or not _fails(as_owner('test', '-x', str(ROOT)))
    if len(str(folder)) < 70 and reachable:
        return folder
    return (
        Path('/var/tmp')
        / f'carloan-{os.geteuid()}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}'
    )


def _fails(argv):
    try:
        run(argv, cwd='/')
    except Failure:
        return True
    return False


def _initialise(home):
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, mode=0o700)
    home.parent.chmod(0o755)
    if not os.geteuid():
        shutil.chown(home, owner())
    run(
        as_owner(
            tool('initdb'),
            '-D',
            home / 'data',
            '-U',
            'postgres',
            '-A',
            'trust',
            '-E',
            'UTF8',
            '--locale=C.UTF-8',
            '--no-sync',
        ),
        cwd='/',
    )


def _start(home, fast):
    settings = [
        'listen_addresses=',
        f'unix_socket_directories={home}',
        'unix_socket_permissions=0700',
        'port=5432',
        'max_connections=100',
        'shared_buffers=256MB',
        *(FAST if fast else ()),
    ]
    options = ' '.join(f"-c '{setting}'" for setting in settings)
    run(
        as_owner(
            tool('pg_ctl'),
            '-D',
            home / 'data',
            '-l',
            home / 'postgres.log',
            '-w',
            '-t',
            '60',
            '-o',
            options,
            'start',
        ),
        cwd='/',
    )
    admin = Server(str(home), '5432', 'postgres')
    if not admin.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"):
        admin.sql(f'CREATE ROLE {ROLE} LOGIN CREATEDB')
