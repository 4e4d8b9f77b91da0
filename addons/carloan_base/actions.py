"""What a button answers: the web client opens one record or a list of records."""


def open_form(record, **values):
    """The action that shows one record; `values` add to it (name, target, context)."""
    record.ensure_one()
    record.check_access('read')
    return {
        'type': 'ir.actions.act_window',
        'res_model': record._name,
        'res_id': record.id,
        'view_mode': 'form',
        **values,
    }


def open_list(env, xml_id, domain):
    """The window action `xml_id` on the records of `domain`, without its default filters."""
    action = env['ir.actions.act_window']._for_xml_id(xml_id)
    return {**action, 'domain': domain, 'context': {}}
