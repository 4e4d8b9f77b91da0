from . import carloan_contact_wizard
