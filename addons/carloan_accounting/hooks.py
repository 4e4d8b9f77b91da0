from odoo.fields import Command

from .const import CHART_TEMPLATES, IMPLIED_GROUPS


def post_init_hook(env):
    """Set up companies whose chart we know, and put their book into vouchers."""
    companies = env['res.company'].search([('chart_template', 'in', CHART_TEMPLATES)])
    for company in companies:
        company._carloan_setup_accounting()


def uninstall_hook(env):
    """Take back the accounting rights that this addon gave to the roles."""
    for role, implied in IMPLIED_GROUPS.items():
        env.ref(role).implied_ids = [Command.unlink(env.ref(implied).id)]
