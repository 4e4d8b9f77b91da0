import csv
from pathlib import Path

from odoo.tests import tagged

from .common import ROLES, FullCommon

MATRIX = Path(__file__).parent / 'data' / 'access_matrix.csv'
OPERATIONS = ('read', 'write', 'create', 'unlink')
#: Models of Odoo on which our roles have rights, directly or by a group that they imply.
SHARED = ('account.account', 'account.journal', 'account.move', 'account.move.line',
          'fleet.vehicle.model', 'fleet.vehicle.model.brand', 'hr.department', 'hr.employee',
          'res.company', 'res.partner', 'res.partner.bank', 'res.users')


@tagged('post_install', '-at_install', 'carloan_access')
class TestAccessMatrix(FullCommon):

    def _matrix(self):
        """{(model, login): 'rwcu' letters} over every model of the five addons and `SHARED`."""
        models = self.env['ir.model'].search([('model', '=like', 'carloan.%')]).sorted('model')
        names = [*(model.model for model in models if not self.env[model.model]._abstract),
                 *SHARED]
        matrix = {}
        for login in ROLES:
            env = self.as_role(login)
            for name in names:
                matrix[name, login] = ''.join(
                    operation[0] for operation in OPERATIONS if env[name].has_access(operation))
        return matrix

    def test_access_matrix_is_the_reviewed_one(self):
        """A change of rights shows up here: review it, then change the file."""
        with MATRIX.open(encoding='utf-8') as file:
            rows = list(csv.DictReader(file))
        expected = {(row['model'], login): row[login] for row in rows for login in ROLES}
        actual = self._matrix()
        differences = [
            f"{model} {login}: file {expected.get((model, login))!r}, "
            f"system {actual.get((model, login))!r}"
            for model, login in sorted(actual.keys() | expected.keys())
            if expected.get((model, login)) != actual.get((model, login))
        ]
        self.assertFalse(differences, "\n" + "\n".join(differences))

    def test_auditor_changes_nothing(self):
        changing = {model: letters for (model, login), letters in self._matrix().items()
                    if login == 'auditor' and set(letters) - {'r'}
                    and not self.env[model]._transient}
        self.assertEqual(changing, {})
