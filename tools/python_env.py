"""The virtual environment in `.carloan/venv` with the pinned libraries."""

import os
import shutil
import sys

import apt
from common import ROOT, STATE, Failure, digest, main, read_json, run, say, step, write_json

VENV = STATE / 'venv'
PYTHON = VENV / 'bin' / 'python'
SUPPORTED = [(3, minor) for minor in range(10, 14)]


def python_env(tests=False):
    """Build or complete the virtual environment; return its interpreter."""
    files = [ROOT / 'requirements.txt']
    if tests:
        files.append(ROOT / 'requirements-dev.txt')
    record = read_json(VENV / 'carloan.json')
    named = os.environ.get('CARLOAN_PYTHON')
    if not PYTHON.exists() or named and named != record.get('python'):
        record = {'python': find_python()}
        _create(record['python'])
    for file in files:
        wanted = digest([file])
        if record.get(file.name) != wanted:
            with step(f'Installing the libraries of {file.name}'):
                run(
                    [
                        PYTHON,
                        '-m',
                        'pip',
                        'install',
                        '-q',
                        '--disable-pip-version-check',
                        '--prefer-binary',
                        '-r',
                        file,
                    ]
                )
            record[file.name] = wanted
            write_json(VENV / 'carloan.json', record)
    return PYTHON


def find_python():
    """A supported interpreter: CARLOAN_PYTHON, the one at hand, those on PATH."""
    named = os.environ.get('CARLOAN_PYTHON')
    if named:
        return named
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for major, minor in reversed(SUPPORTED):
        found = shutil.which(f'python{major}.{minor}')
        if found:
            return found
    raise Failure('Python 3.10 to 3.13 is needed; name one with CARLOAN_PYTHON=/path/to/python3')


def _create(python):
    shutil.rmtree(VENV, ignore_errors=True)
    with step(f'Creating the virtual environment with {python}'):
        try:
            run([python, '-c', 'import ensurepip, venv'])
        except Failure:
            version = run(
                [python, '-c', 'import sys; print("%d.%d" % sys.version_info[:2])']
            ).strip()
            apt.install([f'python{version}-venv'], 'to make a virtual environment')
        run([python, '-m', 'venv', VENV])


if __name__ == '__main__':
    main(lambda: say(str(python_env(tests=True))))
