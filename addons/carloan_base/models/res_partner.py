from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import validators

STAFF = 'carloan_base.carloan_base_group_user'


class ResPartner(models.Model):
    _inherit = 'res.partner'

    carloan_customer = fields.Boolean(
        string="Loan customer",
        index=True,
        help="Borrowers, co-borrowers and guarantors. Staff see customers by their data scope.",
    )
    carloan_user_id = fields.Many2one(
        'res.users',
        string="Loan officer",
        index=True,
        domain="[('share', '=', False)]",
        default=lambda self: self._default_carloan_user_id(),
        help="Who looks after the customer.",
    )
    carloan_department_id = fields.Many2one(
        'hr.department',
        string="Loan department",
        index=True,
        default=lambda self: self._default_carloan_user_id()._get_carloan_department(),
    )
    carloan_id_number = fields.Char(
        string="ID number",
        copy=False,
        groups=STAFF,
        help="18-character resident identity number (GB 11643). Birth date and sex follow from it.",
    )
    carloan_birth_date = fields.Date(
        string="Birth date",
        compute='_compute_carloan_person',
        store=True,
        readonly=False,
        copy=False,
        groups=STAFF,
    )
    carloan_sex = fields.Selection(
        selection=[('male', "Male"), ('female', "Female")],
        string="Sex",
        compute='_compute_carloan_person',
        store=True,
        readonly=False,
        copy=False,
        groups=STAFF,
    )
    carloan_id_masked = fields.Char(
        string="ID number (masked)", compute='_compute_carloan_masked', compute_sudo=True
    )
    carloan_phone_masked = fields.Char(
        string="Phone (masked)", compute='_compute_carloan_masked', compute_sudo=True
    )

    _carloan_id_number_unique = models.UniqueIndex(
        "(carloan_id_number) WHERE carloan_id_number IS NOT NULL",
        "Another customer has this ID number.",
    )

    # === DEFAULTS ===

    @api.model
    def _default_carloan_user_id(self):
        user = self.env.user
        return user if user.has_group(STAFF) else user.browse()

    # === COMPUTE ===

    @api.depends('carloan_id_number')
    def _compute_carloan_person(self):
        for partner in self:
            finding = validators.check_resident_id(partner.carloan_id_number)
            if finding.problem:
                partner.carloan_birth_date = partner.carloan_birth_date
                partner.carloan_sex = partner.carloan_sex
            else:
                partner.carloan_birth_date = validators.get_birth_date(finding.value)
                partner.carloan_sex = validators.get_sex(finding.value)

    @api.depends('carloan_id_number', 'phone')
    def _compute_carloan_masked(self):
        for partner in self:
            partner.carloan_id_masked = validators.mask(partner.carloan_id_number, 6, 4)
            partner.carloan_phone_masked = validators.mask(partner.phone, 3, 4)

    # === CONSTRAINTS ===

    @api.constrains('carloan_id_number', 'is_company', 'carloan_customer')
    def _check_carloan_id_number(self):
        for partner in self.filtered('carloan_id_number'):
            if partner.is_company:
                raise ValidationError(
                    self.env._("A company has no ID number; enter its Company ID (USCC) instead.")
                )
            if not partner.carloan_customer:
                raise ValidationError(
                    self.env._("Only loan customers have an ID number. Tick Loan customer.")
                )
            today = self.env.company._get_clock_date()
            finding = validators.check_resident_id(partner.carloan_id_number, today)
            if finding.problem:
                raise ValidationError(self._get_id_problem(finding))

    @api.constrains('carloan_id_number', 'carloan_birth_date', 'carloan_sex')
    def _check_carloan_person(self):
        for partner in self.filtered('carloan_id_number'):
            number = partner.carloan_id_number
            if (partner.carloan_birth_date, partner.carloan_sex) != (
                validators.get_birth_date(number),
                validators.get_sex(number),
            ):
                raise ValidationError(
                    self.env._(
                        "Birth date and sex follow from the ID number %(number)s; they cannot "
                        "differ from it.",
                        number=number,
                    )
                )

    @api.constrains('phone', 'carloan_customer', 'is_company', 'country_id')
    def _check_carloan_phone(self):
        for partner in self.filtered(lambda p: p.phone and p._is_chinese_customer()):
            if partner.is_company:
                continue
            if validators.check_mobile(partner.phone).problem:
                raise ValidationError(
                    self.env._(
                        "%(phone)s is not a mobile number. Allowed are 11 digits that start with "
                        "13 to 19, with or without +86.",
                        phone=partner.phone,
                    )
                )

    @api.constrains('company_registry', 'carloan_customer', 'is_company', 'country_id')
    def _check_carloan_company_registry(self):
        for partner in self.filtered(
            lambda p: p.is_company and p.company_registry and p._is_chinese_customer()
        ):
            finding = validators.check_uscc(partner.company_registry)
            if finding.problem:
                raise ValidationError(self._get_uscc_problem(finding))

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create([self._normalise_carloan_vals(vals) for vals in vals_list])
        partners.filtered('carloan_customer')._normalise_carloan_numbers()
        return partners

    def write(self, vals):
        result = super().write(self._normalise_carloan_vals(vals))
        if {'phone', 'carloan_customer', 'country_id', 'is_company'}.intersection(vals):
            self._normalise_carloan_numbers()
        return result

    # === BUSINESS ===

    @api.model
    def _normalise_carloan_vals(self, vals):
        if not vals.get('carloan_id_number'):
            return vals
        return {**vals, 'carloan_id_number': validators.normalise(vals['carloan_id_number'])}

    def _normalise_carloan_numbers(self):
        """Phones of customers are kept as 11 digits, so that equal numbers look equal."""
        for partner in self.filtered(lambda p: p.phone and p._is_chinese_customer()):
            finding = validators.check_mobile(partner.phone)
            if not finding.problem and finding.value != partner.phone:
                partner.phone = finding.value

    # === GETTERS ===

    def _is_chinese_customer(self):
        return self.carloan_customer and self.country_id.code in ('CN', False)

    @api.model
    def _get_id_problem(self, finding):
        if finding.problem == 'length':
            return self.env._(
                "The ID number %(number)s has %(count)s characters; it must have 18.",
                number=finding.value,
                count=len(finding.value),
            )
        reasons = {
            'characters': self.env._(
                "The ID number %(number)s may only have digits, and an X at the end.",
                number=finding.value,
            ),
            'birth_date': self.env._(
                "Characters 7 to 14 of the ID number %(number)s are not a possible birth date.",
                number=finding.value,
            ),
            'check_digit': self.env._(
                "The last character of the ID number %(number)s does not fit the others: a digit "
                "is mistyped.",
                number=finding.value,
            ),
        }
        return reasons[finding.problem]

    @api.model
    def _get_uscc_problem(self, finding):
        reasons = {
            'length': self.env._(
                "The Company ID (USCC) %(number)s has %(count)s characters; it must have 18.",
                number=finding.value,
                count=len(finding.value),
            ),
            'characters': self.env._(
                "The Company ID (USCC) %(number)s may only have digits and capital letters "
                "without I, O, S, V and Z.",
                number=finding.value,
            ),
            'check_digit': self.env._(
                "The last character of the Company ID (USCC) %(number)s does not fit the others: "
                "a character is mistyped.",
                number=finding.value,
            ),
        }
        return reasons[finding.problem]
