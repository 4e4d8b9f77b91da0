import io
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.carloan_base import loanmath
from odoo.addons.carloan_base.money import percent_to_rate, to_decimal

from .. import bulk_rows
from ..bulk_rows import CopyText
from ..const import POSITION_AMOUNTS
from ..session import prepare_for_sets


class CarloanLoan(models.Model):
    """Books taken over from elsewhere: the rows that a contract and its disbursement write for
    one loan, written by COPY for a hundred thousand."""
    _inherit = 'carloan.loan'

    @api.model
    def _create_disbursed(self, new_loans):
        """Make loans that are signed and paid out, with schedules at the terms of their products.

        The caller has checked who may do it. Loans of several companies need several calls.

        :param new_loans: list of `bulk_rows.NewLoan`
        :return: the loans, in that order
        :raises ValidationError: naming the loan whose terms make no schedule
        """
        if not new_loans:
            return self.browse()
        self.env.flush_all()
        prepare_for_sets(self.env.cr)
        company = self.env['carloan.product'].sudo().browse(
            dict.fromkeys(new.product_id for new in new_loans)).company_id.ensure_one()
        self._check_new_loans(new_loans, company)
        ids = [self._allocate_row_ids(table, len(new_loans)) for table in (
            'carloan_loan', 'carloan_schedule_version', 'carloan_transaction')]
        tables = self._prepare_bulk_rows(new_loans, company, zip(*ids, strict=True))
        for table, (columns, rows) in tables.items():
            self._copy_rows(table, columns, rows)
        self.env.invalidate_all(flush=False)
        loans = self.sudo().browse(ids[0])
        loans._find_empty_instalments()._refresh_position()
        self.env['carloan.transaction'].sudo().browse(ids[2])._on_posted()
        loans._post_missed_dues()
        loans._on_activated()
        return self.browse(ids[0])

    @api.model
    def _check_new_loans(self, new_loans, company):
        today = company._get_business_date()
        for place, new in enumerate(new_loans, 1):
            name = new.name or f"#{place}"
            if new.start_date > today:
                raise ValidationError(self.env._(
                    "%(loan)s is paid out on %(date)s, after the business date %(today)s.",
                    loan=name, date=new.start_date, today=today))
            if new.principal != to_decimal(new.principal):
                raise ValidationError(self.env._(
                    "%(loan)s: the amount %(amount)s has more than two decimals.",
                    loan=name, amount=new.principal))

    # === ROWS === #

    @api.model
    def _prepare_bulk_rows(self, new_loans, company, ids):
        """{table: (columns, `CopyText`)} in the order in which they are written.

        :param ids: (loan, schedule version, transaction) of each new loan
        """
        today, now, user_id = company._get_business_date(), fields.Datetime.now(), self.env.uid
        stamp = (user_id, now, user_id, now)
        products = self._prepare_bulk_products(new_loans)
        tiers = {
            day: self.env['carloan.class.tier']._get_valid(day)[:1].id
            for day in {new.start_date for new in new_loans}}
        loans, versions, instalments, transactions, lines, classes = (
            CopyText() for _table in range(6))
        for (loan_id, version_id, transaction_id), new in zip(ids, new_loans, strict=True):
            base, terms = products[new.product_id]
            day, tier_id = new.start_date, tiers[new.start_date]
            table = self._get_bulk_table(base, new)
            loans.add(loan_id, *self._prepare_bulk_loan(new, table.due_dates, today, company),
                      tier_id, *terms, *stamp)
            versions.add(version_id, loan_id, 1, day, today, None, 0, *stamp)
            bulk_rows.add_instalments(instalments, loan_id, version_id, day, table,
                                      base['rounding_unit'].as_tuple().exponent)
            transactions.add(
                transaction_id, loan_id, company.id, 'disbursement', day, today, now, user_id,
                transaction_id, new.fund_account_id or None, False)
            lines.add(
                transaction_id, loan_id, 'disbursement', day, today, 'principal', new.principal)
            classes.add(loan_id, day, today, tier_id, 0, 'system', user_id)
        return {
            'carloan_loan': (self._get_bulk_columns(), loans),
            'carloan_schedule_version': (bulk_rows.VERSION_COLUMNS, versions),
            'carloan_instalment': (bulk_rows.INSTALMENT_COLUMNS, instalments),
            'carloan_transaction': (bulk_rows.TRANSACTION_COLUMNS, transactions),
            'carloan_transaction_line': (bulk_rows.LINE_COLUMNS, lines),
            'carloan_loan_class': (bulk_rows.CLASS_COLUMNS, classes),
        }

    @api.model
    def _get_bulk_columns(self):
        return (
            'id', 'name', 'partner_id', 'origin_user_id', 'user_id', 'department_id',
            'principal_amount', 'periods', 'annual_rate', 'contract_date', 'disbursement_date',
            'maturity_date', 'first_unpaid_due_date', 'next_due_date', *POSITION_AMOUNTS,
            'class_tier_id', 'product_id', 'company_id', 'currency_id', 'state', 'non_accrual',
            *self._terms_field_names(), 'create_uid', 'create_date', 'write_uid', 'write_date')

    def _prepare_bulk_loan(self, new, due_dates, today, company):
        """Nothing is paid yet, so the position is the schedule itself."""
        return (
            new.name or self.env['ir.sequence']._carloan_next(self._name, company),
            new.partner_id, self.env.uid, new.user_id or None, new.department_id or None,
            new.principal, new.periods, new.annual_rate, new.start_date, new.start_date,
            due_dates[-1], due_dates[0], next((day for day in due_dates if day >= today), None),
            *(new.principal if name == 'principal_outstanding' else 0
              for name in POSITION_AMOUNTS))

    @api.model
    def _prepare_bulk_products(self, new_loans):
        """{id: (arguments of loanmath's terms, columns that a loan copies)}."""
        products = self.env['carloan.product'].sudo().browse(
            dict.fromkeys(new.product_id for new in new_loans))
        return {
            product.id: (
                {**product._prepare_math_terms(Decimal(1)), 'balloon': product.balloon_percent},
                (product.id, product.company_id.id, product.currency_id.id, 'active', False,
                 *(self._get_bulk_value(product, name) for name in self._terms_field_names())))
            for product in products}

    @api.model
    def _get_bulk_value(self, product, name):
        value, field = product[name], product._fields[name]
        return value if value or field.type in ('boolean', 'integer', 'float') else None

    @api.model
    def _get_bulk_table(self, base, new):
        balloon = to_decimal(new.principal * to_decimal(base['balloon']) / 100) if (
            base['method'] == 'balloon') else Decimal(0)
        try:
            return loanmath.schedule_table(loanmath.Terms(
                principal=new.principal, annual_rate=percent_to_rate(new.annual_rate),
                periods=new.periods, start_date=new.start_date, **{**base, 'balloon': balloon}))
        except loanmath.TermsError as error:
            raise ValidationError(self.env._(
                "%(loan)s: %(reason)s", loan=new.name, reason=self._get_terms_message(error),
            )) from error

    def _find_empty_instalments(self):
        """Those of these loans with an instalment that asks for nothing: it is paid by itself."""
        return self.browse([id_ for id_, in self.env.execute_query(SQL(
            "SELECT DISTINCT loan_id FROM carloan_instalment WHERE loan_id = ANY(%s) "
            "AND principal_amount + interest_amount = 0", self.ids))])

    # === COPY === #

    @api.model
    def _allocate_row_ids(self, table, count):
        return [id_ for id_, in self.env.execute_query(SQL(
            "SELECT nextval(%s) FROM generate_series(1, %s)", f'{table}_id_seq', count))]

    @api.model
    def _copy_rows(self, table, columns, rows):
        """Write rows by COPY, the fastest way into a table that PostgreSQL has."""
        self.env.cr.copy_expert(
            f'COPY "{table}" ({", ".join(columns)}) FROM STDIN', io.StringIO(rows.text()))
