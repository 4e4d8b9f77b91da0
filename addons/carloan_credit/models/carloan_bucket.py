from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class CarloanBucket(models.Model):
    """A band of days overdue (M0, M1, ...); a loan is in the highest band that it has reached."""
    _name = 'carloan.bucket'
    _description = "Overdue Bucket"
    _order = 'dpd_from, id'
    _rec_name = 'code'

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    dpd_from = fields.Integer("From Day Overdue", required=True, aggregator=None)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint('UNIQUE (code)', "The code of a bucket must be unique.")
    _dpd_uniq = models.UniqueIndex(
        '(dpd_from) WHERE active', "Another bucket already starts on this day.")
    _dpd_positive = models.Constraint('CHECK (dpd_from >= 0)', "Days overdue cannot be negative.")

    @api.constrains('dpd_from', 'active')
    def _check_first_bucket(self):
        if not self.search_count([('dpd_from', '=', 0)], limit=1):
            raise ValidationError(self.env._(
                "One bucket must start at day 0, for the loans that are not overdue."))

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache()
    def _get_bounds(self):
        """((code, first day, day after the last or None), ...) from the lowest band up."""
        rows = self.sudo().search_fetch([], ['code', 'dpd_from'], order='dpd_from')
        starts = [row.dpd_from for row in rows]
        ends = [*starts[1:], None]
        return tuple(
            (row.code, start, end) for row, start, end in zip(rows, starts, ends, strict=True))
