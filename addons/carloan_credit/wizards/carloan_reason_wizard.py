from odoo import fields, models
from odoo.exceptions import UserError


class CarloanReasonWizard(models.TransientModel):
    """Asks why, then lets the document do the act; the document checks who may."""
    _name = 'carloan.reason.wizard'
    _description = "Reason"

    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Json(readonly=True)
    act = fields.Char(required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        documents = self._get_documents()
        documents.check_access('write')
        acts = documents._reason_acts()
        if self.act not in acts:
            raise UserError(self.env._("%(model)s has no such act.", model=documents._description))
        if not self.reason.strip():
            raise UserError(self.env._("Say why."))
        _title, method = acts[self.act]
        method(self.reason.strip())
        return {'type': 'ir.actions.act_window_close'}

    def _get_documents(self):
        mixin = self.env.registry['carloan.loan.document.mixin']
        model = self.env.registry.get(self.res_model)
        if not model or not issubclass(model, mixin):
            raise UserError(self.env._("There is no document to act on."))
        return self.env[self.res_model].browse(self.res_ids).exists()
