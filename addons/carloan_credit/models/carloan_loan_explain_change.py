from odoo import models

from odoo.addons.carloan_base.loanmath import TermsError
from odoo.addons.carloan_base.loanmath.explain import Trace
from odoo.addons.carloan_base.money import to_decimal

from ..explanation import Origin, Row, Rule, format_number, format_percent


class CarloanLoan(models.Model):
    """Why an instalment that a change of terms made bears its interest.

    The history up to the change is folded once more and the change made again, by the code that
    made it, which tells what it does.
    """
    _inherit = 'carloan.loan'

    def _explain_changed_interest(self, instalment):
        """The `Origin` of an instalment of a later version; without rows where no change of terms
        tells how it was made."""
        self.ensure_one()
        version = instalment.version_id
        change = self.env['carloan.transaction'].search(
            [('version_id', '=', version.id)], order='id', limit=1)
        unknown = Origin([], [], [], instalment.ids)
        if not change:
            return unknown
        history, event = self._get_history_before(change)
        ahead, trace = history.get_moment(event.value_date).ahead, Trace()
        try:
            plan = history.plan(event, trace)
        except TermsError:
            return unknown
        agreed = next(
            (row for row in plan.rows if row.facts == self._get_agreed_facts(instalment)), None)
        if not agreed:
            return unknown
        origin = self._describe_origin(instalment, agreed, event, ahead, trace)
        head = Row('head', self.env._(
            "%(version)s of %(date)s: %(change)s", version=version.name,
            date=version.effective_date, change=self._describe_change(event.params)))
        rule = Rule(self._describe_change(event.params), self._get_change_source(change))
        return origin._replace(
            rows=[head, *origin.rows], rules=[rule, *origin.rules],
            event_ids=[change.event_id.id, *origin.event_ids])

    def _describe_origin(self, instalment, agreed, event, ahead, trace):
        """How the change came to this instalment: by a schedule on what was left, by the days up
        to the change, or by leaving it as it was."""
        ids = instalment.ids
        for step in trace:
            numbers = [
                number for number, row in enumerate(step.result, 1)
                if row.due_date == agreed.due_date] if step.code == 'schedule' else []
            if numbers:
                rows = self._describe_schedule(step.figures['terms'], numbers[0])
                return Origin(rows, [], [], ids)
        if agreed.due_date == event.value_date:
            rows = [row for step in trace for row in self._describe_interest_step(step)]
            return Origin(rows or [self._describe_end_of_interest(agreed)], [], [], ids)
        before = next((row.id for row in ahead if row.facts == agreed.facts), 0)
        if not before:
            return Origin([], [], [], ids)
        origin = self._explain_origin(self.env['carloan.instalment'].browse(before))
        return origin._replace(instalment_ids=[*ids, *origin.instalment_ids])

    def _describe_end_of_interest(self, agreed):
        return Row('total', self.env._("No interest runs from the change on"), '',
                   format_number(agreed.interest))

    def _get_agreed_facts(self, instalment):
        return (
            instalment.number, instalment.start_date, instalment.due_date,
            to_decimal(instalment.principal_amount), to_decimal(instalment.interest_amount))

    def _get_change_source(self, change):
        """Who laid it down: the document behind the change, and when it was entered."""
        source = self.env._(
            "Change of terms, entered on %(date)s", date=change.booking_date)
        if change.origin_model not in self.env:
            return source
        document = self.env[change.origin_model].browse(change.origin_id).exists()
        return f'{document.display_name} · {source}' if document else source

    def _describe_change(self, params):
        """A change of terms in words; overriders describe the ways that they add."""
        def money(name):
            return format_number(to_decimal(params[name]))
        describe = {
            'rate': lambda: self.env._(
                "annual rate %(rate)s", rate=format_percent(params['rate'])),
            'reprice': lambda: self.env._(
                "annual rate %(rate)s for the periods from %(date)s on",
                rate=format_percent(params['rate']), date=params['from']),
            'extend': lambda: self.env._(
                "%(periods)s more instalments", periods=params['periods']),
            'due_date': lambda: self.env._(
                "next instalment due on %(date)s", date=params['due_date']),
            'prepay': lambda: self.env._("%(amount)s paid early", amount=money('amount')),
            'payoff': lambda: self.env._("all that was left was paid early"),
            'stop': lambda: self.env._("all that was left fell due"),
            'capitalise': lambda: self.env._("what was due became principal"),
            'reamortise': lambda: self.env._("what is left was spread anew"),
            'reage': lambda: self.env._(
                "all that was open starts anew in %(periods)s instalments",
                periods=params['periods']),
            'forgive': lambda: self.env._(
                "%(amount)s of the principal was given up", amount=money('amount')),
            'zero_interest': lambda: self.env._("charged off: no more interest runs"),
            'accelerate': lambda: self.env._("charged off: all that was left fell due"),
            'keep': lambda: self.env._("an earlier change was undone"),
        }.get(params['change'])
        return describe() if describe else params.get('reason') or params['change']
