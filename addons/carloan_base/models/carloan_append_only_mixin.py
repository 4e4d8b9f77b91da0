from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .carloan_guard_mixin import PASS_KEY, GuardPass


class CarloanAppendOnlyMixin(models.AbstractModel):
    """Rows that are written once by server code and never changed or deleted by anybody.

    PostgreSQL refuses it too, so such a model has no stored computed field (unless it is
    `precompute`d) and its links are `ondelete='restrict'`.
    """

    _name = 'carloan.append.only.mixin'
    _description = "Append-only Rows"

    def init(self):
        super().init()
        if not self._abstract:
            self._install_append_only_trigger()

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        guard_pass = self.env.context.get(PASS_KEY)
        if not (isinstance(guard_pass, GuardPass) and guard_pass.model == self._name):
            self._refuse_change()
        clean = self.with_context(
            {key: value for key, value in self.env.context.items() if key != PASS_KEY}
        )
        return super(CarloanAppendOnlyMixin, clean).create(vals_list)

    def write(self, vals):
        if not (self and vals):
            return True
        return self._refuse_change()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def copy(self, default=None):
        return self._refuse_change()

    # === BUSINESS ===

    def _append(self, vals_list):
        """Add rows with the rights of the system; nothing seeps in from the client's context."""
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith('default_')
        }
        context[PASS_KEY] = GuardPass(self._name)
        return self.sudo().with_context(context).create(vals_list).with_env(self.env)

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "%(model)s is a record of what happened: rows are added by the system only and "
                "are never changed or deleted.",
                model=self.env['ir.model']._get(self._name).sudo().name,
            )
        )

    def _install_append_only_trigger(self):
        """Let PostgreSQL refuse UPDATE, DELETE and TRUNCATE on the table."""
        table = SQL.identifier(self._table)
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION carloan_append_only() RETURNS trigger AS $$
                BEGIN
                    RAISE EXCEPTION 'rows of %% are never changed or deleted', TG_TABLE_NAME;
                END $$ LANGUAGE plpgsql
                """
            )
        )
        for name, event, level in (
            ('carloan_append_only_row', SQL("UPDATE OR DELETE"), SQL("ROW")),
            ('carloan_append_only_table', SQL("TRUNCATE"), SQL("STATEMENT")),
        ):
            trigger = SQL.identifier(name)
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", trigger, table))
            self.env.cr.execute(
                SQL(
                    "CREATE TRIGGER %s BEFORE %s ON %s FOR EACH %s "
                    "EXECUTE FUNCTION carloan_append_only()",
                    trigger,
                    event,
                    table,
                    level,
                )
            )
