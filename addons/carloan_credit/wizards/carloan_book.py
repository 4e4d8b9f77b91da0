from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..as_of import BASES
from .carloan_book_line import COLUMNS


class CarloanBook(models.TransientModel):
    """The loans of a company as they stood at the close of a day, for the one who asked."""
    _name = 'carloan.book'
    _description = "Book as of a Date"
    _rec_name = 'date'

    company_id = fields.Many2one(
        'res.company', required=True, default=lambda self: self.env.company)
    date = fields.Date(
        required=True, default=lambda self: self.env.company._get_business_date()
        - timedelta(days=1))
    basis = fields.Selection(
        BASES, required=True, default='booked',
        help="As booked: what the screens showed on that day. By value date: what is known today "
             "of that day, with payments that were entered later.")
    first_date = fields.Date("First Day in the Books", compute='_compute_dates')
    last_date = fields.Date("Business Date", compute='_compute_dates')

    @api.depends('company_id', 'basis')
    def _compute_dates(self):
        for book in self:
            company = book.company_id.sudo()
            book.first_date = company and self.env['carloan.loan']._get_first_day(
                company, book.basis)
            book.last_date = company and company._get_business_date()

    def unlink(self):
        self.env.cr.execute(SQL(
            "DELETE FROM carloan_book_line WHERE book_id = ANY(%s)", self.ids))
        return super().unlink()

    def action_show(self):
        self.ensure_one()
        self.check_access('read')
        self._fill()
        return {
            **self.env['ir.actions.act_window']._for_xml_id(
                'carloan_credit.carloan_book_line_action'),
            'name': self.env._(
                "Book as of %(date)s (%(basis)s)", date=self.date,
                basis=dict(self._fields['basis']._description_selection(self.env))[self.basis]),
            'domain': [('book_id', '=', self.id)],
            'target': 'main',
        }

    def _fill(self):
        """Write the rows of the loans that the user may read."""
        self.env.flush_all()
        loans = self.env['carloan.loan']._search([
            ('company_id', '=', self.company_id.id), ('disbursement_date', '!=', False)])
        rows = self.env['carloan.loan'].sudo()._get_selection_query(
            self.date, self.basis, self.company_id.sudo(), loans)
        names = SQL(", ").join(map(SQL.identifier, COLUMNS))
        self.env.cr.execute(SQL(
            "DELETE FROM carloan_book_line WHERE book_id = %s", self.id))
        self.env.cr.execute(SQL(
            "INSERT INTO carloan_book_line (book_id, loan_id, %s) "
            "SELECT %s, loan_id, %s FROM (%s) book ORDER BY loan_id DESC",
            names, self.id, names, rows))
        self.env['carloan.book.line'].invalidate_model()
