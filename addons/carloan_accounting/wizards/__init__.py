from . import carloan_accounting_setup
