"""Which cells are unsafe, and how far they must be protected; numbers reckoned by hand beside each case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.statistics.disclosure.rules import Reason, judge, need
from services.statistics.disclosure.tables import Cell, Contribution, Kind, Protection, Status, Table, TableFaulty
from services.statistics.disclosure.thresholds import (
    Dominance,
    ThresholdsFaulty,
    Zeros,
    load_thresholds,
    read_thresholds,
)
from tests.support.disclosure import make_rules

D = Decimal
MONEY = Table("t", "money", ("row",), ())
FIRMS = Table("t", "firms", ("row",), (), kind=Kind.FREQUENCY)


def make_cell(*amounts: int, units: int | None = None, value: int | None = None, **changes: object) -> Cell:
    largest = tuple(Contribution(f"h{n}", D(amount)) for n, amount in enumerate(amounts))
    whole = Cell(("a",), D(sum(amounts) if value is None else value), units or len(amounts), len(amounts), largest)
    return replace(whole, **changes)  # type: ignore[arg-type]  # fields of a cell


def test_p_percent_asks_whether_the_second_could_estimate_the_first() -> None:
    rules = make_rules(p_percent=D(10))
    # 100 − 60 − 36 = 4 remains; a tenth of 60 is 6: unsafe, and 2 are lacking. With 30 instead of 36, 10 remain: safe.
    unsafe, safe = make_cell(60, 36, 4), make_cell(60, 30, 10)

    judged = judge(MONEY, unsafe, rules)

    assert judged.reasons == (Reason.P_PERCENT,)
    assert need(MONEY, unsafe, rules, judged) == Protection(D(2), D(2))
    assert not judge(MONEY, safe, rules).is_unsafe


def test_dominance_asks_how_much_the_largest_have() -> None:
    rules = make_rules(p_percent=D(0), dominance=(Dominance(1, D(75)),))
    # 80 of 100 is more than 75 %: the cell would have to be 80 / 0.75 = 106.67 for it to be safe. 75 of 100 is allowed.
    unsafe, safe = make_cell(80, 12, 8), make_cell(75, 15, 10)

    judged = judge(MONEY, unsafe, rules)

    assert judged.reasons == (Reason.DOMINANCE,)
    assert need(MONEY, unsafe, rules, judged).upper == pytest.approx(D("6.6667"), abs=D("0.0001"))
    assert not judge(MONEY, safe, rules).is_unsafe


def test_a_parent_and_its_subsidiaries_are_one_contributor() -> None:
    rules = make_rules(least_units=3, least_holdings=3)
    # Four units of two holdings: enough units, too few holdings; and nothing remains beside the two: p% of 50 lacks 7.5.
    cell = make_cell(50, 50, units=4)

    judged = judge(MONEY, cell, rules)

    assert set(judged.reasons) == {Reason.TOO_FEW_HOLDINGS, Reason.P_PERCENT}
    assert need(MONEY, cell, rules, judged).upper == D("15")  # range: 15 % of 100


def test_without_evidence_a_cell_is_unsafe_and_protected_as_if_one_had_all() -> None:
    rules = make_rules(dominance=(Dominance(1, D(80)),))
    cell = make_cell(value=100, units=9, holdings=9)

    judged = judge(MONEY, cell, rules)

    assert judged.reasons == (Reason.NO_EVIDENCE,)
    assert need(MONEY, cell, rules, judged).upper == D(25)  # 100 / 0.80 − 100


def test_an_empty_cell_is_safe_and_a_zero_of_few_is_not() -> None:
    rules = make_rules(least_holdings=3)
    empty, few, many = make_cell(), make_cell(0, 0), make_cell(0, 0, 0)

    found = [judge(MONEY, each, rules).reasons for each in (replace(empty, units=0), few, many)]

    assert found == [(), (Reason.TOO_FEW_HOLDINGS,), ()]
    assert judge(MONEY, many, make_rules(zeros=Zeros.WITHHOLD)).reasons == (Reason.ZERO,)


@pytest.mark.parametrize(("firms", "is_unsafe"), [(0, False), (1, True), (2, True), (3, False)])
def test_a_count_is_unsafe_where_few_are_counted(firms: int, is_unsafe: bool) -> None:
    rules = make_rules(least_units=3)
    cell = Cell(("a",), D(firms), None, firms)

    judged = judge(FIRMS, cell, rules)

    assert judged.is_unsafe is is_unsafe
    assert not is_unsafe or need(FIRMS, cell, rules, judged).upper == D(1)


def test_an_insider_takes_its_own_amount_off() -> None:
    rules = make_rules(p_percent=D(10))
    cell = make_cell(60, 36, 4)
    judged = judge(MONEY, cell, rules)

    levels = [need(MONEY, cell, rules, judged, holder).upper for holder in ("h0", "h1", "h2", "stranger")]

    # h0 estimates h1: 3.6 − 4 < 0. h1 estimates h0: 6 − 4 = 2. h2 estimates h0: 6 − 36 < 0. A stranger: 6 − 40 < 0.
    assert levels == [0, D(2), 0, 0]


def test_who_is_alone_in_a_cell_needs_no_protection_from_itself() -> None:
    rules = make_rules()
    cell = make_cell(60)

    judged = judge(MONEY, cell, rules)

    assert need(MONEY, cell, rules, judged, "h0").upper == 0
    assert need(MONEY, cell, rules, judged, "stranger").upper == D(9)


@pytest.mark.parametrize(
    "changes",
    [
        {"units": 0},
        {"holdings": 9},
        {"value": D(-1)},
        {"value": D(99)},
        {"largest": (Contribution("h", D(1)), Contribution("h", D(1)))},
        {"largest": (Contribution("h", D(1)), Contribution("g", D(2)))},
        {"ceiling": D(3)},
    ],
)
def test_evidence_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    cell = make_cell(60, 36, 4)

    with pytest.raises(TableFaulty):
        judge(MONEY, replace(cell, **changes), make_rules())  # type: ignore[arg-type]  # fields of a cell


def test_what_the_office_withholds_is_protected_by_its_range() -> None:
    cell = make_cell(10, 10, 10, 10, 60, status=Status.WITHHELD)
    cell = replace(cell, largest=tuple(sorted(cell.largest, key=lambda each: -each.amount)))

    judged = judge(MONEY, cell, make_rules())

    assert judged.reasons == (Reason.OFFICE,)
    assert need(MONEY, cell, make_rules(), judged).upper == D(15)


def test_the_thresholds_of_the_product_are_dated_and_whole() -> None:
    found = load_thresholds(date(2026, 11, 28))

    assert found.id == "2024-1"
    assert set(found.sets) == {"default", "counts"}
    with pytest.raises(ThresholdsFaulty):
        found.of("no such set")
    with pytest.raises(ThresholdsFaulty):
        load_thresholds(date(2023, 12, 31))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("least_units = 3", "least_units = 0"),
        ("[1, 75]", "[1, 100]"),
        ('zeros = "show"', 'zeros = "perhaps"'),
        ("p_percent = 15", ""),
        ("range_percent = 15", "range_percent = 0"),
        ("valid_from = 2024-01-01", 'valid_from = "2024"'),
    ],
)
def test_thresholds_that_are_not_usable_are_refused(before: str, after: str) -> None:
    text = """
[[editions]]
id = "1"
valid_from = 2024-01-01
[editions.sets.default]
least_units = 3
least_holdings = 3
dominance = [[1, 75]]
p_percent = 15
coalition = 1
range_percent = 15
zeros = "show"
insiders = "all"
"""
    assert read_thresholds(text)[0].id == "1"
    assert before in text

    with pytest.raises(ThresholdsFaulty):
        read_thresholds(text.replace(before, after, 1))
