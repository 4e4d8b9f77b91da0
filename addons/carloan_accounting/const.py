"""Words shared by the models of this addon."""

#: Charts for which `data/template/<chart>/` holds accounts; other charts are mapped by hand.
CHART_TEMPLATES = ('cn_large_bis',)

#: Accounting rights that a role of ours needs (written by security/carloan_accounting_groups.xml).
IMPLIED_GROUPS = {
    'carloan_base.carloan_base_group_accountant': 'account.group_account_user',
    'carloan_base.carloan_base_group_auditor': 'account.group_account_readonly',
    'carloan_base.carloan_base_group_administrator': 'account.group_account_readonly',
}

#: Days of interest and of penalty are summed by day; money by document.
VOUCHER_GROUPINGS = [
    ('document', "One voucher per document"),
    ('day', "One voucher per day"),
]

POSTING_STATES = [
    ('waiting', "Waiting"),
    ('posted', "Posted"),
    ('no_entry', "No Entry"),
]

REASONS = [
    ('new', "Not yet tried"),
    ('day', "Waits for the voucher of the day"),
    ('rule', "Posting rule missing"),
    ('account', "Account missing"),
    ('journal', "Journal missing"),
    ('locked', "Period locked"),
    ('error', "Refused by accounting"),
]

SIDES = [
    ('account', "An account"),
    ('fund', "The fund account's journal"),
]

DIRECTIONS = [
    ('increase', "The borrower owes more"),
    ('decrease', "The borrower owes less"),
]

#: Who may read postings: fields that link to them are for the same people, so that nobody else
#: stumbles over them when reading all fields of a record.
POSTING_READERS = ','.join(
    f'carloan_base.carloan_base_group_{role}'
    for role in ('accountant', 'auditor', 'administrator'))
