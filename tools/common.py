"""What every tool shares: folders, plain messages, timing, running commands."""

import hashlib
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / '.carloan'
ADDONS = (
    'carloan_base',
    'carloan_credit',
    'carloan_collateral',
    'carloan_accounting',
    'carloan_collection',
)


class Failure(Exception):
    """Something the person at the keyboard has to know; shown without a traceback."""


def say(text):
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


@contextmanager
def step(text):
    """Say what is being done, then how long it took."""
    say(f'- {text}')
    started = time.monotonic()
    yield
    say(f'  {time.monotonic() - started:.1f} s')


def run(argv, log=None, **options):
    """Run a command quietly; on failure raise with the end of what it printed.

    With `log` the output goes to that file, otherwise it is returned.
    """
    argv = [str(part) for part in argv]
    try:
        code, output = _run(argv, log, options)
    except FileNotFoundError as error:
        raise Failure(f'{error.filename} is needed and is not there') from None
    if code:
        tail = '\n'.join(output.splitlines()[-25:])
        raise Failure(f'{" ".join(argv[:6])} failed (exit code {code}):\n{tail}')
    return output


def _run(argv, log, options):
    options = {'stderr': subprocess.STDOUT, **options}
    if log:
        with open(log, 'ab') as stream:
            code = subprocess.run(argv, stdout=stream, **options).returncode
        return code, Path(log).read_text(errors='replace')
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, errors='replace', **options)
    return done.returncode, done.stdout


def digest(paths, *extra):
    """Hash of the contents of files and folders, and of further words."""
    total = hashlib.sha256('\0'.join(map(str, extra)).encode())
    for path in sorted(files_under(paths)):
        total.update(str(path).encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:12]


def files_under(paths):
    """The files among `paths` and below the folders among them, without compiled Python."""
    for path in map(Path, paths):
        found = path.rglob('*') if path.is_dir() else [path]
        for file in found:
            if file.is_file() and '__pycache__' not in file.parts:
                yield file


def read_json(path):
    """The dictionary in a JSON file, empty when there is no such file or it is broken."""
    try:
        return json.loads(Path(path).read_text())
    except (OSError, ValueError):
        return {}


def write_json(path, content):
    """Write a dictionary as JSON, creating the folder."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + '\n')


def main(function):
    """Run a tool's entry point; a Failure becomes a message and exit code 1."""
    STATE.mkdir(exist_ok=True)
    os.chdir(ROOT)
    try:
        sys.exit(function())
    except Failure as failure:
        say(f'\ncarloan: {failure}')
        sys.exit(1)
    except KeyboardInterrupt:
        say('\ncarloan: interrupted')
        sys.exit(130)
