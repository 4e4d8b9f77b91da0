from odoo import fields, models


class CarloanRepayment(models.Model):
    """Taking a confirmed repayment back: asked by one accountant, done by another or by the
    risk manager. What happened on the loan afterwards is calculated anew without it."""
    _inherit = 'carloan.repayment'

    reversal_reason = fields.Char(readonly=True, copy=False)
    reversal_maker_id = fields.Many2one(
        'res.users', string="Reversal Asked By", readonly=True, copy=False,
        index='btree_not_null')
    reversal_checker_id = fields.Many2one(
        'res.users', string="Reversed By", readonly=True, copy=False, index='btree_not_null')
    reversal_transaction_id = fields.Many2one(
        'carloan.transaction', readonly=True, copy=False, index='btree_not_null',
        ondelete='restrict')

    _reversal_four_eyes = models.Constraint(
        'CHECK (reversal_maker_id <> reversal_checker_id)',
        "Asking for a reversal and doing it need two different people.")
    _reversal_complete = models.Constraint(
        "CHECK (state <> 'reversed' OR (reversal_maker_id IS NOT NULL"
        " AND reversal_checker_id IS NOT NULL AND reversal_transaction_id IS NOT NULL))",
        "A reversal cannot skip a step.")

    def action_ask_reversal(self):
        """Ask for the reversal of a wrong receipt, with the reason."""
        self._check_role('accountant')
        self._check_blocking_reasons('ask_reversal')
        return self._open_reason_wizard('ask_reversal')

    def action_refuse_reversal(self):
        """Leave the repayment as it is."""
        self._check_role('accountant', 'risk_manager')
        self._update_state(('reversal_asked',), 'confirmed', {
            'reversal_maker_id': False, 'reversal_reason': False})
        self._end_activities()

    def action_reverse(self):
        """Post the mirror of the transaction; the loan stands as if the receipt had not been."""
        self._check_role('accountant', 'risk_manager')
        self._lock_documents()
        self._check_blocking_reasons('reverse')
        for repayment in self:
            mirror = repayment.sudo().transaction_id._reverse(repayment.reversal_reason)
            repayment._update_state(('reversal_asked',), 'reversed', {
                'reversal_checker_id': self.env.uid,
                'reversal_transaction_id': mirror.id,
            })
        self._end_activities()

    def _reason_acts(self):
        return {
            **super()._reason_acts(),
            'ask_reversal': (self.env._("Ask for the Reversal"), self._ask_reversal),
        }

    def _ask_reversal(self, reason):
        self._check_role('accountant')
        self._check_blocking_reasons('ask_reversal')
        self._update_state(('confirmed',), 'reversal_asked', {
            'reversal_maker_id': self.env.uid, 'reversal_reason': reason})
        self._note_reason(self.env._("Reversal asked"), reason)
        self._ask_role('risk_manager', self.env._("Decide on the reversal of the repayment"))

    def _get_guarded_names(self):
        return super()._get_guarded_names() | {
            'reversal_reason', 'reversal_maker_id', 'reversal_checker_id',
            'reversal_transaction_id'}

    def _get_blocking_reasons(self, act):
        reasons = super()._get_blocking_reasons(act)
        if act == 'reverse':
            for repayment in self:
                reasons[repayment] += repayment._get_other_person_reasons(
                    repayment.reversal_maker_id)
        return reasons
