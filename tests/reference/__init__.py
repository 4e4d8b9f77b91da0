"""Reference cases: figures of others that our engine has to reproduce to the cent.

    python -m tests.reference FILE…        prints the table; exit code 0 if every case that can be
                                           recomputed is exact

`case` reads the JSON, `mapping` says which of our settings a case's inputs are, `account` lets the
events happen to a loan, `compare` looks at every cell, `runner` counts.
"""
import sys
from pathlib import Path

_BASE = str(Path(__file__).resolve().parents[2] / 'addons' / 'carloan_base')
if _BASE not in sys.path:
    sys.path.insert(0, _BASE)
