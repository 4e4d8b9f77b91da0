from odoo.tools import SQL


def uninstall_hook(env):
    """Strategies and outcomes go before the tasks and contacts that used them: let them."""
    for table, constraint in (
        ('carloan_collection_task', 'carloan_collection_task_strategy_id_fkey'),
        ('carloan_contact', 'carloan_contact_outcome_id_fkey'),
    ):
        env.cr.execute(SQL(
            "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s",
            SQL.identifier(table), SQL.identifier(constraint)))
