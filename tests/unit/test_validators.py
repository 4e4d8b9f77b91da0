import doctest
from datetime import date

import pytest
import validators


def test_doctests():
    assert doctest.testmod(validators).failed == 0


@pytest.mark.parametrize('text', [
    '11010519491231002X', '11010519491231002x', ' 110105 19491231 002X ',
    '１１０１０５１９４９１２３１００２Ｘ',
])
def test_resident_id_accepts_what_people_type(text):
    assert validators.check_resident_id(text) == ('11010519491231002X', '', ())


@pytest.mark.parametrize('first_17', [
    '42010219800101001', '44010319750101001', '81000019900101001',
])
def test_resident_id_accepts_old_and_special_regions(first_17):
    number = first_17 + validators.get_id_check_character(first_17)
    assert validators.check_resident_id(number) == (number, '', ())


@pytest.mark.parametrize(('text', 'problem'), [
    ('', 'length'), (None, 'length'), ('110105194912310', 'length'),
    ('1101051949123100X2', 'characters'), ('11010519491331002X', 'birth_date'),
    ('110105194902300021', 'birth_date'), ('110105194912310021', 'check_digit'),
    ('11010519491231003X', 'check_digit'), ('11010518991231002X', 'birth_date'),
    ('١١٠١٠٥١٩٤٩١٢٣١٠٠٢X', 'characters'),
])
def test_resident_id_says_what_is_wrong(text, problem):
    assert validators.check_resident_id(text).problem == problem


def test_resident_id_born_in_the_future_is_refused():
    number = '11010520301231002'
    number += validators.get_id_check_character(number)
    assert validators.check_resident_id(number).problem == ''
    assert validators.check_resident_id(number, date(2026, 8, 1)).problem == 'birth_date'


def test_resident_id_unknown_region_is_a_warning():
    number = '99010519491231002'
    number += validators.get_id_check_character(number)
    assert validators.check_resident_id(number) == (number, '', ('region',))


def test_every_single_digit_error_of_an_id_is_found():
    good = '11010519491231002X'
    for place in range(17):
        for digit in '0123456789':
            if digit != good[place]:
                assert validators.check_resident_id(good[:place] + digit + good[place + 1:]).problem


def test_birth_date_and_sex():
    assert validators.get_birth_date('11010519491231002X') == date(1949, 12, 31)
    assert validators.get_sex('11010519491231002X') == 'female'
    assert validators.get_sex('110105194912310038') == 'male'


@pytest.mark.parametrize('code', ['91350100M000100Y43', '91110000600037341L', '91350100m000100y43'])
def test_uscc_valid(code):
    assert validators.check_uscc(code).problem == ''


@pytest.mark.parametrize(('code', 'problem'), [
    ('91350100M000100Y44', 'check_digit'), ('91350100M000100Y4', 'length'),
    ('9135010OM000100Y43', 'characters'), ('', 'length'),
])
def test_uscc_invalid(code, problem):
    assert validators.check_uscc(code).problem == problem


@pytest.mark.parametrize('vin', ['1M8GDM9AXKP042788', '11111111111111111', 'LSVAM4187C2184847'])
def test_vin_valid(vin):
    assert validators.check_vin(vin) == (vin, '', ())


@pytest.mark.parametrize(('vin', 'problem'), [
    ('LSVAM4187C218484', 'length'), ('LSVAM4187C2184I47', 'characters'),
    ('LSVAM4187C2184O47', 'characters'), ('LSVAM4187C2184Q47', 'characters'),
    ('LSVAM4187C2184848', 'check_digit'), (None, 'length'),
])
def test_vin_invalid(vin, problem):
    assert validators.check_vin(vin).problem == problem


def test_imported_car_without_check_digit_is_a_warning():
    finding = validators.check_vin('WVWZZZ1KZ8W000001')
    assert finding.problem == '' and 'check_digit' in finding.warnings


@pytest.mark.parametrize(('character', 'year'), [
    ('A', 2010), ('J', 2018), ('K', 2019), ('L', 2020), ('P', 2023), ('T', 2026), ('V', 2027),
    ('W', 1998),
])
def test_model_year(character, year):
    vin = 'LSVAM4187' + character + '2184847'
    assert validators.get_model_year(vin, date(2026, 8, 1)) == year


def test_model_year_unknown():
    assert validators.get_model_year('LSVAM418702184847', date(2026, 8, 1)) is None


@pytest.mark.parametrize(('plate', 'kind'), [
    ('京A12345', 'conventional'), ('京A1234D', 'conventional'), ('粤B1234学', 'conventional'),
    ('粤Z1234港', 'conventional'), ('京AD12345', 'nev_small'), ('沪AF12345', 'nev_small'),
    ('京A12345D', 'nev_large'), ('粤b·ff2345', 'nev_small'), ('京 A-12345', 'conventional'),
])
def test_plate_valid(plate, kind):
    finding = validators.check_plate(plate)
    assert finding.problem == ''
    assert validators.get_plate_kind(finding.value) == kind


@pytest.mark.parametrize(('plate', 'problem'), [
    ('京A1234', 'length'), ('AA12345', 'pattern'), ('京I12345', 'pattern'),
    ('京A1234O', 'pattern'), ('京AZ12345', 'pattern'), ('京A123456', 'pattern'), ('', 'length'),
])
def test_plate_invalid(plate, problem):
    assert validators.check_plate(plate).problem == problem


@pytest.mark.parametrize('text', [
    '13800138000', '+86 138 0013 8000', '0086-13800138000', '8613800138000',
    '１３８００１３８０００',
])
def test_mobile_is_normalised(text):
    assert validators.check_mobile(text) == ('13800138000', '', ())


@pytest.mark.parametrize('text', [
    '', None, '12800138000', '1380013800', '138001380000', '010-12345678', '+1 202 555 0101',
    '13800138OOO', '١٣٨٠٠١٣٨٠٠٠',
])
def test_mobile_invalid(text):
    assert validators.check_mobile(text).problem == 'pattern'


def test_bank_card():
    assert validators.check_bank_card('4111 1111 1111 1111') == ('4111111111111111', '', ())
    assert validators.check_bank_card('4111111111111112').warnings == ('luhn',)
    assert validators.check_bank_card('41111').problem == 'length'
    assert validators.check_bank_card('4111111111111111A').problem == 'characters'


def test_mask():
    assert validators.mask('13800138000', 3, 4) == '138****8000'
    assert validators.mask('1234', 3, 4) == '****'
    assert validators.mask(False, 3, 4) == ''
