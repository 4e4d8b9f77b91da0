"""`make env`: get Odoo, the libraries and PostgreSQL, and say how to use them."""

import postgres
from common import main, say
from odoo_cli import Odoo


def env():
    """Build the environment and write a configuration that other commands can use."""
    odoo = Odoo('run', postgres.server('run'), tests=True)
    odoo.configure()
    say(f'PYTHONPATH={odoo.environment()["PYTHONPATH"]} {" ".join(odoo.argv("server"))}')


if __name__ == '__main__':
    main(env)
