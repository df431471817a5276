"""Changes to the divisions: dated, each by its rule, with everything that is wrong found at its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from shared.codes import divisions
from shared.codes.division_changes import Change, ChangeKind, FaultCode, applied, faults, find_in, successors
from shared.codes.division_model import Level

DAY, BEFORE, LATER = date(2027, 7, 1), date(2027, 6, 30), date(2028, 1, 1)
OPENED = Change(ChangeKind.OPEN, "330190", DAY, "钱江区", Level.COUNTY, "330100")
CLOSED = Change(ChangeKind.CLOSE, "330106", DAY, successors=("330105",))
RENAMED = Change(ChangeKind.RENAME, "330106", DAY, "西溪区")
MOVED = Change(ChangeKind.MOVE, "330182", DAY, parent="330700")
MERGED = Change(ChangeKind.MERGE, "330105", DAY, successors=("330190",))
SPLIT = Change(ChangeKind.SPLIT, "330106", DAY, successors=("330106", "330190"))


@pytest.fixture(autouse=True)
def _as_listed() -> Iterator[None]:
    yield
    divisions.use(())


def found(*changes: Change) -> list[tuple[int, str, FaultCode]]:
    return [(fault.number, fault.field, fault.code) for fault in faults(divisions.meanings(), changes)]


def test_an_opened_division_is_there_from_its_day_on() -> None:
    divisions.use([OPENED])

    names = [divisions.find("330190", day) for day in (BEFORE, DAY, LATER)]

    assert [each and each.name for each in names] == [None, "钱江区", "钱江区"]
    assert divisions.full_name("330190", DAY) == "浙江省杭州市钱江区"
    assert divisions.path("330190", DAY) == ("330190", "330100", "330000", "000000")
    assert "330190" in {child.code for child in divisions.children("330100", DAY)}
    assert "330190" not in {child.code for child in divisions.children("330100", BEFORE)}


def test_a_closed_division_is_gone_from_its_day_on_and_keeps_its_name() -> None:
    divisions.use([CLOSED])

    last, gone = divisions.find("330106", BEFORE), divisions.find("330106", DAY)

    assert (last and last.name, gone) == ("西湖区", None)
    assert divisions.find_current("330106") is None
    assert divisions.last_name("330106", LATER) == "浙江省杭州市西湖区"
    assert (divisions.successors("330106", BEFORE), divisions.successors("330106", DAY)) == ((), ("330105",))
    assert "330106" in divisions.below("330100", LATER, since=BEFORE)


def test_a_renamed_division_has_its_new_name_from_the_day_on() -> None:
    divisions.use([RENAMED])

    names = [divisions.full_name("330106", day) for day in (BEFORE, DAY)]

    assert names == ["浙江省杭州市西湖区", "浙江省杭州市西溪区"]


def test_a_moved_division_lies_under_another_from_the_day_on() -> None:
    divisions.use([MOVED])

    paths = [divisions.path("330182", day)[1] for day in (BEFORE, DAY)]

    assert paths == ["330100", "330700"]


def test_a_division_that_splits_may_live_on() -> None:
    divisions.use([OPENED, SPLIT])

    assert divisions.find("330106", DAY) is not None
    assert divisions.successors("330106", DAY) == ()


def test_successors_are_followed_through_all_changes() -> None:
    changes = [CLOSED, OPENED, Change(ChangeKind.MERGE, "330105", LATER, successors=("330190",))]

    assert successors(changes, "330106", DAY) == ("330105",)
    assert successors(changes, "330106", LATER) == ("330190",)


def test_successors_in_a_circle_end() -> None:
    changes = [CLOSED, Change(ChangeKind.CLOSE, "330105", DAY, successors=("330106",))]

    assert successors(changes, "330106", LATER) == ()


def test_without_changes_the_list_is_as_it_was() -> None:
    divisions.use([CLOSED])
    divisions.use(())

    assert divisions.changes_in_use() == ()
    assert divisions.find("330106", LATER) is not None


@pytest.mark.parametrize("changes", [(OPENED,), (CLOSED,), (RENAMED,), (MOVED,), (OPENED, MERGED), (SPLIT, OPENED)])
def test_right_changes_have_no_fault(changes: tuple[Change, ...]) -> None:
    assert found(*changes) == []


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        (Change(ChangeKind.OPEN, "330106", DAY, "西湖区", Level.COUNTY, "330100"), "code", FaultCode.OVERLAP),
        (Change(ChangeKind.OPEN, "330190", DAY, "", Level.COUNTY, "330100"), "name", FaultCode.NAME),
        (Change(ChangeKind.OPEN, "330190", DAY, "甲", None, "330100"), "level", FaultCode.LEVEL),
        (Change(ChangeKind.OPEN, "330190", DAY, "甲", Level.COUNTY, "330106"), "parent", FaultCode.LEVEL),
        (Change(ChangeKind.OPEN, "330190", DAY, "甲", Level.COUNTY, "999900"), "parent", FaultCode.UNKNOWN),
        (Change(ChangeKind.OPEN, "320190", DAY, "甲", Level.COUNTY, "330100"), "code", FaultCode.CODE),
        (Change(ChangeKind.OPEN, "330190", DAY, "甲", Level.COUNTY, "330190"), "parent", FaultCode.UNKNOWN),
        (Change(ChangeKind.CLOSE, "339999", DAY, successors=("330105",)), "code", FaultCode.UNKNOWN),
        (Change(ChangeKind.CLOSE, "330106", DAY), "successors", FaultCode.SUCCESSOR_MISSING),
        (Change(ChangeKind.CLOSE, "330106", DAY, successors=("330106",)), "successors", FaultCode.SUCCESSOR_MISSING),
        (Change(ChangeKind.SPLIT, "330106", DAY, successors=("330105",)), "successors", FaultCode.SUCCESSOR_MISSING),
        (Change(ChangeKind.MERGE, "330106", DAY, successors=("339999",)), "successors", FaultCode.SUCCESSOR_UNKNOWN),
        (Change(ChangeKind.MERGE, "330106", DAY, successors=("330200",)), "successors", FaultCode.LEVEL),
        (Change(ChangeKind.CLOSE, "330100", DAY, successors=("330200",)), "code", FaultCode.CHILDREN),
        (Change(ChangeKind.RENAME, "330106", DAY), "name", FaultCode.NAME),
        (Change(ChangeKind.RENAME, "000000", DAY, "他国"), "code", FaultCode.UNKNOWN),
        (Change(ChangeKind.MOVE, "330106", DAY, parent="330108"), "parent", FaultCode.LEVEL),
        (Change(ChangeKind.MOVE, "330106", DAY, parent="339900"), "parent", FaultCode.UNKNOWN),
    ],
)
def test_each_fault_is_found_at_its_field(change: Change, field: str, code: FaultCode) -> None:
    assert (0, field, code) in found(change)


def test_changes_are_judged_in_the_order_of_their_days() -> None:
    reopened = Change(ChangeKind.OPEN, "330106", LATER, "新西湖区", Level.COUNTY, "330100")

    assert found(reopened, CLOSED) == []
    assert [code for _, _, code in found(CLOSED, Change(ChangeKind.RENAME, "330106", LATER, "甲"))] == [
        FaultCode.UNKNOWN
    ]


def test_a_change_that_fits_nothing_changes_nothing() -> None:
    before = divisions.meanings()

    after = applied(before, [Change(ChangeKind.RENAME, "339999", DAY, "甲")])

    assert find_in(after, "339999", DAY) is None
    assert {code: each for code, each in after.items() if each} == dict(before)
