from . import (
    carloan_book,
    carloan_book_line,
    carloan_day_cube_wizard,
    carloan_day_end_wizard,
    carloan_explanation,
    carloan_integrity_wizard,
    carloan_reason_wizard,
)
