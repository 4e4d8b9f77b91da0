"""The words of the sub-ledger. A leaf adds its own with `selection_add`, never by editing this."""

#: What a line of the ledger is about. 'overpayment' is money of the borrower that we hold.
COMPONENTS = [
    ('principal', "Principal"),
    ('interest', "Interest"),
    ('penalty', "Penalty Interest"),
    ('compound', "Compound Interest"),
    ('fee', "Fee"),
    ('overpayment', "Overpayment"),
]

#: Components that the borrower can owe.
DEBT_COMPONENTS = ('principal', 'interest', 'penalty', 'compound', 'fee')

#: Components that belong to one instalment.
INSTALMENT_COMPONENTS = ('principal', 'interest', 'penalty', 'compound')

TRANSACTION_KINDS = [
    ('disbursement', "Disbursement"),
    ('due', "Interest Due"),
    ('late_charge', "Late Charges"),
    ('fee_charge', "Fee"),
    ('overpayment_use', "Use of Overpayment"),
    ('repayment', "Repayment"),
    ('chargeback', "Chargeback"),
    ('refund', "Refund"),
    ('terms_change', "Change of Terms"),
    ('debt_transfer', "Transfer of Debt"),
    ('charge_off', "Charge-off"),
    ('capitalisation', "Capitalisation"),
    ('rearrangement', "Rearrangement"),
    ('waiver', "Waiver"),
    ('write_off', "Write-off"),
    ('recovery_claim', "Claim Recovered"),
    ('recovery', "Recovery"),
]

#: Kinds that charge an instalment; every other kind pays it.
CHARGE_KINDS = ('due', 'late_charge')

LOAN_STATES = [
    ('draft', "To Sign"),
    ('signed', "To Disburse"),
    ('active', "Repaying"),
    ('settled', "Settled"),
    ('written_off', "Written Off"),
    ('cancelled', "Cancelled"),
]

#: Amounts of the loan that are only ever recomputed from the ledger.
POSITION_AMOUNTS = (
    'principal_outstanding',
    'interest_outstanding',
    'penalty_outstanding',
    'compound_outstanding',
    'fee_outstanding',
    'overpayment_amount',
)
POSITION_DATES = ('first_unpaid_due_date', 'next_due_date')
