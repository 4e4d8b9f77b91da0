{
    'name': "Car Loans - Tests of the whole family",
    'version': '19.0.1.0.0',
    'category': 'Hidden/Tests',
    'summary': "Whole flows, access matrix and browser tours over all five addons",
    'author': "carloan",
    'license': 'LGPL-3',
    'depends': ['carloan_accounting', 'carloan_collection', 'l10n_cn'],
    'assets': {
        # Debian's package of Odoo lacks this file: every page would log one console error, which
        # a browser test takes for a failure.
        'web.assets_backend': [
            ('remove', 'mail/static/lib/selfie_segmentation/selfie_segmentation.js'),
        ],
        'web.assets_tests': ['test_carloan_full/static/tests/tours/**/*'],
    },
    'installable': True,
}
