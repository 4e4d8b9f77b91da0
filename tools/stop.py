"""`make stop`: stop Odoo and the private PostgreSQL."""

import instance
from common import main

if __name__ == '__main__':
    main(instance.stop)
