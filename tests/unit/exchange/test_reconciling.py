"""The statement of a day: every message with how it stands, sums that add up, and each difference by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.exchange.journal.entries import Crossing, Entry
from services.exchange.reconciling.differences import Difference, Fault, TheirLine, differences, differing_totals
from services.exchange.reconciling.lines import Drawn, Line, Standing, Total, digest_of_sent, drawn
from services.exchange.reconciling.sheets import By, Group, Sheet, Span, groups_of, sheet_of
from tests.support.exchange_journal import make_crossing, receipt_for

SPAN = Span(
    partner="directory",
    day="2026-03-01",
    since="2026-02-28T16:00:00.000Z",
    until="2026-03-01T16:00:00.000Z",
    frozen_at="2026-03-01T16:15:00.000Z",
    first=1,
    last=9,
    cut=9,
)
TOTAL = Total("dev-region", "execution", 3, "30.5", {"110000": "20.5", "330000": "10"}, {"ITO": "30.5"})


def entry(crossing: Crossing, hour: int = 1) -> Entry:
    """Return the entry of a crossing at an hour."""
    return Entry(**asdict(crossing), number=1, at=f"2026-03-01T{hour:02d}:00:00.000Z")


def sent(number: int = 1, hour: int = 1, **changes: Any) -> Entry:
    """Return the entry of a message on its way out."""
    return entry(make_crossing(number, **changes), hour)


def answered(number: int = 1, outcome: str = "accepted", hour: int = 2, **changes: Any) -> Entry:
    """Return the entry of a receipt."""
    return entry(replace(receipt_for(make_crossing(number), outcome)[0], **changes), hour)


def line_of(found: Drawn, number: int = 1) -> Line:
    return found.lines[make_crossing(number).message_id]


def sheet(*day: Entry, before: Sequence[Line] = ()) -> Sheet:
    return sheet_of(SPAN, drawn(day, before=before))


@pytest.mark.parametrize(
    ("entries", "standing"),
    [
        ([sent()], Standing.UNANSWERED),
        ([sent(), answered()], Standing.ACCEPTED),
        ([sent(), answered(outcome="refused")], Standing.REFUSED),
        ([sent(), answered(outcome="rejected", quoted="9" * 64)], Standing.DIFFERING),
        ([sent(), answered(outcome="rejected", quoted="")], Standing.UNANSWERED),
        ([sent(), answered(outcome="rejected", quoted="9" * 64), answered(hour=3)], Standing.ACCEPTED),
        ([sent(), answered(), answered(outcome="rejected", quoted="9" * 64, hour=3)], Standing.ACCEPTED),
        ([sent(), answered(outcome="refused"), sent(hour=3, attempt=2)], Standing.UNANSWERED),
        ([sent(), answered(outcome="refused"), sent(hour=3, attempt=2), answered(hour=4)], Standing.ACCEPTED),
    ],
)
def test_a_message_stands_as_its_last_sending_was_answered(entries: list[Entry], standing: Standing) -> None:
    assert line_of(drawn(entries)).standing is standing


def test_sendings_of_one_message_are_one_line() -> None:
    found = sheet(sent(), sent(hour=2, attempt=2), sent(2))

    assert (found.counts.sent, found.counts.sendings, found.counts.bytes_out) == (2, 3, 1001 + 1001 + 1002)


def test_an_answer_after_midnight_is_taken_but_nothing_else_of_the_next_day() -> None:
    found = drawn([sent()], after=[answered(hour=17), sent(2, hour=17), answered(2, hour=18)])

    assert list(found.lines) == [make_crossing(1).message_id]
    assert line_of(found).standing is Standing.ACCEPTED
    assert found.received == {}


def test_what_was_not_answered_is_carried_to_the_next_day_until_it_is() -> None:
    first = drawn([sent(1), sent(2), answered(2)])
    still_open = [line for line in first.lines.values() if line.standing is Standing.UNANSWERED]

    second = sheet(sent(3), answered(3), answered(1, hour=5), before=still_open)

    assert (second.counts.sent, second.counts.carried) == (1, 1)
    assert (second.counts.accepted, second.counts.unanswered) == (2, 0)


def test_what_is_sent_again_on_a_later_day_is_of_that_day_and_keeps_its_age() -> None:
    again = drawn([sent(hour=9, attempt=2)], before=list(drawn([sent()]).lines.values()))

    line = line_of(again)
    assert (line.carried, line.sendings, line.sent_at) == (False, 2, "2026-03-01T01:00:00.000Z")


def test_tests_and_statements_are_no_business_of_the_day() -> None:
    found = sheet(sent(route="directory.pings"), sent(2, route="directory.statements"), sent(3))

    assert found.counts.sent == 1


def test_what_could_not_be_trusted_and_what_was_announced_is_received() -> None:
    found = sheet(
        answered(9),
        answered(8, outcome="rejected", message_id="", quoted=""),
        entry(make_crossing(7, direction="in", route="directory.announcements")),
    )

    assert (found.counts.received, found.counts.rejected, found.counts.sent) == (3, 1, 0)


def test_groups_count_routes_kinds_and_regions_and_sum_the_control_totals() -> None:
    lines = [replace(line, region="330000") for line in drawn([sent(1), sent(2)]).lines.values()]
    lines[0] = replace(lines[0], totals=(TOTAL, TOTAL))

    groups = list(groups_of(lines))

    assert Group(By.ROUTE, "directory.changes", 2) in groups
    assert Group(By.REGION, "330000", 2) in groups
    assert Group(By.FORM, "dev-region/execution", 6, "61.0") in groups
    assert Group(By.FORM_REGION, "dev-region/execution/110000", 2, "41.0") in groups
    assert Group(By.FORM_CLASS, "dev-region/execution/ITO", 2, "61.0") in groups


@given(st.lists(st.tuples(st.integers(1, 20), st.sampled_from(["out", "accepted", "refused"])), max_size=60))
def test_every_message_stands_somewhere_and_the_counts_add_up(story: list[tuple[int, str]]) -> None:
    entries = [sent(number) if what == "out" else answered(number, what) for number, what in story]

    counts = sheet(*entries).counts

    assert counts.accepted + counts.refused + counts.differing + counts.unanswered == counts.sent + counts.carried
    assert counts.sent == len({number for number, what in story if what == "out"})
    assert counts.received == sum(what != "out" for _, what in story)


def test_a_sheet_is_frozen_by_a_digest_of_all_of_it() -> None:
    one, other = sheet(sent(1), sent(2)), sheet(sent(1), sent(2), answered(2))

    assert one.digest == sheet(sent(2), sent(1)).digest
    assert one.digest != other.digest
    assert (
        one.sent_digest
        == other.sent_digest
        == digest_of_sent((make_crossing(number).message_id, make_crossing(number).content) for number in (2, 1))
    )


def theirs_of(*lines: Line) -> dict[str, TheirLine]:
    """Return the lines as a partner has them who got and answered all."""
    return {
        line.message_id: TheirLine(line.message_id, line.digest, line.standing.value, line.answered_at)
        for line in lines
    }


LINES = list(drawn([sent(1), answered(1), sent(2), answered(2, "refused"), sent(3), answered(3)]).lines.values())


def test_two_statements_that_agree_have_no_difference() -> None:
    assert list(differences(LINES, theirs_of(*LINES))) == []


def test_a_message_that_was_dropped_on_the_way_is_named() -> None:
    dropped = replace(LINES[1], standing=Standing.UNANSWERED)

    found = list(differences([LINES[0], dropped, LINES[2]], theirs_of(LINES[0], LINES[2])))

    assert found == [Difference(dropped.message_id, Fault.MISSING_THERE, "unanswered", "")]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"digest": "8" * 64}, Fault.OTHER_DIGEST),
        ({"outcome": "refused"}, Fault.OTHER_OUTCOME),
    ],
)
def test_a_message_that_they_have_otherwise_is_named(changes: dict[str, str], fault: Fault) -> None:
    theirs = theirs_of(*LINES)
    theirs[LINES[0].message_id] = replace(theirs[LINES[0].message_id], **changes)

    found = list(differences(LINES, theirs))

    assert [(each.subject, each.fault) for each in found] == [(LINES[0].message_id, fault)]


def test_an_answer_that_never_came_is_named() -> None:
    waiting = [replace(LINES[0], standing=Standing.UNANSWERED), *LINES[1:]]

    found = list(differences(waiting, theirs_of(*LINES)))

    assert found == [Difference(LINES[0].message_id, Fault.ANSWER_NOT_HERE, "unanswered", "accepted")]


def test_what_they_have_and_we_never_sent_is_named_but_not_what_belongs_to_a_neighbouring_day() -> None:
    strange = TheirLine("x" * 32, "1" * 64, "accepted", "2026-03-01T03:00:00Z")
    late = replace(strange, message_id="y" * 32)
    close = replace(strange, message_id="z" * 32, is_of_day=False)
    theirs = theirs_of(*LINES) | {each.message_id: each for each in (strange, late, close)}

    found = list(differences(LINES, theirs, known_otherwise={"y" * 32}))

    assert found == [Difference("x" * 32, Fault.UNKNOWN_HERE, "", "accepted")]


def test_control_totals_that_differ_are_named_by_form_region_and_class() -> None:
    ours = list(groups_of([replace(LINES[0], totals=(TOTAL,))]))
    theirs = [replace(group, total="20.4") if group.key.endswith("110000") else group for group in ours]

    found = list(differing_totals(ours, theirs))

    assert found == [Difference("form_region:dev-region/execution/110000", Fault.OTHER_TOTAL, "1/20.5", "1/20.4")]
