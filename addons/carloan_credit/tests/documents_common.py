from odoo import Command
from odoo.service.model import call_kw

from .common import ROLES, CreditCommon


class DocumentsCommon(CreditCommon):
    """Factories and movers for the documents around a loan, each as the role that does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank_account = cls.env['res.partner.bank'].create({
            'partner_id': cls.customer.id, 'acc_number': '6222021234567890123',
        })

    @classmethod
    def _new_user(cls, login, *roles):
        """A person with several roles."""
        user = cls._create_user(login, roles[0])
        user.write({'group_ids': [
            Command.link(cls.env.ref(f'carloan_base.carloan_base_group_{role}').id)
            for role in roles[1:]]})
        return user

    @classmethod
    def _create_application(cls, user=None, **values):
        return cls.env['carloan.application'].with_user(user or cls.officer).create({
            'partner_id': cls.customer.id,
            'product_id': cls.product.id,
            'amount': 50000,
            'periods': 12,
            'purpose': 'secured',
            **values,
        })

    @classmethod
    def _approve(cls, application):
        """Let the people of each level vote yes."""
        request = application.sudo().approval_request_id
        voted = cls.env['res.users']
        while request.state == 'pending':
            voter = (request.current_step_id.candidate_ids - voted)[:1]
            request.with_user(voter).action_approve()
            voted |= voter
            request.invalidate_recordset()
        return voted

    @classmethod
    def _create_contract(cls, **values):
        """A contract to sign, from an approved application."""
        application = cls._create_application(**values)
        application.action_submit()
        cls._approve(application)
        application.action_create_contract()
        return application.loan_id

    @classmethod
    def _sign_contract(cls, **values):
        loan = cls._create_contract(**values)
        loan.action_sign()
        return loan

    @classmethod
    def _create_disbursement(cls, loan=None, user=None, **values):
        loan = loan or cls._sign_contract()
        return cls.env['carloan.disbursement'].with_user(user or cls.officer).create({
            'loan_id': loan.id,
            'amount': loan.principal_amount,
            'fund_account_id': cls.fund_account.id,
            'partner_bank_id': loan.sudo().partner_id.bank_ids[:1].id,
            **values,
        })

    @classmethod
    def _pay_out(cls, loan=None):
        """Take a signed loan through all three people."""
        disbursement = cls._create_disbursement(loan)
        disbursement.action_register()
        disbursement.with_user(cls.accountant).action_review()
        disbursement.with_user(cls.cashier).action_pay()
        return disbursement

    @classmethod
    def _create_repayment(cls, loan, amount, user=None, **values):
        return cls.env['carloan.repayment'].with_user(user or cls.cashier).create({
            'loan_id': loan.id,
            'amount': amount,
            'fund_account_id': cls.fund_account.id,
            **values,
        })

    @classmethod
    def _take_repayment(cls, loan, amount, **values):
        repayment = cls._create_repayment(loan, amount, **values)
        repayment.action_register()
        repayment.with_user(cls.accountant).action_confirm()
        return repayment

    @classmethod
    def _rpc(cls, user, records, method, *args, **kwargs):
        """What the web client or a script could call, as `user`."""
        model = records.env[records._name].with_user(user)
        ids = [] if method in ('create', 'load') else [records.ids]
        return call_kw(model, method, [*ids, *args], kwargs)

    def _role_users(self):
        return {role: getattr(self, role) for role in ROLES}
