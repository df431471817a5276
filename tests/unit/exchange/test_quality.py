"""What the quality checks find, and what they hold against one per cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from services.exchange.model.quality import Check, Coded, Finding, Report, Side, checks_of
from services.exchange.operations.quality import check_quality, last_report, list_found
from services.exchange.schemas.quality import quality_body
from shared.calls import Call
from tests.support.codes import make_uscc
from tests.support.exchange_desk import DESK, NOW, make_deps
from tests.support.filing_reminding import Running

CODE = make_uscc(7)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (Coded(CODE), ()),
        (Coded(CODE, "600037341"), ()),
        (Coded("", "600037341"), ()),
        (Coded(), (Check.NO_CODE,)),
        (Coded("", "L12345678"), (Check.TEMPORARY_CODE,)),
        (Coded("", "60003734B"), (Check.NINTH_B,)),
        (Coded(CODE[:16] + "B" + CODE[17:]), (Check.NINTH_B,)),
    ],
)
def test_a_units_codes_say_which_checks_find_it(unit: Coded, expected: tuple[Check, ...]) -> None:
    assert checks_of(unit) == expected


def test_a_run_keeps_what_it_found_and_forgets_the_run_before() -> None:
    deps = make_deps()
    local: Any = {"is_local": True}
    deps.quality.rows = [
        (Side.DIRECTORY, "a", "330106", Coded(CODE)),
        (Side.DIRECTORY, "b", "330106", Coded("", "60003734B", parent_code=CODE, **local)),
        (Side.DIRECTORY, "c", "330106", Coded(make_uscc(8), parent_code=make_uscc(9), **local)),
        (Side.SURVEY, "d", "330106", Coded()),
    ]
    deps.quality.pairs = [Finding(Check.DOUBLE_NAME, Side.DIRECTORY, each, "330106", "x") for each in "ac"]
    check_quality(deps, Running(NOW))
    deps.quality.rows.pop()

    check_quality(deps, Running(NOW.replace(day=3)))

    report = last_report(deps)
    assert report is not None
    assert {check: report.count(check) for check in Check} == {
        Check.DOUBLE_CODE: 0,
        Check.DOUBLE_NAME: 2,
        Check.NO_PARENT: 1,
        Check.NO_CODE: 0,
        Check.TEMPORARY_CODE: 0,
        Check.NINTH_B: 1,
    }
    [orphan] = list_found(deps, Call(DESK), Check.NO_PARENT, "", 9).items
    assert orphan.finding.unit_id == "c"
    assert list_found(deps, Call(DESK), Check.NO_CODE, "", 9).items == ()
    assert deps.reads.rows == [(DESK.account_id, "no_parent"), (DESK.account_id, "no_code")]


@pytest.mark.parametrize(("found", "is_too_many"), [(1, False), (2, True)])
def test_units_without_a_code_are_held_against_one_per_cent_of_all(found: int, is_too_many: bool) -> None:
    report = Report(NOW, {Side.DIRECTORY: 190, Side.SURVEY: 10}, {(Check.NO_CODE, Side.DIRECTORY): found})

    body: Any = quality_body(report)

    [row] = [each for each in body["checks"] if each["check"] == "no_code"]
    assert (row["is_too_many"], Decimal(row["share"])) == (is_too_many, Decimal(found) / 200)


def test_before_the_first_run_there_is_nothing_to_see() -> None:
    body: Any = quality_body(last_report(make_deps()))

    assert (body["at"], body["checks"]) == (None, [])
