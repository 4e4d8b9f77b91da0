"""Template databases for the tests: built once for each state of the code, then copied."""

import fcntl
import itertools
import os
import re
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import book
from common import ROOT, Failure, digest, files_under, say
from odoo_cli import dependencies, manifest, present_addons

READY = 'carloan test template'
WORK = 'carloan test work'
# Odoo makes the script and style bundles before the first browser test; here once for all copies.
BUNDLES = "env['ir.qweb']._pregenerate_assets_bundles()\nenv.cr.commit()\n"
_numbers = itertools.count(1)


class Templates:
    """The template databases on the server for tests."""

    def __init__(self, odoo):
        self.odoo = odoo
        self.failures = {}

    def odoo_only(self, addons):
        """A Chinese company with all that the addons need from Odoo, and none of them.

        Built on the template for one addon less, so that each module is installed only once.
        """
        modules = dependencies(addons)
        if not addons:
            build = self._build_first
        else:
            source = self.odoo_only(addons[:-1])
            modules = sorted(set(modules) - set(dependencies(addons[:-1])))
            if not modules:
                return source
            build = partial(self._build_on, source, modules, f'{book.COMPANY}\n{BUNDLES}')
        kind = '_'.join(['odoo', *(name.removeprefix('carloan_') for name in addons)])
        return self._template(kind, digest([], *dependencies(addons), book.COMPANY, BUNDLES), build)

    def full(self):
        """The five addons and our test-only addons."""
        addons = [*present_addons(), *test_addons()]
        source = self.odoo_only(present_addons())
        return self._template('full', code(), partial(self._build_on, source, addons, BUNDLES))

    def served(self):
        """What `make run` serves: the five addons with the demo book."""
        addons = present_addons()
        source = self.odoo_only(addons)
        return self._template('book', code(), partial(self._build_on, source, addons, book.BOOK))

    def plain(self):
        """A plain Odoo with its own demo data and all that Odoo installs along, without us."""
        modules = ['contacts', *dependencies(present_addons())]
        return self._template('plain', digest([], *modules), partial(self._build_plain, modules))

    def _build_first(self, name):
        self.odoo.server.create(name, WORK)
        book.install(self.odoo, name, ['base'], '--load-language', book.LANGUAGES)

    def _build_plain(self, modules, name):
        self.odoo.server.create(name, WORK)
        options = ('--with-demo', '--no-http', '--stop-after-init')
        self.odoo.run('server', '-d', name, '-i', ','.join(modules), *options)

    def _build_on(self, source, modules, script, name):
        self.odoo.copy(source, name, WORK)
        book.install(self.odoo, name, modules)
        self.odoo.shell(name, script)

    def _template(self, kind, inputs, build):
        """The name of the template `kind`, built if there is none for these inputs."""
        prefix = f'carloan_tpl_{kind}_'
        name = prefix + digest([], inputs, self.odoo.key)
        with self._lock(kind):
            existing = self.odoo.server.databases()
            if existing.get(name) != READY:
                for old in existing:
                    if re.fullmatch(f'{prefix}[0-9a-f]{{12}}', old):
                        self.odoo.drop(old)
                self._build(kind, name, build)
        return name

    def _build(self, kind, name, build):
        """Build a template, once: what failed for one part fails for the next without trying."""
        if kind not in self.failures:
            say(f'  building the template database {kind}')
            try:
                build(name)
                self.odoo.server.comment(name, READY)
                return
            except Failure as failure:
                self.failures[kind] = failure
        raise self.failures[kind]

    @contextmanager
    def _lock(self, kind):
        """Only one process or thread builds a template; the others wait for it."""
        with open(self.odoo.folder / f'{kind}.lock', 'w') as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    @contextmanager
    def copy(self, template):
        """A working copy of a template, dropped at the end."""
        name = f'carloan_work_{os.getpid()}_{next(_numbers)}'
        self.odoo.copy(template, name, WORK)
        try:
            yield name
        finally:
            self.odoo.drop(name)

    def sweep(self):
        """Drop the working copies that a killed run left behind."""
        for name, comment in self.odoo.server.databases().items():
            owner = re.fullmatch(r'carloan_work_(\d+)_\d+', name)
            if owner and comment == WORK and not Path('/proc', owner[1]).exists():
                self.odoo.drop(name)


def test_addons():
    """Our addons that hold only tests."""
    return sorted(path.parent.name for path in ROOT.glob('tests/*/__manifest__.py'))


def code():
    """Hash of all that an installed database depends on in our addons: everything but the tests."""
    folders = [ROOT / 'addons' / name for name in present_addons()]
    files = [file for file in files_under(folders) if 'tests' not in file.relative_to(ROOT).parts]
    manifests = [ROOT / 'tests' / name / '__manifest__.py' for name in test_addons()]
    return digest([*files, *manifests], book.COMPANY, book.BOOK)


def closure(addon):
    """An addon of ours with all of ours that it needs, in the order of the arrows."""
    wanted = {addon}
    while True:
        needs = {need for name in wanted for need in manifest(name)['depends']}
        more = needs & set(present_addons())
        if more <= wanted:
            return [name for name in present_addons() if name in wanted]
        wanted |= more
