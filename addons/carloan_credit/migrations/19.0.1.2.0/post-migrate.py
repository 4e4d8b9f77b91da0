"""An index that no list needs and every payment has to write; Odoo itself never drops one.

Foreign keys of the ledger go by themselves (`FactMany2one`). Loans get their room on the page
(fillfactor) as they are written anew; VACUUM FULL carloan_loan gives it to all at once.
"""


def migrate(cr, version):
    if version:
        cr.execute("DROP INDEX IF EXISTS carloan_loan__company_id_index")
        cr.execute("ANALYZE carloan_instalment, carloan_transaction, carloan_transaction_line")
