from odoo import api, fields, models


class CarloanClassTier(models.Model):
    """One class of loan risk (五级分类) and the days overdue beyond which a loan is at least that.

    A change of the days is a new row with a later `valid_from`; old rows explain old classes.
    """
    _name = 'carloan.class.tier'
    _description = "Risk Class"
    _order = 'sequence, valid_from desc, id'

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(required=True, help="From the best class up to the worst.")
    dpd_over = fields.Integer(
        "Days Overdue Above", required=True, aggregator=None,
        help="The class applies to a loan with more days overdue than this; "
             "-1 for the class of loans that are not overdue.")
    non_performing = fields.Boolean(help="Counts as a non-performing loan in all reports.")
    valid_from = fields.Date(required=True, default='2023-07-01')
    active = fields.Boolean(default=True)

    _code_date_uniq = models.Constraint(
        'UNIQUE (code, valid_from)', "This class already has a row from that date.")
    _dpd_range = models.Constraint(
        'CHECK (dpd_over >= -1)', "The days overdue must be -1 or more.")

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Override: a condition on the class of loans names the few classes, so that PostgreSQL
        knows how many loans are in them and whether to go by the index."""
        query = super()._search(domain, offset, limit, order, **kwargs)
        if order is None:
            query.get_result_ids()
        return query

    @api.model
    def _get_all_ids(self):
        """The ids of all rows, also of old and archived ones: loans may still be in them."""
        return self.sudo().search([('active', 'in', (True, False))]).ids

    def _get_valid(self, date):
        """The row in force on a date of each class, from the best to the worst."""
        rows = self.sudo().search([('valid_from', '<=', date)], order='valid_from desc, id desc')
        in_force = {}
        for row in rows:
            in_force.setdefault(row.code, row)
        return self.browse([row.id for row in in_force.values()]).sorted('dpd_over')
