import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codes import organisation, uscc
from tests.support.codes import make_organisation_code, make_uscc

VALID = "91330100799655058B"


@pytest.mark.parametrize("code", ["91110000600037341L", VALID, make_uscc(0), make_uscc(7, kind="52")])
def test_a_right_code_has_no_faults(code: str) -> None:
    assert uscc.faults(code) == ()


@pytest.mark.parametrize(
    "text",
    [" 91330100799655058b ", "９１３３０１００７９９６５５０５８Ｂ", "\u300091330100799655058B"],
)
def test_full_width_small_letters_and_blanks_around_are_read_as_the_same_code(text: str) -> None:
    assert uscc.normalise(text) == VALID
    assert uscc.faults(text) == ()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", ("uscc_length",)),
        (VALID[:-1], ("uscc_length",)),
        (VALID + "0", ("uscc_length",)),
        ("9133010079965505 B", ("uscc_alphabet",)),
        ("91330100I99655058B", ("uscc_alphabet",)),
        ("91330100O99655058B", ("uscc_alphabet",)),
        ("91330100799655058C", ("uscc_check_character",)),
        ("B1330100799655058B", ("uscc_unknown_department", "uscc_check_character")),
        ("97330100799655058B", ("uscc_unknown_kind", "uscc_check_character")),
        ("9133A100799655058B", ("uscc_division", "uscc_check_character")),
    ],
)
def test_each_broken_rule_is_named(code: str, expected: tuple[str, ...]) -> None:
    assert uscc.faults(code) == expected


def test_a_wrong_inner_check_character_is_found_even_when_the_outer_one_fits() -> None:
    body = "91330100" + "799655050"
    code = body + uscc.check_character(body)

    assert uscc.faults(code) == ("uscc_inner_check_character",)


@given(n=st.integers(0, 99_999_999), place=st.integers(0, 17), other=st.sampled_from(uscc.ALPHABET))
def test_any_single_wrong_character_is_found(n: int, place: int, other: str) -> None:
    code = make_uscc(n)
    changed = code[:place] + other + code[place + 1 :]

    assert bool(uscc.faults(changed)) == (changed != code)


def test_every_kind_belongs_to_a_known_department() -> None:
    assert {kind[0] for kind in uscc.KINDS} == set(uscc.DEPARTMENTS)


def test_the_organisation_code_stands_inside_the_credit_code() -> None:
    assert uscc.organisation_code(make_uscc(42)) == make_organisation_code(42)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("D2143569X", ()),
        ("D2143569-X", ()),
        ("d2143569x", ()),
        ("Ｄ２１４３５６９Ｘ", ()),
        ("D21435690", ("organisation_code_check_character",)),
        ("D2143569", ("organisation_code_length",)),
        ("D214356中X", ("organisation_code_alphabet",)),
    ],
)
def test_organisation_codes_are_checked_by_gb_11714(code: str, expected: tuple[str, ...]) -> None:
    assert organisation.faults(code) == expected


def test_the_old_number_of_a_head_offices_local_unit_is_recognised() -> None:
    assert organisation.is_local_unit_of_head_office("79965505B")
    assert not organisation.is_local_unit_of_head_office(make_organisation_code(1))
