"""Get Odoo 19.0: the first source that fits, linked into `.carloan/python`.

In this order: ODOO_HOME, an importable `odoo`, ODOO_DEB, Debian's package from the machine's own
mirror, the same package file beside the checkout, a shallow clone of the public 19.0 branch.
"""

import hashlib
import os
import runpy
import shutil
import sys
from pathlib import Path

import apt
from common import ROOT, STATE, Failure, main, read_json, run, say, step, write_json

SERIES = '19.0'
PACKAGE = 'odoo-19=19.0.0+dfsg-1'
SHA256 = '9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf'
COMPANIONS = (
    'libjs-jquery',
    'libjs-jquery-form',
    'libjs-underscore',
    'fonts-roboto-unhinted',
    'fonts-montserrat',
    'fonts-inconsolata',
    'fonts-ocr-b',
)
CLONE = 'https://github.com/odoo/odoo'
LINK = STATE / 'python' / 'odoo'
RECORD = STATE / 'odoo.json'


def get_odoo(python=sys.executable):
    """Make Odoo importable from `.carloan/python`; return a dictionary saying which one it is."""
    wanted = [os.environ.get('ODOO_HOME', ''), os.environ.get('ODOO_DEB', '')]
    record = read_json(RECORD)
    if record.get('wanted') == wanted and LINK.exists() and _series(LINK) == SERIES:
        return record
    for source in (
        _from_home,
        lambda: _from_import(python),
        _from_deb,
        _from_archive,
        _from_beside,
        _from_clone,
    ):
        found = source()
        if found:
            return _link(*found, wanted)
    raise Failure(
        'Odoo 19.0 was not found: name a checkout with ODOO_HOME or a package file with ODOO_DEB'
    )


def _link(package, origin, wanted):
    LINK.parent.mkdir(parents=True, exist_ok=True)
    LINK.unlink(missing_ok=True)
    LINK.symlink_to(package)
    release = (Path(package) / 'release.py').read_bytes()
    record = {
        'wanted': wanted,
        'package': str(package),
        'origin': origin,
        'key': hashlib.sha256(release + origin.encode()).hexdigest()[:12],
    }
    write_json(RECORD, record)
    say(f'  Odoo {SERIES}: {origin}')
    return record


def _series(package):
    """The series of the `odoo` package folder, or None."""
    try:
        return runpy.run_path(str(Path(package) / 'release.py'))['series']
    except (OSError, KeyError, SyntaxError):
        return None


def _from_home():
    home = os.environ.get('ODOO_HOME')
    if not home:
        return None
    for package in (Path(home) / 'odoo', Path(home) / 'usr/lib/python3/dist-packages/odoo'):
        if _series(package) == SERIES:
            return package.resolve(), f'ODOO_HOME={home}'
    raise Failure(f'ODOO_HOME={home} holds no Odoo {SERIES} (looked for odoo/release.py in it)')


def _from_import(python):
    code = 'import odoo.release as r; print(r.__file__)'
    try:
        package = Path(run([python, '-c', code], cwd='/').split()[-1]).parent
    except Failure:
        return None
    return (package, f'importable from {package.parent}') if _series(package) == SERIES else None


def _from_deb():
    file = os.environ.get('ODOO_DEB')
    if not file:
        return None
    if not Path(file).is_file():
        raise Failure(f'ODOO_DEB={file}: no such file')
    return _unpack(Path(file), f'ODOO_DEB={file}')


def _from_archive():
    archive = apt.Archive('unstable', apt.own_suite())
    if not archive.usable:
        return None
    try:
        with step(f"Downloading Debian's {PACKAGE} from this machine's own mirror"):
            archive.update()
            [file] = archive.download(PACKAGE)
    except Failure as failure:
        say(f'  not from the archive: {str(failure).splitlines()[-1]}')
        return None
    return _unpack(file, f"Debian's package {PACKAGE}", archive)


def _from_beside():
    for file in sorted(ROOT.parent.glob('shared/odoo/odoo-19_*.deb')):
        return _unpack(file, f'the package file beside the checkout, {file.name}')
    return None


def _from_clone():
    folder = STATE / 'odoo-clone'
    if _series(folder / 'odoo') != SERIES:
        shutil.rmtree(folder, ignore_errors=True)
        with step(f'Cloning the public branch {SERIES} (shallow)'):
            run(['git', 'clone', '-q', '--depth', '1', '--branch', SERIES, CLONE, folder])
    return folder / 'odoo', f'a shallow clone of branch {SERIES}'


def _unpack(file, origin, archive=None):
    """Unpack the checked package and those its symbolic links point into."""
    folder = STATE / 'odoo'
    with step(f'Checking and unpacking {file.name}'):
        if _sha256(file) != SHA256:
            raise Failure(f'{file} is not the expected package (SHA-256 differs from {SHA256})')
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        apt.unpack(file, folder)
    package = folder / 'usr/lib/python3/dist-packages/odoo'
    with step('Adding the fonts and scripts it links to'):
        _add_companions(folder, archive)
    broken = [
        path
        for path in (package / 'addons/web').rglob('*')
        if path.is_symlink() and not path.exists()
    ]
    if broken:
        raise Failure(f'{len(broken)} links of the web client lead nowhere, the first: {broken[0]}')
    return package, origin


def _add_companions(folder, archive):
    if archive is None:
        archive = apt.Archive('unstable', apt.own_suite())
        if not archive.usable:
            raise Failure("the package's fonts and scripts need a Debian mirror configured for apt")
        archive.update()
    own = f'fonts-font-awesome/{apt.own_suite()}'
    for file in archive.download(*(f'{name}/unstable' for name in COMPANIONS), own):
        apt.unpack(file, folder)
    archive.discard()


def _sha256(file):
    total = hashlib.sha256()
    with open(file, 'rb') as stream:
        for block in iter(lambda: stream.read(1 << 20), b''):
            total.update(block)
    return total.hexdigest()


if __name__ == '__main__':
    main(lambda: say(get_odoo()['origin']))
