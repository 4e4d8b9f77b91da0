def uninstall_hook(env):
    """Nobody can meet the condition without this addon, so no contract waits for it any more."""
    condition_type = env.ref(
        'carloan_collateral.carloan_condition_type_mortgage_registered', raise_if_not_found=False)
    if condition_type:
        env['carloan.loan.condition'].search([('type_id', '=', condition_type.id)]).unlink()
