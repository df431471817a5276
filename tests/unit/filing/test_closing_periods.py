"""The ministry settles periods for good: when, what is left out and why, and what is frozen (D2, G1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.filing.cli import verify_snapshot
from services.filing.errors import ClosingAtWork, FinalTooEarly, PeriodClosed, PeriodOpen, PreviewChanged
from services.filing.model.closings import Closing, Difference, Stage, Words, first_link, linked
from services.filing.model.filings import Filing
from services.filing.model.states import State
from services.filing.operations.closings import Wish, close_period, preview_closing, verify_closing
from services.filing.operations.drafts import begin_correction
from services.filing.operations.review import finalise_filing
from services.filing.operations.settling import STEP, is_intact, run_closing_step
from services.filing.policy import reviewing_division
from shared.calls import Call
from shared.contracts.filing import PERIOD_FINALISED
from shared.errors import Invalid, KeyReused, NotAllowed
from tests.support.filing_closings import MemoryClosings
from tests.support.filing_deps import APRIL, COUNTY, MINISTRY, OPERATOR, Office, make_office, repeated

MANY = 2 * STEP + 7


@pytest.fixture
def office() -> Office:
    return make_office()


def closings_of(office: Office) -> MemoryClosings:
    kept = office.deps.closings
    assert isinstance(kept, MemoryClosings)
    return kept


def many(office: Office, count: int) -> list[Filing]:
    """Put so many approved filings beside each other, as if of as many units."""
    first = office.approve(office.submit(office.filled()))
    for number in range(1, count):
        each = f"{number:031x}f"
        office.filings.kept[each] = replace(first, id=each, unit_id=f"{number:031x}e")
    return list(office.filings.kept.values())


def wish(office: Office, reason: str = "", period: str = "2024") -> Wish:
    seen = preview_closing(office.deps, Call(MINISTRY), period).seen
    return Wish(period, Words("同意最终审定", "司长", reason), seen)


def close(office: Office, reason: str = "") -> Closing:
    """Close 2024 in April and carry it out."""
    office.clock.moment = APRIL
    closing = close_period(office.deps, Call(MINISTRY), wish(office, reason))
    while run_closing_step(office.deps):
        pass
    return office.deps.closings.get(closing.id)


def test_a_year_is_not_closed_before_its_carry_over_window_has_ended(office: Office) -> None:
    office.approve(office.submit(office.filled()))
    office.clock.moment = APRIL - timedelta(hours=10, seconds=1)

    with pytest.raises(FinalTooEarly) as refused:
        close_period(office.deps, Call(MINISTRY), wish(office))

    assert "2025年4月1日" in refused.value.message


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (datetime(2025, 11, 30, 15, 59, tzinfo=UTC), False),
        (datetime(2025, 11, 30, 16, 0, tzinfo=UTC), True),
    ],
)
def test_a_month_is_closed_from_its_end_on(office: Office, now: datetime, is_open: bool) -> None:
    office.clock.moment = now

    preview = preview_closing(office.deps, Call(MINISTRY), "2025-11")

    assert preview.may_close is is_open


def test_a_single_filing_goes_with_its_period_before_that_is_closed(office: Office) -> None:
    filing = office.approve(office.submit(office.filled()))
    office.clock.moment = APRIL

    with pytest.raises(PeriodOpen) as refused:
        finalise_filing(office.deps, Call(MINISTRY, version=filing.version), filing.id)

    assert "2025年4月1日" in refused.value.message
    assert office.filings.kept[filing.id].state is State.APPROVED


def test_a_single_filing_is_not_settled_before_its_day_either(office: Office) -> None:
    filing = office.approve(office.submit(office.filled()))
    closings_of(office).close("2024", office.clock.now())

    with pytest.raises(FinalTooEarly):
        finalise_filing(office.deps, Call(MINISTRY, version=filing.version), filing.id)


def test_only_the_ministry_settles_a_filing(office: Office) -> None:
    filing = office.approve(office.submit(office.filled()))
    office.close("2024")

    with pytest.raises(NotAllowed):
        finalise_filing(office.deps, Call(COUNTY, version=filing.version), filing.id)


def test_what_is_not_approved_is_left_out_with_a_reason_alone(office: Office) -> None:
    office.submit(office.filled())
    office.clock.moment = APRIL

    with pytest.raises(Invalid) as refused:
        close_period(office.deps, Call(MINISTRY), wish(office))

    assert [each.pointer for each in refused.value.problems] == ["/left_out_reason"]
    assert closings_of(office).kept == {}


def test_what_is_left_out_is_what_the_ministry_saw(office: Office) -> None:
    filing = office.submit(office.filled())
    office.clock.moment = APRIL
    seen_before = wish(office, "单位失联")
    office.pass_on(office.give_back(filing) and office.submit(office.filings.kept[filing.id]))

    with pytest.raises(PreviewChanged):
        close_period(office.deps, Call(MINISTRY), seen_before)


def test_a_closing_settles_what_is_approved_names_the_rest_and_freezes_both(office: Office) -> None:
    approved = many(office, MANY)
    waiting = replace(approved[0], id="f" * 32, state=State.SUBMITTED, in_force=0, passed=())
    office.filings.kept[waiting.id] = waiting

    done = close(office, "该单位情况尚在核实")

    assert (done.stage, done.total, done.settled, done.left_out, done.rows) == (Stage.COMPLETE, MANY, MANY, 1, MANY)
    assert {each.state for each in office.filings.kept.values() if each.id != waiting.id} == {State.FINAL}
    assert [each.filing_id for each in closings_of(office).names[done.id]] == [waiting.id]
    assert office.filings.kept[waiting.id].state is State.SUBMITTED
    assert office.told.count("finalised") == MANY


def test_the_digest_stands_for_every_row_and_their_order(office: Office) -> None:
    many(office, 3)

    done = close(office)

    rows = closings_of(office).frozen[done.id]
    chain = first_link(done.id, "2024")
    for row in rows:
        chain = linked(chain, row)
    assert [row.no for row in rows] == [1, 2, 3]
    assert chain == done.chain
    assert linked(linked(first_link(done.id, "2024"), rows[1]), rows[0]) != chain


def test_the_day_of_final_approval_and_the_digest_are_told_once(office: Office) -> None:
    many(office, 3)

    done = close(office)

    (event,) = closings_of(office).events
    told = PERIOD_FINALISED.load(event.data)
    assert (told["period"], told["final_on"], told["digest"]) == ("2024", APRIL.date(), done.chain)
    assert (told["counts"], told["unreadable"]) == ({"platform-1": 3}, {})
    assert (event.reader, event.secret) == ("statistics", {"totals": []})  # no sum is reckoned of 平台1表


def test_a_period_is_closed_once_and_the_same_request_again_changes_nothing(office: Office) -> None:
    office.clock.moment = APRIL
    made = close_period(office.deps, repeated(MINISTRY, None), wish(office))

    again = close_period(office.deps, repeated(MINISTRY, None), wish(office))

    assert again == made
    with pytest.raises(PeriodClosed):
        close_period(office.deps, Call(MINISTRY), wish(office))


def test_another_request_under_the_same_key_is_refused(office: Office) -> None:
    office.clock.moment = APRIL
    close_period(office.deps, repeated(MINISTRY, None), wish(office))
    other = repeated(MINISTRY, None)

    with pytest.raises(KeyReused):
        close_period(
            office.deps,
            replace(other, request=replace(other.request, digest="other")),
            wish(office),  # type: ignore[type-var]
        )


def test_a_filing_left_out_is_settled_by_itself_once_it_is_approved(office: Office) -> None:
    filing = office.submit(office.filled())
    close(office, "尚在核实")
    approved = office.approve(office.filings.kept[filing.id])

    settled = finalise_filing(office.deps, Call(MINISTRY, version=approved.version), filing.id)

    assert settled.state is State.FINAL


def test_a_correction_of_what_is_final_goes_through_the_chain_and_is_settled_by_itself(office: Office) -> None:
    filing = office.approve(office.submit(office.filled()))
    done = close(office)
    settled = office.filings.kept[filing.id]
    begun = begin_correction(office.deps, Call(OPERATOR, version=settled.version), filing.id)
    submitted = office.submit(begun)

    corrected = office.finalise(office.approve(submitted))

    assert reviewing_division(submitted) == "330106"
    assert (corrected.state, corrected.in_force, len(corrected.versions)) == (State.FINAL, 2, 2)
    assert closings_of(office).frozen[done.id][0].revision == 1


def test_a_snapshot_that_nobody_touched_is_found_as_it_was_frozen(office: Office) -> None:
    filing = many(office, MANY)[0]
    done = close(office)
    begin_correction(office.deps, Call(OPERATOR, version=office.filings.kept[filing.id].version), filing.id)

    looked = verify(office, done)

    assert is_intact(looked)
    assert looked.verification is not None
    assert looked.verification.rows == MANY


@pytest.mark.parametrize(
    ("wrong", "difference"),
    [("version", Difference.CHANGED), ("row", Difference.CHANGED), ("filing", Difference.MISSING)],
)
def test_what_differs_from_the_snapshot_is_named(office: Office, wrong: str, difference: Difference) -> None:
    many(office, 5)
    done = close(office)
    rows = closings_of(office).frozen[done.id]
    there = office.filings.kept
    if wrong == "version":
        changed = there[rows[2].filing_id]
        there[changed.id] = replace(changed, versions=(replace(changed.versions[0], digest="0" * 64),))
    elif wrong == "row":
        rows[2] = replace(rows[2], digest="0" * 64)
    else:
        del there[rows[2].filing_id]

    looked = verify(office, done)

    assert not is_intact(looked)
    assert looked.verification is not None
    assert [(each.no, each.difference) for each in looked.verification.named] == [(3, difference)]


@pytest.mark.parametrize("gone", [0, 2, 4])
def test_a_row_that_is_gone_is_noticed_wherever_it_stood(office: Office, gone: int) -> None:
    many(office, 5)
    done = close(office)
    del closings_of(office).frozen[done.id][gone]

    looked = verify(office, done)

    assert looked.verification is not None
    assert [each.difference for each in looked.verification.named] == [Difference.OUT_OF_ORDER]
    assert looked.verification.digest != looked.chain


def test_a_snapshot_is_looked_at_by_one_at_a_time(office: Office) -> None:
    done = close(office)
    verify_closing(office.deps, Call(MINISTRY), done.id)

    with pytest.raises(ClosingAtWork):
        verify_closing(office.deps, Call(MINISTRY), done.id)


def test_the_command_says_whether_the_snapshot_is_as_it_was_frozen(office: Office) -> None:
    many(office, 3)
    done = close(office)

    good = verify_snapshot(office.deps, "2024")
    closings_of(office).frozen[done.id][0] = replace(closings_of(office).frozen[done.id][0], digest="0" * 64)
    bad = verify_snapshot(office.deps, "2024")
    none = verify_snapshot(office.deps, "2023")

    assert good == {"rows": 3, "digest": done.chain}
    assert bad["error"] == "1 differences"
    assert "error" in none


def verify(office: Office, done: Closing) -> Closing:
    verify_closing(office.deps, Call(MINISTRY), done.id)
    while run_closing_step(office.deps):
        pass
    return office.deps.closings.get(done.id)
