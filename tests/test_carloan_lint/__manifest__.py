{
    'name': "Car Loans - Core's lint tests",
    'version': '19.0.1.0.0',
    'category': 'Hidden/Tests',
    'summary': "Odoo's own lint tests, run on our addons",
    'author': "carloan",
    'license': 'LGPL-3',
    'depends': ['test_lint', 'carloan_accounting', 'carloan_collection'],
    'installable': True,
}
