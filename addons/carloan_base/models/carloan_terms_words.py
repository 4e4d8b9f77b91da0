from odoo import api, fields, models


class CarloanTermsWords(models.AbstractModel):
    """Terms that are noted in short, in the words of the reader."""

    _inherit = 'carloan.terms.mixin'

    allocation_words = fields.Char(
        string="Paid first to last", compute='_compute_allocation_words')
    long_overdue_words = fields.Char(
        string="When long overdue", compute='_compute_allocation_words')
    early_fee_words = fields.Char(
        string="Fee for paying early, by steps", compute='_compute_early_fee_words')

    @api.depends('allocation_order', 'long_overdue_order')
    @api.depends_context('lang')
    def _compute_allocation_words(self):
        for record in self:
            record.allocation_words = self._describe_allocation(record.allocation_order)
            record.long_overdue_words = self._describe_allocation(record.long_overdue_order)

    @api.depends('early_fee_bands', 'early_band_unit')
    @api.depends_context('lang')
    def _compute_early_fee_words(self):
        for record in self:
            steps = (band.partition(':') for band in (record.early_fee_bands or '').split(','))
            record.early_fee_words = "; ".join(
                self.env._(
                    "from month %(start)s: %(percent)s %%", start=start.strip(), percent=percent)
                if record.early_band_unit == 'month' else self.env._(
                    "from instalment %(start)s: %(percent)s %%", start=start.strip(),
                    percent=percent)
                for start, colon, percent in steps if colon)

    @api.model
    def _describe_allocation(self, text):
        rows = self.env['carloan.allocation.order.line']._fields
        groups = dict(rows['group']._description_selection(self.env))
        components = dict(rows['component']._description_selection(self.env))
        words = []
        for cell in (text or '').split(','):
            group, _dot, component = cell.strip().rpartition('.')
            name = components.get(component, component)
            words.append(f'{groups.get(group, group)}: {name}' if group else name)
        return " → ".join(words)
