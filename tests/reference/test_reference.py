"""Our own vectors, and the cases of others that we once gave exactly, stay exact."""
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from . import account as adapter
from .case import load
from .runner import get_report, is_passed, main, run_case

DATA = Path(__file__).parent / 'data'
FILES = sorted(DATA.glob('*.json'))
CASES = [case for path in FILES for case in load(path)]


@pytest.mark.parametrize('case', CASES, ids=lambda case: case.id)
def test_case_is_exact(case):
    result = run_case(case)
    assert result.outcome == 'exact', result.reason


def test_both_files_are_there():
    assert [path.name for path in FILES] == ['fineract_half.json', 'own_vectors.json']
    assert len(CASES) >= 74
    assert len({case.kind for case in CASES}) >= 18


@pytest.mark.parametrize('cell', ['principal', 'interest', 'due', 'balance', 'due_date'])
def test_one_wrong_cell_is_found(cell):
    case = CASES[0]
    row = case.expected['schedule'][-1]
    wrong = '2000-01-01' if cell == 'due_date' else row[cell] + Decimal('0.01')
    schedule = [*case.expected['schedule'][:-1], {**row, cell: wrong}]
    result = run_case(replace(case, expected={**case.expected, 'schedule': schedule}))
    assert result.outcome == 'differing'
    assert cell in result.reason


def test_wrong_split_of_a_payment_is_found():
    case = next(case for case in CASES if any(
        row['transaction_type'] == 'Repayment' for row in case.expected.get('transactions', ())))
    transactions = [
        {**row, 'interest': row['interest'] + Decimal('0.01')}
        if row['transaction_type'] == 'Repayment' else row
        for row in case.expected['transactions']]
    result = run_case(replace(case, expected={**case.expected, 'transactions': transactions}))
    assert result.outcome == 'differing'


def test_what_the_engine_lacks_is_unsupported_and_fails_the_run():
    case = CASES[0]
    events = [*case.inputs['events'], {'type': 'miracle', 'date': '2026-02-01'}]
    strange = replace(case, inputs={**case.inputs, 'events': events})
    result = run_case(strange)
    assert (result.outcome, result.reason) == ('unsupported', 'event miracle')
    assert not is_passed([result])
    assert is_passed([result._replace(case=replace(strange, recomputed=False))])
    assert 'event miracle' in get_report([result])


def test_an_error_of_the_engine_is_a_difference_and_hides_no_other_case(monkeypatch):
    def fail(*_args):
        raise ZeroDivisionError('boom')

    monkeypatch.setattr(adapter, 'play', fail)
    result = run_case(CASES[0])
    assert result.outcome == 'differing'
    assert result.reason == "engine error: ZeroDivisionError('boom')"
    assert not is_passed([result])


@pytest.mark.parametrize('what', ['status', 'outstanding'])
def test_one_wrong_figure_is_found(what):
    case = next(case for case in CASES if any(
        figure['what'] == what for figure in case.expected.get('figures', ())))
    figures = [
        {**figure, 'value': '-1' if figure['what'] == what else figure['value']}
        for figure in case.expected['figures']]
    result = run_case(replace(case, expected={**case.expected, 'figures': figures}))
    assert result.outcome == 'differing'
    assert what in result.reason


def test_wrong_delinquency_is_found():
    case = next(case for case in CASES if case.expected.get('delinquency'))
    rows = [{**row, 'pastDueDays': row['pastDueDays'] + 1} for row in case.expected['delinquency']]
    result = run_case(replace(case, expected={**case.expected, 'delinquency': rows}))
    assert result.outcome == 'differing'
    assert 'pastDueDays' in result.reason


def test_a_value_without_a_setting_is_unsupported():
    case = CASES[0]
    result = run_case(replace(case, inputs={**case.inputs, 'unit': 'MOONS'}))
    assert (result.outcome, result.reason) == ('unsupported', "no setting for 'MOONS'")


def test_the_name_of_a_case_does_not_matter():
    """The same inputs under another id and product give the same answer."""
    for case in CASES:
        renamed = replace(
            case, id='X', kind='x', inputs={**case.inputs, 'product': 'unheard of'})
        assert run_case(renamed).outcome == 'exact'


def test_command_says_by_its_exit_code_whether_all_is_exact(tmp_path, capsys):
    assert main([str(path) for path in FILES]) == 0
    assert 'of them to be recomputed' in capsys.readouterr().out
    rows = json.loads(FILES[1].read_text())
    rows[0]['expected']['schedule'][0]['interest'] += 1
    wrong = tmp_path / 'wrong.json'
    wrong.write_text(json.dumps(rows))
    assert main([str(wrong)]) == 1
    assert main([]) == 2
