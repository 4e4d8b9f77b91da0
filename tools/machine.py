"""What must be on the machine itself: the PDF libraries, a Chinese font, a browser."""

import ctypes
import shutil

import apt
from common import Failure, run

PANGO = ('libpango-1.0.so.0', 'libpangoft2-1.0.so.0')
BROWSERS = ('google-chrome', 'chromium', 'chromium-browser')


def pdf_libraries():
    """Make sure that WeasyPrint finds Pango and a font with Chinese characters."""
    missing = []
    if not all(map(_loads, PANGO)):
        missing += ['libpango-1.0-0', 'libpangoft2-1.0-0', 'libharfbuzz-subset0']
    if not shutil.which('fc-list') or not run(['fc-list', ':lang=zh']).strip():
        missing += ['fontconfig', 'fonts-wqy-microhei']
    if missing:
        apt.install(missing, 'contracts and notices in PDF')


def browser():
    """Make sure that a browser for the tours is there and starts; return its version."""
    if not any(map(shutil.which, BROWSERS)):
        apt.install(['chromium'], 'the browser that walks the tours')
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        raise Failure('the browser for the tours could not be installed')
    return run([path, '--version', '--no-sandbox']).splitlines()[-1].strip()


def _loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
