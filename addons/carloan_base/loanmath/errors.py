"""What is refused, in a form that a screen can translate.

>>> from loanmath import TermsError
>>> error = TermsError('periods', "A loan has 1 to 1200 periods.", value=0, min=1, max=1200)
>>> error.code, error.details['max'], str(error)
('periods', 1200, 'A loan has 1 to 1200 periods.')
"""


class TermsError(ValueError):
    """Terms or amounts that make no sense.

    `code` says which rule, `details` the figures and what is allowed.
    """

    def __init__(self, code, message, **details):
        super().__init__(message)
        self.code = code
        self.details = details

    def __reduce__(self):
        return _rebuild, (self.code, str(self), self.details)


def _rebuild(code, message, details):
    return TermsError(code, message, **details)
