from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.carloan_base import validators

# Full capacity to act, Civil Code art. 17 and 18.
ADULT_AGE = 18


class CarloanApplication(models.Model):
    """What an application is measured against before it may be submitted."""
    _inherit = 'carloan.application'

    amount_ceiling = fields.Monetary(
        string="Highest Amount", compute='_compute_ceilings',
        help="The smallest of all ceilings that apply to this application.")
    ceiling_summary = fields.Text(string="Ceilings", compute='_compute_ceilings')
    blocking_summary = fields.Text(compute='_compute_summaries')
    warning_summary = fields.Text(compute='_compute_summaries')

    @api.depends(lambda self: self._get_check_depends())
    def _compute_ceilings(self):
        for application in self:
            ceilings = sorted(application._get_ceilings(), key=lambda ceiling: ceiling[0])
            application.amount_ceiling = ceilings[0][0] if ceilings else 0
            application.ceiling_summary = '\n'.join(
                f"{application.currency_id.format(amount)}: {reason}"
                for amount, reason in ceilings)

    @api.depends(lambda self: [*self._get_check_depends(), 'state', 'approval_state'])
    def _compute_summaries(self):
        acts = {'draft': 'submit', 'approved': 'contract'}
        for application in self:
            act = acts.get(application.state)
            complete = application.partner_id and application.product_id
            reasons = application._get_blocking_reasons(act)[application] if (
                act and complete) else []
            application.blocking_summary = '\n'.join(reasons)
            application.warning_summary = '\n'.join(
                application._get_warnings()) if complete else False

    def _get_check_depends(self):
        """Names of the fields that ceilings, reasons and warnings read."""
        return ['partner_id', 'product_id', 'purpose', 'application_date',
                *self._get_cost_depends()]

    def _get_cost_depends(self):
        return ['amount', 'periods', 'annual_rate', 'application_date',
                *self._terms_field_names()]

    def _get_cost_terms(self):
        self.ensure_one()
        if not (self.product_id and self.amount > 0 and self.periods > 0):
            return None
        return self._get_math_terms(
            self.amount, self.annual_rate, self.periods,
            self.application_date or self.env.company._get_business_date())

    def _get_ceilings(self):
        """List of (amount, reason); the smallest wins. Leaves add theirs to `super()`."""
        self.ensure_one()
        product = self.product_id
        if not product.max_amount:
            return []
        return [(product.max_amount, self.env._(
            "highest amount of the product %(product)s", product=product.name))]

    def _get_blocking_reasons(self, act):
        reasons = super()._get_blocking_reasons(act)
        if act in ('submit', 'contract'):
            for application in self:
                reasons[application] += [
                    *application._get_customer_reasons(),
                    *application._get_amount_reasons(),
                    *application._get_term_reasons(),
                    *application._get_rate_reasons(),
                ]
        if act == 'contract':
            for application in self:
                reasons[application] += application._get_approval_reasons()
        return reasons

    def _get_approval_reasons(self):
        if self._is_approval_valid():
            return []
        return [self.env._("It is not approved as it is now: withdraw it and submit it again.")]

    def _get_customer_reasons(self):
        customer = self.partner_id.sudo()
        if not customer.carloan_customer:
            return [self.env._("%(name)s is not registered as a customer.", name=customer.name)]
        if customer.is_company:
            return [] if customer.company_registry else [self.env._(
                "The unified social credit code of %(name)s is missing.", name=customer.name)]
        if not customer.carloan_id_number:
            return [self.env._("The ID number of %(name)s is missing.", name=customer.name)]
        finding = validators.check_resident_id(customer.carloan_id_number)
        if finding.problem:
            return [customer._get_id_problem(finding)]
        birth_date = validators.get_birth_date(finding.value)
        adult_from = birth_date + relativedelta(years=ADULT_AGE)
        if self.application_date and adult_from > self.application_date:
            return [self.env._(
                "%(name)s is too young: born on %(birth)s, a borrower must be %(age)s years old "
                "(from %(date)s).", name=customer.name, birth=birth_date, age=ADULT_AGE,
                date=adult_from)]
        return []

    def _get_amount_reasons(self):
        currency, product = self.currency_id, self.product_id
        reasons = [self.env._(
            "The amount %(amount)s is above the ceiling %(ceiling)s (%(reason)s).",
            amount=currency.format(self.amount), ceiling=currency.format(ceiling), reason=reason)
            for ceiling, reason in self._get_ceilings()
            if currency.compare_amounts(self.amount, ceiling) > 0]
        if currency.compare_amounts(self.amount, product.min_amount) < 0:
            reasons.append(self.env._(
                "The amount %(amount)s is below %(lowest)s, the lowest amount of the product "
                "%(product)s.", amount=currency.format(self.amount),
                lowest=currency.format(product.min_amount), product=product.name))
        return reasons

    def _get_term_reasons(self):
        product, reasons = self.product_id, []
        longest = product.max_periods or 1200
        if not product.min_periods <= self.periods <= longest:
            reasons.append(self.env._(
                "%(periods)s instalments: the product %(product)s allows %(lowest)s to "
                "%(highest)s.", periods=self.periods, product=product.name,
                lowest=product.min_periods, highest=longest))
        months, allowed = self._get_term_months(), self._get_term_months_allowed()
        if allowed and months > allowed:
            reasons.append(self.env._(
                "A term of %(months)s months: the law allows at most %(allowed)s months for this "
                "purpose.", months=months, allowed=allowed))
        return reasons

    def _get_term_months(self):
        """The length of the loan in months, begun months counted whole."""
        units = self.periods * self.period_every
        if self.period_unit == 'month':
            return units
        days = units * (7 if self.period_unit == 'week' else 1)
        return -(-days * 12 // 365)

    def _get_term_months_allowed(self):
        """The longest term the law allows, in months; 0 when it sets none. A leaf that knows
        the car tightens it."""
        if self.purpose != 'car_purchase':
            return 0
        return int(self._get_parameter('term_max_months.new'))

    def _get_rate_reasons(self):
        product, reasons = self.product_id, []
        if not product.min_rate <= self.annual_rate <= (product.max_rate or 100):
            reasons.append(self.env._(
                "An annual rate of %(rate).6g %%: the product %(product)s allows %(lowest).6g %% "
                "to %(highest).6g %%.", rate=self.annual_rate, product=product.name,
                lowest=product.min_rate, highest=product.max_rate or 100))
        problem = self._get_terms_problem()
        if problem:
            return [*reasons, problem]
        ceiling = self._get_parameter('rate_cap.hard_annual_pct')
        if ceiling and self.nominal_annual_cost > ceiling:
            reasons.append(self.env._(
                "The borrower's annual cost of %(cost).2f %% is above the legal ceiling of "
                "%(ceiling).6g %%.", cost=self.nominal_annual_cost, ceiling=ceiling))
        return reasons

    def _get_warnings(self):
        """Things a person should know that do not block, as a list of sentences."""
        self.ensure_one()
        ceiling = self._get_parameter('rate_cap.lpr_multiple') * self._get_parameter('lpr.1y')
        if ceiling and self.effective_annual_cost > ceiling:
            return [self.env._(
                "The effective annual cost of %(cost).2f %% is above %(ceiling).6g %%, the "
                "multiple of the loan prime rate that new loans should keep to.",
                cost=self.effective_annual_cost, ceiling=ceiling)]
        return []

    def _get_parameter(self, code):
        """The value in force of parameter `code` for this application, as a plain number."""
        return float(self.env['carloan.parameter']._get(
            code, date=self.application_date, company=self.company_id, product=self.product_id))
