"""`make shell`: open an Odoo shell on the database."""

import instance
from common import main

if __name__ == '__main__':
    main(instance.shell)
