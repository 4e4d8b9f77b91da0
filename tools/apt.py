"""Debian packages: installed on the machine, or only downloaded beside it."""

import os
import shutil
from pathlib import Path

from common import STATE, Failure, run, step

KEYRINGS = (
    '/usr/share/keyrings/debian-archive-keyring.gpg',
    '/usr/share/keyrings/debian-archive-keyring.pgp',
)
_updated = False


def as_root(*argv):
    """The command line that runs `argv` as root."""
    if os.geteuid() == 0:
        return list(argv)
    if not shutil.which('sudo'):
        raise Failure(f'root is needed for: {" ".join(argv)}. Run it as root, then try again.')
    return ['sudo', *argv]


def install(packages, why):
    """Install Debian packages on the machine."""
    global _updated
    if not shutil.which('apt-get'):
        raise Failure(f'please install {" ".join(packages)} ({why}): there is no apt-get here')
    options = ['-q', '-o', 'DPkg::Lock::Timeout=300']
    environment = ['env', 'DEBIAN_FRONTEND=noninteractive']
    with step(f'Installing {" ".join(packages)} ({why})'):
        if not _updated:
            run(as_root(*environment, 'apt-get', *options, 'update'))
            _updated = True
        run(
            as_root(
                *environment,
                'apt-get',
                *options,
                '--no-install-recommends',
                '-y',
                'install',
                *packages,
            )
        )


def mirror():
    """The base address of the Debian archive that this machine is configured for, or None."""
    if not shutil.which('apt-get'):
        return None
    lines = run(
        [
            'apt-get',
            'indextargets',
            '--format',
            '$(REPO_URI) $(CODENAME) $(RELEASE)',
            'Created-By: Packages',
        ]
    )
    codename = own_suite()
    for line in lines.splitlines():
        address, *suites = line.split()
        if codename in suites:
            return address
    return None


def own_suite():
    """The code name of the machine's own Debian release."""
    for line in Path('/etc/os-release').read_text().splitlines():
        if line.startswith('VERSION_CODENAME='):
            return line.partition('=')[2].strip('"')
    return None


class Archive:
    """The machine's own mirror, read with an apt state of ours: the system stays as it is."""

    def __init__(self, *suites):
        self.folder = STATE / 'apt'
        self.suites = suites
        self.base = mirror()
        self.keyring = next((path for path in KEYRINGS if os.path.exists(path)), None)

    @property
    def usable(self):
        return bool(self.base and self.keyring and shutil.which('dpkg'))

    def _apt(self, *argv, **options):
        folder = self.folder
        settings = {
            'Dir::Etc::sourcelist': folder / 'carloan.sources',
            'Dir::Etc::sourceparts': '-',
            'Dir::State::Lists': folder / 'lists',
            'Dir::Cache': folder / 'cache',
            'Acquire::Languages': 'none',
            'APT::Sandbox::User': '',
        }
        flags = [part for key, value in settings.items() for part in ('-o', f'{key}={value}')]
        return run(['apt-get', '-q', *flags, *argv], **options)

    def update(self):
        """Fetch the package lists of the suites."""
        self.discard()
        for part in ('lists/partial', 'cache/archives/partial', 'packages'):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / 'carloan.sources').write_text(
            f'Types: deb\nURIs: {self.base}\nSuites: {" ".join(self.suites)}\n'
            f'Components: main\nSigned-By: {self.keyring}\n'
        )
        self._apt('update')

    def download(self, *packages):
        """Download packages, each `name`, `name=version` or `name/suite`; return their files."""
        target = self.folder / 'packages'
        self._apt('download', *packages, cwd=target)
        names = [package.partition('=')[0].partition('/')[0] for package in packages]
        return [file for name in names for file in target.glob(f'{name}_*.deb')]

    def discard(self):
        """Remove what was downloaded."""
        shutil.rmtree(self.folder, ignore_errors=True)


def unpack(package, folder):
    """Unpack a package file into a folder without installing it."""
    run(['dpkg', '-x', package, folder])
