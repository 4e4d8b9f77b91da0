"""Odoo itself: the libraries, the configuration that `make` gives it, and its commands."""

import ast
import configparser
import os
import shutil
import socket
import subprocess

from common import ADDONS, ROOT, STATE, Failure, run
from get_odoo import LINK, get_odoo
from python_env import find_python, python_env


class Odoo:
    """Odoo on one PostgreSQL server with one data folder, both under `.carloan/<name>`."""

    def __init__(self, name, server, tests=False):
        self.server = server
        self.folder = STATE / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.key = get_odoo(find_python())['key']
        self.python = python_env(tests)
        self.config = self.folder / 'odoo.conf'

    def environment(self):
        """The environment variables of an Odoo process."""
        return {
            **os.environ,
            'PYTHONPATH': str(LINK.parent),
            'PYTHONUNBUFFERED': '1',
            'PATH': f'{self.python.parent}:{os.environ["PATH"]}',
        }

    def configure(self, **options):
        """Write the configuration file: odoo.conf with our paths, the server and `options`."""
        config = configparser.ConfigParser(interpolation=None)
        config.read(ROOT / 'odoo.conf')
        settings = config['options']
        paths = [str(ROOT / path.strip()) for path in settings['addons_path'].split(',')]
        settings['addons_path'] = ','.join(filter(_holds_addons, [*core_paths(), *paths]))
        settings['data_dir'] = str(self.folder / 'data')
        for option in ('host', 'port', 'user', 'password'):
            if getattr(self.server, option):
                settings[f'db_{option}'] = getattr(self.server, option)
        settings.update({key: str(value) for key, value in options.items()})
        with open(self.config, 'w') as stream:
            config.write(stream)
        self.config.chmod(0o600)

    def argv(self, *arguments):
        """The command line of an Odoo command."""
        return [str(self.python), '-m', 'odoo', *map(str, arguments), '-c', str(self.config)]

    def run(self, *arguments, log=None, **options):
        """Run an Odoo command to its end."""
        return run(self.argv(*arguments), log=log, env=self.environment(), cwd=ROOT, **options)

    def shell(self, database, script):
        """Run a script in `odoo shell`, which commits by itself; return what it printed."""
        log = self.folder / f'shell-{database}.log'
        argv = self.argv('shell', '-d', database, '--no-http')
        with open(log, 'w') as stream:
            done = subprocess.run(
                argv,
                input=script,
                text=True,
                stdout=subprocess.PIPE,
                stderr=stream,
                env=self.environment(),
                cwd=ROOT,
            )
        errors = log.read_text(errors='replace')
        if done.returncode or 'Traceback (most recent call last)' in errors:
            tail = '\n'.join((done.stdout + errors).splitlines()[-25:])
            raise Failure(f'the script failed in the Odoo shell of {database}:\n{tail}')
        return done.stdout

    def filestore(self, database):
        return self.folder / 'data' / 'filestore' / database

    def copy(self, source, target, comment):
        """Copy a database with its files."""
        self.drop(target)
        self.server.create(target, comment, template=source)
        if self.filestore(source).exists():
            shutil.copytree(self.filestore(source), self.filestore(target))

    def drop(self, database):
        """Drop a database with its files."""
        self.server.drop(database)
        shutil.rmtree(self.filestore(database), ignore_errors=True)


def core_paths():
    """The folders of Odoo's own addons: inside the package, and beside it in a source tree."""
    package = LINK.resolve()
    return [str(package / 'addons'), str(package.parent / 'addons')]


def _holds_addons(path):
    return bool(
        os.path.isdir(path)
        and any(
            '__manifest__.py' in os.listdir(entry.path)
            for entry in os.scandir(path)
            if entry.is_dir()
        )
    )


def present_addons():
    """Those of the five addons that are in the checkout, in the order of the arrows."""
    return [name for name in ADDONS if (ROOT / 'addons' / name / '__manifest__.py').exists()]


def dependencies(names):
    """What the addons need from Odoo itself: the names outside the checkout, sorted."""
    needed = set()
    for name in names:
        needed.update(manifest(name)['depends'])
    return sorted(name for name in needed if not name.startswith(('carloan_', 'test_carloan')))


def manifest(name):
    """The manifest of an addon of ours."""
    for folder in ('addons', 'tests'):
        file = ROOT / folder / name / '__manifest__.py'
        if file.exists():
            return ast.literal_eval(file.read_text())
    raise Failure(f'there is no addon {name} in this checkout')


def free_port():
    """A TCP port that is free now."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]
