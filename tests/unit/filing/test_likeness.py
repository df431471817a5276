"""By which marks filings are alike: the table of marks, and what holds for any two of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.filing.ledger.likeness import Mark, Reason, contract_marks, execution_marks, kin_of
from services.filing.ledger.lines import Execution
from services.filing.ledger.names import same_name, same_number
from services.filing.ledger.terms import Terms

DAY = date(2025, 12, 15)
TERMS = Terms(
    number="HZ-2025-001",
    signed_on=DAY,
    amount=Decimal("100.50"),
    currency="USD",
    nature="2",
    client_foreign_name="Delta Ltd",
)
EXECUTION = Execution("HZ-2025-001", "", DAY, Decimal(40), bank="中国银行杭州分行", voucher="BOC-20251220-01")
OTHER: dict[str, Any] = {"number": "SZ-999-888"}


def alike(one: frozenset[Mark], other: frozenset[Mark]) -> set[Reason]:
    """Return by which reasons two filings are alike."""
    return {a.reason for a in one for b in other if (a.reason, a.text) == (b.reason, b.text) and a.owner != b.owner}


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, {Reason.NUMBER, Reason.CLIENT}),
        ({"number": "ｈｚ 2025／001"}, {Reason.NUMBER, Reason.CLIENT}),
        ({"part": "2"}, {Reason.CLIENT}),
        ({"amount": Decimal("100.5000")}, {Reason.NUMBER, Reason.CLIENT}),
        ({"amount": Decimal(100)}, {Reason.NUMBER}),
        ({"currency": "EUR"}, {Reason.NUMBER}),
        ({"signed_on": date(2025, 12, 16)}, {Reason.NUMBER}),
        ({"signed_on": None}, {Reason.NUMBER}),
        ({"client_foreign_name": "DELTA, LIMITED"}, {Reason.NUMBER, Reason.CLIENT}),
        ({"client_foreign_name": "Delta Co., Ltd."}, {Reason.NUMBER, Reason.CLIENT}),
        ({"client_foreign_name": "Deltas Ltd"}, {Reason.NUMBER}),
        ({"client_chinese_name": "三角洲公司"}, {Reason.NUMBER, Reason.CLIENT}),
        ({**OTHER}, {Reason.CLIENT}),
        ({**OTHER, "amount": Decimal(7)}, set()),
    ],
)
def test_contracts_of_two_units_are_alike_by_number_or_by_client_amount_and_day(
    changes: dict[str, Any], reasons: set[Reason]
) -> None:
    one = contract_marks(TERMS, "a", ())

    other = contract_marks(replace(TERMS, **changes), "b", ())

    assert alike(one, other) == reasons


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"number": "SZ-999-888", "signed_on": date(2024, 1, 1)}, {Reason.RELATED}),
        ({"part": "7", "amount": Decimal(7)}, {Reason.RELATED}),
        ({"number": "SZ-999-888", "amount": Decimal(7)}, set()),
    ],
)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("东软集团",), ("东软杭州", "东软集团")),
        (("东软杭州", "东软集团"), ("东软大连", "东软集团")),
    ],
    ids=["parent and subsidiary", "two subsidiaries"],
)
def test_related_units_are_alike_by_number_whatever_the_part_or_by_client_and_amount(
    one: tuple[str, ...], other: tuple[str, ...], changes: dict[str, Any], reasons: set[Reason]
) -> None:
    first = contract_marks(TERMS, "a", one)

    second = contract_marks(replace(TERMS, **changes), "b", other)

    assert alike(first, second) == reasons


def test_within_one_unit_two_numbers_for_one_contract_are_alike_and_parts_of_one_number_are_not() -> None:
    one = contract_marks(TERMS, "a", ("东软集团",))

    assert alike(one, contract_marks(replace(TERMS, **OTHER), "a", ("东软集团",))) == {Reason.CLIENT}
    assert alike(one, contract_marks(replace(TERMS, part="2"), "a", ("东软集团",))) == set()


def test_a_short_number_counts_with_its_client_alone() -> None:
    short = replace(TERMS, number="001", amount=Decimal(0))

    assert alike(contract_marks(short, "a", ()), contract_marks(short, "b", ())) == {Reason.NUMBER}
    other = replace(short, client_foreign_name="Gamma Inc")
    assert alike(contract_marks(short, "a", ("x",)), contract_marks(other, "b", ("x",))) == set()
    assert contract_marks(replace(short, client_foreign_name=""), "a", ("x",)) == frozenset()


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, {Reason.VOUCHER}),
        ({"voucher": "boc20251220 01", "executed": Decimal(7)}, {Reason.VOUCHER}),
        ({"bank": "中国银行股份有限公司杭州分行"}, {Reason.VOUCHER}),
        ({"bank": "工商银行杭州分行"}, set()),
        ({"voucher": ""}, set()),
    ],
)
def test_executions_of_two_units_are_alike_by_the_voucher(changes: dict[str, Any], reasons: set[Reason]) -> None:
    one = execution_marks(EXECUTION, "a")

    other = execution_marks(replace(EXECUTION, **changes), "b")

    assert alike(one, other) == reasons
    assert alike(one, execution_marks(replace(EXECUTION, **changes), "a")) == set()


def test_a_short_voucher_number_counts_with_its_day_and_amount() -> None:
    short = replace(EXECUTION, voucher="17")

    assert alike(execution_marks(short, "a"), execution_marks(short, "b")) == {Reason.VOUCHER}
    assert alike(execution_marks(short, "a"), execution_marks(replace(short, executed=Decimal(7)), "b")) == set()


def test_the_kin_of_a_unit_are_its_own_names_and_its_largest_investors() -> None:
    rows = [{"name": f"Investor {share}", "share": str(share)} for share in range(1, 40)]

    kin = kin_of(
        ["杭州软件（集团）有限公司", ""], {"102": "杭州软件（集团）有限公司", "103": "Hz Soft Inc", "119": rows}
    )

    assert kin[:3] == ("杭州软件集团", "HZSOFT", "INVESTOR39")
    assert len(kin) == 20
    assert kin_of((), {}) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("杭州软件有限公司", "杭州软件有限责任公司"),
        ("杭州软件股份有限公司", "杭州 软件"),
        ("杭州软件（集团）有限公司", "杭州软件(集团)有限公司"),
        ("ＤＥＬＴＡ Ｌｔｄ．", "delta, l.t.d."),
        ("Delta GmbH", "Delta"),
        ("Ltd", "LTD."),
    ],
)
def test_a_firm_written_in_two_ways_has_one_name(one: str, other: str) -> None:
    assert same_name(one) == same_name(other) != ""


texts = st.sampled_from(["", "Delta Ltd", "德尔塔公司", "Gamma", "001", "HZ-2025-001", "hz2025001", "1"])
terms = st.builds(
    Terms,
    number=texts,
    part=st.sampled_from(["", "1"]),
    signed_on=st.sampled_from([None, DAY]),
    amount=st.sampled_from([Decimal(0), Decimal("1.0"), Decimal(1), Decimal("1E+1"), Decimal(10)]),
    currency=st.sampled_from(["USD", "CNY"]),
    nature=st.sampled_from(["1", "2"]),
    client_chinese_name=texts,
    client_foreign_name=texts,
)
kin = st.lists(st.sampled_from(["甲", "乙", "丙"]), unique=True)
units = st.sampled_from(["a", "b"])


@given(terms, terms, units, units, kin, kin)
def test_likeness_is_symmetric_and_needs_another_owner(
    one: Terms, other: Terms, mine: str, theirs: str, my_kin: list[str], their_kin: list[str]
) -> None:
    first, second = contract_marks(one, mine, my_kin), contract_marks(other, theirs, their_kin)

    found = alike(first, second)

    assert found == alike(second, first)
    assert alike(first, first) == set()
    assert found <= {Reason.CLIENT} or mine != theirs
    assert first == contract_marks(one, mine, reversed(my_kin))


@given(st.text(), st.text())
def test_comparing_a_text_twice_changes_nothing(one: str, other: str) -> None:
    name, number = same_name(one), same_number(other)

    assert same_number(same_number(other)) == number
    assert same_name(one.strip()) == name
    assert all(each.isalnum() for each in name)
