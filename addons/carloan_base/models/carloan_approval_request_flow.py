from odoo import api, models
from odoo.exceptions import LockError, UserError


class CarloanApprovalRequest(models.Model):
    """The way of a request: opened for documents, moved on by votes, closed. All in batches."""

    _inherit = 'carloan.approval.request'

    # === OPENING ===

    @api.model
    def _open_requests(self, documents):
        """One request for each document, by its rule, with the candidates frozen."""
        rule_by_document = self.env['carloan.approval.rule']._get_rule_by_document(documents)
        for document, rule in rule_by_document.items():
            if not rule:
                raise UserError(
                    self.env._(
                        "No approval rule fits %(name)s (%(amount)s). Ask an administrator to "
                        "add one under Configuration / Approval Rules.",
                        name=document.display_name,
                        amount=document.currency_id.format(document._approval_amount()),
                    )
                )
        requests = self.sudo()._create_guarded(
            [
                self._prepare_request_vals(document, rule)
                for document, rule in rule_by_document.items()
            ]
        )
        requests._freeze_steps()
        return requests.with_env(self.env)

    @api.model
    def _prepare_request_vals(self, document, rule):
        makers = document._approval_makers() | self.env.user
        return {
            'name': document.display_name,
            'res_model': document._name,
            'res_id': document.id,
            'rule_id': rule.id,
            'amount': document._approval_amount(),
            'currency_id': document.currency_id.id,
            'digest': document._get_approval_digest(),
            'maker_ids': [(6, 0, makers.ids)],
            'submitted_by_id': self.env.uid,
            'submit_date': document.company_id._get_business_date(),
            'company_id': document.company_id.id,
            'user_id': document.user_id.id,
            'department_id': document.department_id.id,
        }

    def _freeze_steps(self):
        """Copy the steps of the rules with the people who may vote today."""
        candidates_by_key = {}
        vals_list = []
        for request in self:
            eligible = self.env['res.users']
            for number, step in enumerate(request.rule_id.step_ids, start=1):
                key = (step, request.company_id, request.department_id)
                if key not in candidates_by_key:
                    candidates_by_key[key] = step._get_candidates(*key[1:])
                candidates = candidates_by_key[key] - request.maker_ids
                eligible |= candidates
                request._check_enough_candidates(step, candidates)
                vals_list.append(
                    {
                        'request_id': request.id,
                        'sequence': number,
                        'name': step.name,
                        'group_id': step.group_id.id,
                        'candidate_ids': [(6, 0, candidates.ids)],
                        'quorum': step.quorum,
                        'state': 'pending' if number == 1 else 'waiting',
                    }
                )
            request._check_enough_people(eligible)
        self.env['carloan.approval.request.step']._create_guarded(vals_list)

    def _check_enough_candidates(self, step, candidates):
        if len(candidates) < step.quorum:
            raise UserError(
                self.env._(
                    "%(name)s cannot be submitted: the step %(step)s needs %(quorum)s vote(s) of "
                    "%(role)s, and apart from the people who prepared it only %(count)s may vote.",
                    name=self.name,
                    step=step.name,
                    quorum=step.quorum,
                    role=step.group_id.name,
                    count=len(candidates),
                )
            )

    def _check_enough_people(self, eligible):
        needed = sum(self.rule_id.step_ids.mapped('quorum'))
        if len(eligible) < needed:
            raise UserError(
                self.env._(
                    "%(name)s cannot be submitted: its steps need %(needed)s different people, "
                    "and only %(count)s may vote.",
                    name=self.name,
                    needed=needed,
                    count=len(eligible),
                )
            )

    # === VOTING ===

    def _vote(self, decision, comment):
        self.check_access('read')
        self._lock_requests()
        for request in self:
            if obstacle := request._get_vote_obstacle():
                raise UserError(self.env._(
                    "%(name)s: %(reason)s", name=request.name, reason=obstacle))
        self._check_digests()
        self.env['carloan.approval.vote']._append(
            [
                {
                    'request_id': request.id,
                    'step_line_id': request.sudo().current_step_id.id,
                    'user_id': self.env.uid,
                    'maker_id': request.sudo().submitted_by_id.id,
                    'decision': decision,
                    'comment': comment or False,
                    'vote_date': request.company_id._get_business_date(),
                }
                for request in self
            ]
        )
        self.sudo()._apply_votes(decision, comment)

    def _lock_requests(self):
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is voting on this right now. Try again in a moment.")
            ) from error

    def _check_digests(self):
        for request, document in self._get_document_by_request().items():
            if not document or document._get_approval_digest() != request.sudo().digest:
                raise UserError(
                    self.env._(
                        "%(name)s was changed after it was submitted. It has to be withdrawn and "
                        "submitted again.",
                        name=request.name,
                    )
                )

    def _apply_votes(self, decision, comment):
        """Move the requests on after a vote on each of them."""
        self._count_votes()
        self._log_on_documents(self._get_vote_message(decision, comment))
        steps = self.current_step_id
        if decision == 'refuse':
            steps._write_guarded({'state': 'refused'})
            return self._close('refused')
        done = steps.filtered(lambda step: len(step.vote_ids) >= step.quorum)
        if not done:
            return None
        done._write_guarded({'state': 'approved'})
        following = self.env['carloan.approval.request.step']
        for request in done.request_id:
            following |= request.step_line_ids.filtered(lambda step: step.state == 'waiting')[:1]
        if following:
            following._write_guarded({'state': 'pending'})
        return (done.request_id - following.request_id)._close('approved')

    def _count_votes(self):
        """Touching the row makes a vote at the same moment start again and see this one."""
        for count, requests in self.grouped(lambda request: len(request.vote_ids)).items():
            requests._write_guarded({'vote_count': count})

    # === CLOSING ===

    def _close(self, state):
        """Set the last state and tell the documents, all of one model at once."""
        for company, requests in self.grouped('company_id').items():
            requests._write_guarded(
                {'state': state, 'decision_date': company._get_business_date()}
            )
        self.flush_recordset(['state'])
        for model, requests in self.grouped('res_model').items():
            documents = self._get_clean_model(model).browse(requests.mapped('res_id'))
            if state == 'approved':
                documents._on_approved()
            elif state == 'refused':
                documents._on_refused()

    def _withdraw(self):
        requests = self.sudo().filtered(lambda request: request.state in ('pending', 'approved'))
        requests._lock_requests()
        requests._close('withdrawn')
        requests._log_on_documents(self.env._("The approval was withdrawn."))

    # === GETTERS ===

    def _get_clean_model(self, model):
        """The model with system rights, free of what a client put in the context."""
        return self._without_defaults().env[model].sudo()

    def _get_document_by_request(self):
        """`{request: document}` with system rights; empty where the document is gone."""
        documents = {}
        for model, requests in self.grouped('res_model').items():
            Model = self._get_clean_model(model)
            existing = Model.browse(requests.mapped('res_id')).exists()
            record_by_id = dict(zip(existing.ids, existing, strict=True))
            documents.update(
                (request, record_by_id.get(request.res_id, Model)) for request in requests
            )
        return documents

    def _get_vote_message(self, decision, comment):
        name = self.env.user.name
        if decision == 'approve':
            text = self.env._("Approved by %(name)s.", name=name)
        else:
            text = self.env._("Refused by %(name)s.", name=name)
        return f"{text} {comment}" if comment else text

    def _log_on_documents(self, text):
        for model, requests in self.grouped('res_model').items():
            documents = self._get_clean_model(model).browse(requests.mapped('res_id'))
            documents._message_log_batch(bodies={document.id: text for document in documents})
