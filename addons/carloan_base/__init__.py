from . import loanmath, models, wizards
