import csv
from datetime import date
from decimal import Decimal, InvalidOperation

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import file_open, ormcache

DEFAULT_BLOCK = 'carloan_base/data/parameters.csv'


def _to_number(text):
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _to_boolean(text):
    if text not in ('true', 'false'):
        raise ValueError(text)
    return text == 'true'


def _to_list(text):
    """Numbers where all items are numbers, else texts."""
    items = [item.strip() for item in text.split(',')]
    try:
        return [_to_number(item) for item in items]
    except (ValueError, InvalidOperation):
        return items


PARSERS = {
    'decimal': _to_number,
    'integer': int,
    'boolean': _to_boolean,
    'text': str,
    'date': date.fromisoformat,
    'list': _to_list,
}


class CarloanParameter(models.Model):
    """One value of one rule from one date on. Rows in force never change: a change is a new row
    with a later date, proposed by one person and put in force by another."""

    _name = 'carloan.parameter'
    _inherit = ['carloan.guard.mixin', 'mail.thread']
    _description = "Parameter"
    _order = 'code, valid_from desc, id desc'

    _guarded_fields = ('state', 'maker_id', 'checker_id', 'delivered')

    code = fields.Char(required=True, index=True, help="How programs ask for the value.")
    name = fields.Char(required=True, translate=True)
    valid_from = fields.Date(
        required=True, default=lambda self: self.env.company._get_business_date()
    )
    company_id = fields.Many2one('res.company', index=True, help="Empty = all companies.")
    institution_type = fields.Selection(
        selection=lambda self: self.env['res.company']._fields[
            'carloan_institution_type'
        ]._description_selection(self.env),
        help="Empty = all types of institution.",
    )
    product_id = fields.Many2one(
        'carloan.product', index=True, ondelete='restrict', help="Empty = all products."
    )
    value_type = fields.Selection(
        selection=[
            ('decimal', "Number"),
            ('integer', "Whole number"),
            ('boolean', "Yes or no"),
            ('text', "Text"),
            ('date', "Date"),
            ('list', "List"),
        ],
        required=True,
        default='decimal',
    )
    value = fields.Char(
        required=True,
        help="Numbers with a decimal point, true or false, dates as 2026-12-31, lists with commas.",
    )
    source = fields.Char(string="Legal source", translate=True)
    state = fields.Selection(
        selection=[
            ('proposed', "Proposed"),
            ('in_force', "In force"),
            ('withdrawn', "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default='proposed',
        copy=False,
        index=True,
        tracking=True,
    )
    maker_id = fields.Many2one(
        'res.users', string="Proposed by", readonly=True, default=lambda self: self.env.user
    )
    checker_id = fields.Many2one(
        'res.users', string="Put in force by", readonly=True, copy=False
    )
    delivered = fields.Boolean(
        readonly=True, copy=False, help="Came with the software, not from a person."
    )

    _four_eyes = models.Constraint(
        """CHECK (state <> 'in_force' OR COALESCE(delivered, FALSE) OR (
            maker_id IS NOT NULL AND checker_id IS NOT NULL AND maker_id <> checker_id))""",
        "Another person than the proposer must put a parameter in force.",
    )
    _in_force_unique = models.UniqueIndex(
        "(code, valid_from, COALESCE(company_id, 0), COALESCE(product_id, 0), "
        "COALESCE(institution_type, '')) WHERE state = 'in_force'",
        "There is already a value in force for this code, date and scope.",
    )

    # === COMPUTE ===

    @api.depends('name', 'code')
    def _compute_display_name(self):
        for parameter in self:
            parameter.display_name = f"{parameter.name} [{parameter.code}]"

    # === CONSTRAINTS ===

    @api.constrains('value', 'value_type')
    def _check_value(self):
        for parameter in self:
            try:
                self._parse(parameter.value_type, parameter.value)
            except (ValueError, InvalidOperation) as error:
                raise ValidationError(
                    self.env._(
                        "%(value)s does not fit %(type)s. Numbers are written with a decimal "
                        "point, yes or no as true or false, dates as 2026-12-31.",
                        value=parameter.value,
                        type=dict(self._fields['value_type']._description_selection(self.env))[
                            parameter.value_type
                        ],
                    )
                ) from error

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        self.env.registry.clear_cache()
        return parameters

    def write(self, vals):
        """Who edits a proposal becomes its maker, so that he cannot put it in force himself."""
        if any(parameter.state != 'proposed' for parameter in self):
            raise UserError(
                self.env._(
                    "A parameter that was put in force or withdrawn does not change any more. "
                    "Propose a new value with a later date."
                )
            )
        result = super().write(vals)
        edited = self.filtered(lambda parameter: parameter.maker_id != self.env.user)
        if edited and not self._get_guarded_names().intersection(vals):
            edited._write_guarded({'maker_id': self.env.uid})
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_proposed(self):
        if any(parameter.state != 'proposed' for parameter in self):
            raise UserError(self.env._("Only a proposed parameter can be deleted."))

    # === ACTIONS ===

    def action_put_in_force(self):
        self._check_role('risk_manager', 'administrator')
        self.check_access('write')
        for parameter in self:
            if parameter.maker_id == self.env.user:
                raise UserError(
                    self.env._(
                        "%(name)s was proposed by you; another person must put it in force.",
                        name=parameter.display_name,
                    )
                )
            parameter._check_later_than_in_force()
            parameter._write_guarded({'state': 'in_force', 'checker_id': self.env.uid})

    def action_withdraw(self):
        self._check_role('risk_manager', 'administrator')
        self.check_access('write')
        self._write_guarded({'state': 'withdrawn'})

    # === BUSINESS ===

    def _check_later_than_in_force(self):
        self.ensure_one()
        same_scope = [
            (name, '=', self[name].id if self._fields[name].relational else self[name])
            for name in ('company_id', 'product_id', 'institution_type', 'code')
        ]
        latest = self.search(
            [*same_scope, ('state', '=', 'in_force')], order='valid_from desc', limit=1
        )
        if latest and latest.valid_from >= self.valid_from:
            raise UserError(
                self.env._(
                    "%(name)s has a value in force from %(latest)s; a new value must start later "
                    "than that, not on %(date)s.",
                    name=self.display_name,
                    latest=latest.valid_from,
                    date=self.valid_from,
                )
            )

    @api.model
    def _load_default_block(self):
        """Add the delivered rows that are missing; rows that exist are never touched."""
        with file_open(DEFAULT_BLOCK, 'r') as file:
            rows = list(csv.DictReader(file))
        vals_list = []
        for row in rows:
            parts = [row['code'].replace('.', '_'), row['valid_from'].replace('-', '')]
            name = '_'.join(['carloan_parameter', *parts, *filter(None, [row['institution_type']])])
            if self.env.ref(f'carloan_base.{name}', raise_if_not_found=False):
                continue
            vals_list.append((name, {key: value or False for key, value in row.items()}))
        guarded = {'state': 'in_force', 'delivered': True, 'maker_id': False}
        silent = self.with_context(tracking_disable=True, mail_create_nolog=True)
        parameters = silent._create_guarded([{**vals, **guarded} for _name, vals in vals_list])
        self.env['ir.model.data']._update_xmlids(
            [
                {'xml_id': f'carloan_base.{name}', 'record': parameter, 'noupdate': True}
                for (name, _vals), parameter in zip(vals_list, parameters, strict=True)
            ]
        )

    # === GETTERS ===

    @api.model
    def _get(self, code, date=None, company=None, product=None):
        """The value of `code` on `date` (the business date if none), typed by its row.

        The most specific row wins (product, then company, then institution type), then the
        latest that holds on that day.
        """
        company = (company or self.env.company).sudo()
        day = fields.Date.to_date(date) or company._get_business_date()
        scope = (product.id if product else 0, company.id, company.carloan_institution_type)
        fitting = [
            row
            for row in self._get_rows(code)
            if row[1] <= day
            and all(want in (have, False) for want, have in zip(row[0], scope, strict=True))
        ]
        if not fitting:
            raise UserError(
                self.env._(
                    "No parameter %(code)s is in force on %(date)s for %(company)s. Propose one "
                    "under Configuration / Parameters.",
                    code=code,
                    date=day,
                    company=company.name,
                )
            )
        best = max(fitting, key=lambda row: ([bool(part) for part in row[0]], row[1]))
        return self._parse(best[2], best[3])

    @api.model
    @ormcache('code', cache='default')
    def _get_rows(self, code):
        rows = self.sudo().search([('code', '=', code), ('state', '=', 'in_force')])
        return tuple(
            (
                (row.product_id.id, row.company_id.id, row.institution_type),
                row.valid_from,
                row.value_type,
                row.value,
            )
            for row in rows
        )

    @api.model
    def _parse(self, value_type, value):
        text = (value or '').strip()
        return PARSERS[value_type](text)
