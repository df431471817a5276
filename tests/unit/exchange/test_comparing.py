"""Equal things are equal, whichever way they are written; nothing that differs is hidden; the sides are alike."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.exchange.comparing import plain
from services.exchange.comparing.comparison import compare
from services.exchange.comparing.fields import RULES, Field
from services.exchange.comparing.verdicts import Outcome, Said, Why
from shared.codes import registration_types
from shared.codes.registration_types import TO_2023, Version

ON = date(2026, 11, 28)
WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}

words = st.text(st.sampled_from("浙江杭州云采西湖路一号AaBb09()·- "), min_size=1, max_size=12)
types = st.sampled_from([Said(each.code, v.value) for v in Version for each in registration_types.types(v)])
codes = st.one_of(
    types,
    st.builds(Said, st.sampled_from(["domestic", "hk_mo_tw", "foreign", "内资", "190", "150", "999", ""])),
)
places = st.sampled_from(["330106", "330106009000", "330100", "330103", "330105", "330110", "500157", "999999", "x"])
days = st.sampled_from(["2020-01", "2020-01-02", "2020-01-03", "2020年1月2日", "20200102", "2020", "never", "2021-02"])
records = st.dictionaries(
    st.sampled_from(list(Field)),
    st.one_of(codes, st.builds(Said, st.one_of(words, places, days))),
)


def outcome(field: Field, theirs: Said, ours: Said) -> tuple[Outcome, Why]:
    [found] = compare({field: theirs}, {field: ours}, ON)
    return found.outcome, found.why


@pytest.mark.parametrize(
    ("field", "theirs", "ours"),
    [
        (Field.NAME, "杭州云采科技（集团）有限公司", "杭州云采 科技(集团)有限公司"),
        (Field.NAME, "ＡＢＣ软件有限公司", "abc软件有限公司"),
        (Field.ENGLISH_NAME, "Yuncai  Technology CO., Ltd.", "yuncai technology co., ltd."),
        (Field.LEGAL_REPRESENTATIVE, "阿依古丽•买买提", "阿依古丽·买买提"),
        (Field.CREDIT_CODE, "９１１１０００0600037341l", "91110000600037341L"),
        (Field.ORGANISATION_CODE, "60003734-1", "600037341"),
        (Field.DIVISION, "330106009000", "330106"),
        (Field.OPENED_ON, "2020年1月", "2020-01-02"),
        (Field.OPENED_ON, "20200102", "2020-01-02"),
        (Field.PHONE, "+86 (0571) 8800-0000 转 12", "0571-88000000x12"),
        (Field.EMAIL, "Office@Example.cn", "office@example.cn"),
    ],
)
def test_what_is_written_in_another_way_is_the_same(field: Field, theirs: str, ours: str) -> None:
    found = outcome(field, Said(theirs), Said(ours))

    assert found == (Outcome.SAME, Why.NONE)


@pytest.mark.parametrize(
    "address",
    [
        "浙江省杭州市西湖区文一路1号",
        "浙江杭州市西湖区文一路1号",
        "杭州市西湖区文一路1号",
        "西湖区文一路１号",
        "文一路 1 号",
    ],
)
def test_an_address_is_the_same_with_and_without_the_divisions_that_it_lies_in(address: str) -> None:
    theirs = {Field.DIVISION: Said("330106009000"), Field.ADDRESS: Said("浙江省杭州市西湖区文一路1号")}
    ours = {Field.DIVISION: Said("330106"), Field.ADDRESS: Said(address)}

    found = {each.which: each.outcome for each in compare(theirs, ours, ON)}

    assert found == {Field.DIVISION: Outcome.SAME, Field.ADDRESS: Outcome.SAME}


@pytest.mark.parametrize(
    ("address", "expected"),
    [("杭州市西湖区文一路1号", Outcome.SAME), ("余杭区文一路1号", Outcome.DIFFERS), ("文一路2号", Outcome.DIFFERS)],
)
def test_of_different_divisions_an_address_keeps_what_is_not_common_to_them(address: str, expected: Outcome) -> None:
    theirs = {Field.DIVISION: Said("330110"), Field.ADDRESS: Said(address)}
    ours = {Field.DIVISION: Said("330106"), Field.ADDRESS: Said("浙江省杭州市西湖区文一路1号")}

    found = {each.which: each.outcome for each in compare(theirs, ours, ON)}

    assert found[Field.ADDRESS] is expected


@pytest.mark.parametrize("code", sorted(TO_2023))
def test_a_registration_type_of_2011_is_the_same_as_its_counterpart_of_2023(code: str) -> None:
    counterpart = Said(TO_2023[code], "2023")

    assert outcome(Field.REGISTRATION_TYPE, counterpart, Said(code, "2011")) == (Outcome.SAME, Why.NONE)
    assert outcome(Field.REGISTRATION_TYPE, Said("900", "2023"), Said(code, "2011"))[0] is Outcome.DIFFERS


@pytest.mark.parametrize("code", ["210", "220", "230", "310", "320", "330"])
def test_what_tells_how_capital_is_held_needs_the_units_answer_and_another_group_differs(code: str) -> None:
    same_group, other_group = ("210", "310") if code.startswith("2") else ("310", "210")

    found = outcome(Field.REGISTRATION_TYPE, Said(same_group, "2023"), Said(code, "2011"))

    assert found == (Outcome.CANNOT_COMPARE, Why.NO_COUNTERPART)
    assert outcome(Field.REGISTRATION_TYPE, Said(other_group, "2023"), Said(code, "2011"))[0] is Outcome.DIFFERS


@pytest.mark.parametrize(
    ("theirs", "ours", "expected"),
    [
        (Said("190"), Said("190", "2011"), (Outcome.CANNOT_COMPARE, Why.VERSION_UNKNOWN)),
        (Said("173"), Said("112"), (Outcome.SAME, Why.NONE)),
        (Said("173", "2011"), Said("domestic"), (Outcome.CANNOT_COMPARE, Why.LESS_EXACT)),
        (Said("210", "2023"), Said("domestic"), (Outcome.DIFFERS, Why.NONE)),
        (Said("内资"), Said("domestic"), (Outcome.SAME, Why.NONE)),
        (Said("007", "2011"), Said("173", "2011"), (Outcome.CANNOT_COMPARE, Why.MALFORMED)),
    ],
)
def test_a_registration_type_is_compared_as_far_as_its_list_is_known(
    theirs: Said, ours: Said, expected: tuple[Outcome, Why]
) -> None:
    assert outcome(Field.REGISTRATION_TYPE, theirs, ours) == expected


@pytest.mark.parametrize(
    ("theirs", "ours", "expected"),
    [
        (Said("6520", "2017"), Said("6550", "2011"), (Outcome.SAME, Why.NONE)),
        (Said("6511", "2017"), Said("6510", "2011"), (Outcome.CANNOT_COMPARE, Why.NO_COUNTERPART)),
        (Said("6520", "2017"), Said("6510", "2011"), (Outcome.DIFFERS, Why.NONE)),
        (Said("6520", "2017"), Said("6520", "2011"), (Outcome.CANNOT_COMPARE, Why.NO_COUNTERPART)),
        (Said("6520", "2017"), Said("6520", "2017-1"), (Outcome.SAME, Why.NONE)),
        (Said("65", "2017"), Said("6520", "2017"), (Outcome.CANNOT_COMPARE, Why.LESS_EXACT)),
        (Said("I", "2017"), Said("6520", "2017"), (Outcome.CANNOT_COMPARE, Why.LESS_EXACT)),
        (Said("6520"), Said("6520", "2017"), (Outcome.CANNOT_COMPARE, Why.VERSION_UNKNOWN)),
    ],
)
def test_an_industry_is_compared_over_the_editions(theirs: Said, ours: Said, expected: tuple[Outcome, Why]) -> None:
    assert outcome(Field.INDUSTRY, theirs, ours) == expected


@pytest.mark.parametrize(
    ("theirs", "ours", "expected"),
    [
        ("330100", "330106", (Outcome.CANNOT_COMPARE, Why.LESS_EXACT)),
        ("330110", "330106", (Outcome.DIFFERS, Why.NONE)),
        ("33010", "330106", (Outcome.CANNOT_COMPARE, Why.MALFORMED)),
    ],
)
def test_a_division_is_compared_with_those_above_it(theirs: str, ours: str, expected: tuple[Outcome, Why]) -> None:
    assert outcome(Field.DIVISION, Said(theirs), Said(ours)) == expected


@given(records, records)
def test_it_does_not_matter_which_side_is_which(theirs: dict[Field, Said], ours: dict[Field, Said]) -> None:
    mirrored = {Outcome.ONLY_OURS: Outcome.ONLY_THEIRS, Outcome.ONLY_THEIRS: Outcome.ONLY_OURS}

    there, back = compare(theirs, ours, ON), compare(ours, theirs, ON)

    assert [(each.which, each.outcome, each.why) for each in there] == [
        (each.which, mirrored.get(each.outcome, each.outcome), each.why) for each in back
    ]


@given(records, records)
def test_every_field_that_a_side_tells_is_shown_and_none_that_differs_is_called_the_same(
    theirs: dict[Field, Said], ours: dict[Field, Said]
) -> None:
    told = {field for side in (theirs, ours) for field, said in side.items() if said.value.strip()}

    found = compare(theirs, ours, ON)

    assert {each.which for each in found} == told
    for each in found:
        if each.outcome is Outcome.SAME and each.which in (Field.NAME, Field.LEGAL_REPRESENTATIVE, Field.EMAIL):
            said = [letters(side.value) for side in (each.theirs, each.ours) if side]
            assert len(said) == 2
            assert said[0] == said[1]


@given(records)
def test_a_record_is_the_same_as_itself_but_for_codes_of_no_known_list(record: dict[Field, Said]) -> None:
    found = compare(record, record, ON)

    coded = {Field.REGISTRATION_TYPE, Field.INDUSTRY, Field.DIVISION}
    assert {each.outcome for each in found if each.which not in coded} <= {Outcome.SAME}
    assert Outcome.DIFFERS not in {each.outcome for each in found}


@given(words)
def test_width_blanks_and_case_make_no_difference(word: str) -> None:
    other = f" {''.join(WIDE.get(character, character) for character in word).upper()}\u3000"

    assert plain.text(other) == plain.text(word)


@pytest.mark.parametrize("field", list(Field))
def test_every_field_has_a_rule_and_a_name(field: Field) -> None:
    assert RULES[field].label


def letters(value: str) -> str:
    """Return what a reader would spell out, by a rule of its own."""
    return "".join(each for each in unicodedata.normalize("NFKC", value).casefold() if each.isalnum())
