from odoo import api, models
from odoo.exceptions import AccessError, UserError

PASS_KEY = 'carloan_guard_pass'


class GuardPass:
    """Permission to set guarded fields, carried in the context of one call.

    It is an object, so JSON cannot carry it, and it names the model and the records, so a nested
    create or write of anything else gains nothing from it.
    """

    __slots__ = ('model', 'ids')

    def __init__(self, model, ids=()):
        self.model = model
        self.ids = frozenset(ids)


class CarloanGuardMixin(models.AbstractModel):
    """Fields that only server code may set: `_guarded_fields`, through the two private doors.

    Guarded fields should be `readonly=True`, so that forms do not send them.
    """

    _name = 'carloan.guard.mixin'
    _description = "Guarded Fields"

    _guarded_fields = ('state',)

    # === CRUD ===

    @api.model
    def default_get(self, fields):
        """A guarded field takes its default from the model, never from context or ir.default."""
        guarded = self._get_guarded_names()
        defaults = super().default_get([name for name in fields if name not in guarded])
        for name in guarded.intersection(fields):
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, validate=False)
                defaults[name] = field.convert_to_write(field.convert_to_record(value, self), self)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        guard_pass = self.env.context.get(PASS_KEY)
        allowed = isinstance(guard_pass, GuardPass) and guard_pass.model == self._name
        clean = self._without_pass()
        if not allowed:
            clean._refuse_guarded({name for vals in vals_list for name in vals})
        return super(CarloanGuardMixin, clean).create(vals_list)

    def write(self, vals):
        allowed, clean = self._has_guard_pass(), self._without_pass()
        if not allowed:
            clean._refuse_guarded(vals)
        return super(CarloanGuardMixin, clean).write(vals)

    def copy_data(self, default=None):
        guarded = self._get_guarded_names()
        self._refuse_guarded(default or {})
        return [
            {name: value for name, value in vals.items() if name not in guarded}
            for vals in super().copy_data(default)
        ]

    # === BUSINESS ===

    def _create_guarded(self, vals_list):
        """Create records with guarded fields; the context gives no defaults."""
        guarded_self = self._without_defaults().with_context(**{PASS_KEY: GuardPass(self._name)})
        return guarded_self.create(vals_list).with_env(self.env)

    def _write_guarded(self, vals):
        """Write guarded (and other) fields of these records."""
        guard_pass = GuardPass(self._name, self._ids)
        return self._without_defaults().with_context(**{PASS_KEY: guard_pass}).write(vals)

    def _has_guard_pass(self):
        """Whether this call came through `_write_guarded` of these records."""
        guard_pass = self.env.context.get(PASS_KEY)
        return (
            isinstance(guard_pass, GuardPass)
            and guard_pass.model == self._name
            and guard_pass.ids.issuperset(self._ids)
        )

    def _refuse_guarded(self, names):
        refused = self._get_guarded_names().intersection(names)
        if refused:
            labels = [self._fields[name]._description_string(self.env) for name in sorted(refused)]
            raise UserError(
                self.env._(
                    "%(fields)s of %(model)s is set by the system only, through its own actions.",
                    fields=", ".join(labels),
                    model=self.env['ir.model']._get(self._name).sudo().name,
                )
            )

    def _without_pass(self):
        if PASS_KEY not in self.env.context:
            return self
        return self.with_context(
            {key: value for key, value in self.env.context.items() if key != PASS_KEY}
        )

    def _without_defaults(self):
        """The same records in a context from which no `default_*` of a client can seep in."""
        return self.with_context(
            {
                key: value
                for key, value in self.env.context.items()
                if not key.startswith('default_')
            }
        )

    # === ROLES ===

    def _has_role(self, *roles):
        """Whether the user holds one of these roles (`'cashier'`); the superuser holds all."""
        return self.env.su or any(
            self.env.user.has_group(f'carloan_base.carloan_base_group_{role}') for role in roles
        )

    def _check_role(self, *roles):
        if self._has_role(*roles):
            return
        names = [
            self.env.ref(f'carloan_base.carloan_base_group_{role}').sudo().name for role in roles
        ]
        raise AccessError(
            self.env._(
                "This needs the role %(roles)s. Ask an administrator who may do it.",
                roles=self.env._(" or ").join(names),
            )
        )

    # === GETTERS ===

    def _get_guarded_names(self):
        return {name for name in self._guarded_fields if name in self._fields}
