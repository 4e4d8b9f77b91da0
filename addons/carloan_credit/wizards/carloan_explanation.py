from odoo import api, fields, models


class CarloanExplanation(models.TransientModel):
    """The dialog behind the "Why?" buttons; it explains the figure anew each time it is shown."""
    _name = 'carloan.explanation'
    _description = "Explanation of a Figure"
    _rec_name = 'title'

    loan_id = fields.Many2one('carloan.loan', required=True, readonly=True, ondelete='cascade')
    instalment_id = fields.Many2one('carloan.instalment', readonly=True, ondelete='cascade')
    figure = fields.Char(required=True, readonly=True)
    currency_id = fields.Many2one(related='loan_id.currency_id')
    title = fields.Char(compute='_compute_explanation')
    body = fields.Html(compute='_compute_explanation', sanitize=False)
    line_ids = fields.Many2many('carloan.transaction.line', compute='_compute_explanation')
    line_count = fields.Integer(compute='_compute_explanation')

    @api.depends('loan_id', 'instalment_id', 'figure')
    def _compute_explanation(self):
        for dialog in self:
            explanation = dialog.loan_id._get_explanation(dialog.figure, dialog.instalment_id.id)
            dialog.title = explanation.title
            dialog.body = self.env['ir.qweb']._render(
                'carloan_credit.explanation', {'explanation': explanation})
            dialog.line_ids = explanation.line_ids
            dialog.line_count = len(explanation.line_ids)

    def action_view_lines(self):
        self.ensure_one()
        self.check_access('read')
        return {
            **self.env['ir.actions.act_window']._for_xml_id(
                'carloan_credit.carloan_transaction_line_action'),
            'domain': [('id', 'in', self.line_ids.ids)],
            'context': {},
        }
