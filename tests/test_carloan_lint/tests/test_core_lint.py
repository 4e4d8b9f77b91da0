"""The tests of Odoo's addon test_lint, each narrowed to our addons and the models they touch."""

from odoo import tools
from odoo.modules import Manifest
from odoo.tests import tagged

from odoo.addons.test_lint.tests import (
    test_docstring,
    test_dunderinit,
    test_i18n,
    test_index,
    test_jstranslate,
    test_manifests,
    test_naming,
    test_onchange_domains,
    test_orm_import,
    test_override_signatures,
    test_pylint,
    test_routes,
    test_test_holes,
)

PREFIXES = ('carloan_', 'test_carloan_')
# As in core's own list: an index of the field alone would only make writing slower.
COVERED_BY_ANOTHER_INDEX = {
    'carloan.approval.request.res_id',     # covered by _document_index, the domain has both keys
    'carloan.posting.transaction_id',      # covered by _transaction_uniq
    'carloan.transaction.reversal_of_id',  # covered by _reversal_uniq
}
after_installation = tagged('post_install', '-at_install')


class Core:
    """What all have in common: the test methods are those of the core class."""

    allow_inherited_tests_method = True


class OurFiles(Core):
    """Lets a core test see no addons but ours."""

    def setUp(self):
        super().setUp()
        ours = [m for m in Manifest.all_addon_manifests() if m.name.startswith(PREFIXES)]
        self.assertGreaterEqual(len(ours), 7)
        self.patch(Manifest, 'all_addon_manifests', staticmethod(lambda: ours))


class OurModels(Core):
    """Lets a core test see no models but those that our addons define or extend."""

    def setUp(self):
        super().setUp()
        module = type(self).core
        registry = module.Registry(module.get_db_name())
        ours = {name: model for name, model in registry.items() if self._is_ours(model)}
        self.assertIn('carloan.loan', ours)
        self.patch(module, 'Registry', lambda database: ours)

    def _is_ours(self, model):
        modules = {getattr(parent, '_module', None) or '' for parent in model.mro()}
        return any(module.startswith(PREFIXES) for module in modules)


@after_installation
class TestDunderinit(OurFiles, test_dunderinit.TestDunderinit):
    pass


@after_installation
class TestI18n(OurFiles, test_i18n.TestI18n):
    pass


@after_installation
class TestJsTranslations(OurFiles, test_jstranslate.TestJsTranslations):
    pass


@after_installation
class TestManifests(OurFiles, test_manifests.ManifestLinter):
    pass


@after_installation
class TestOnchangeDomains(OurFiles, test_onchange_domains.TestOnchangeDomains):
    pass


@after_installation
class TestOrmImport(OurFiles, test_orm_import.TestDunderinit):
    pass


@after_installation
class TestTestHoles(OurFiles, test_test_holes.TestTestHoles):
    pass


@after_installation
class TestPylint(OurFiles, test_pylint.TestPyLint):
    def setUp(self):
        super().setUp()
        # The core test always adds the folder of Odoo itself: give it one that is listed anyway.
        self.patch(tools.config, 'root_path', Manifest.for_addon('carloan_base').path)


@after_installation
class TestDocstring(OurModels, test_docstring.TestDocstring):
    core = test_docstring


@after_installation
class TestNaming(OurModels, test_naming.TestNaming):
    core = test_naming


@after_installation
class TestOverrideSignatures(OurModels, test_override_signatures.TestLintOverrideSignatures):
    core = test_override_signatures


@after_installation
class TestIndex(Core, test_index.TestIndex):

    def setUp(self):
        super().setUp()
        self.patch(test_index, 'BTREE_INDEX_IGNORE_FIELDS', {
            *test_index.BTREE_INDEX_IGNORE_FIELDS, *COVERED_BY_ANOTHER_INDEX})


@after_installation
class TestRoutes(Core, test_routes.RoutesLinter):
    pass
