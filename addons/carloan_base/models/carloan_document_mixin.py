from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError


class CarloanDocumentMixin(models.AbstractModel):
    """A business document: it belongs to a company, an owner and a department, has one writer of
    its state and gates that answer with reasons."""

    _name = 'carloan.document.mixin'
    _inherit = ['carloan.guard.mixin', 'mail.thread', 'mail.activity.mixin']
    _description = "Business Document"
    _check_company_auto = True

    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        'res.currency',
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Loans are kept in the currency of the company.",
    )
    user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        index=True,
        check_company=True,
        default=lambda self: self.env.user,
    )
    department_id = fields.Many2one(
        'hr.department',
        index=True,
        check_company=True,
        default=lambda self: self.env.user._get_carloan_department(),
        help="Who sees the document: own documents, those of the department and below, or all.",
    )

    # === CONSTRAINTS ===

    @api.constrains('company_id', 'currency_id')
    def _check_company_currency(self):
        for record in self:
            if record.currency_id != record.company_id.currency_id:
                raise ValidationError(
                    self.env._(
                        "%(currency)s is not allowed here: documents of %(company)s are kept in "
                        "%(allowed)s.",
                        currency=record.currency_id.name,
                        company=record.company_id.name,
                        allowed=record.company_id.currency_id.name,
                    )
                )

    def _check_not_future(self, *names):
        """What these date fields tell has happened: not after the business date."""
        for record in self:
            today = record.company_id._get_business_date()
            for name in names:
                if record[name] and record[name] > today:
                    raise ValidationError(
                        self.env._(
                            "%(field)s %(date)s lies in the future. Allowed: up to the business "
                            "date %(today)s.",
                            field=self._fields[name]._description_string(self.env),
                            date=record[name],
                            today=today,
                        )
                    )

    # === BUSINESS ===

    def _check_blocking_reasons(self, act):
        """Raise with every reason why these records may not do `act`."""
        blocked = {
            record: reasons
            for record, reasons in self._get_blocking_reasons(act).items()
            if reasons
        }
        if not blocked:
            return
        lines = []
        for record, reasons in blocked.items():
            if len(self) > 1:
                lines.append(record.display_name)
            lines.extend(f"- {reason}" for reason in reasons)
        raise UserError(
            self.env._("This is not possible yet:\n%(reasons)s", reasons="\n".join(lines))
        )

    def _lock_documents(self):
        """Hold the rows until the end of the transaction, or say that somebody else does."""
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is working on this right now. Try again in a moment.")
            ) from error

    def _update_state(self, allowed, target, vals=None):
        """The one writer of `state`: from one of the `allowed` states to `target`."""
        self._lock_documents()
        labels = dict(self._fields['state']._description_selection(self.env))
        for record in self:
            if record.state not in allowed:
                raise UserError(
                    self.env._(
                        "%(name)s is in state %(state)s; this is only possible in: %(allowed)s.",
                        name=record.display_name,
                        state=labels.get(record.state, record.state),
                        allowed=", ".join(labels.get(state, state) for state in allowed),
                    )
                )
        return self._write_guarded({**(vals or {}), 'state': target})

    # === HOOKS ===

    def _get_blocking_reasons(self, act):
        """Answer `{record: [reason, ...]}` for `act` ('submit', 'sign', ...); empty = free to go.

        Overriders call `super()` first and add to the lists.
        """
        del act
        return {record: [] for record in self}
