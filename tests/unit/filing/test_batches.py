"""Decisions on many filings: every item gets a result, whatever stands in its way, and each filing one decision at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from services.filing.model.batches import BatchAction, Refusal, Words
from services.filing.model.filings import Filing, ReasonCode
from services.filing.model.states import State
from services.filing.operations.batches import (
    RIGHTS_LAST,
    BatchView,
    Wish,
    begin_batch,
    list_batches,
    list_items,
    read_batch,
    run_next_batch,
)
from services.filing.operations.queue import Asked
from services.filing.operations.review import tick_findings
from services.filing.operations.selection import Selected
from services.filing.operations.submission import withdraw_filing
from services.filing.ports.queue import QueueFilter
from shared import failpoints
from shared.batches.model import BatchState, Outcome, Tally
from shared.batches.running import LEASE
from shared.calls import Call
from shared.errors import Invalid, NotAllowed, NotFound
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from tests.support.filing_deps import CITY, COUNTY, MINISTRY, PROVINCE, Office, make_office

WORDS = Words("同意上报", "张审核")
BACK = Words("请核实金额", "张审核", ReasonCode.IMPLAUSIBLE)
COLLEAGUE = Actor("r-9", Role.COUNTY_REVIEWER, division="330106")


@pytest.fixture
def office() -> Office:
    return make_office()


def filed(office: Office, count: int) -> list[Filing]:
    """Return filings of as many units, submitted to the county with one query each."""
    found = []
    for number in range(count):
        unit = f"{number + 100:032x}"
        office.tell(unit)
        person = Actor(f"o-{number}", Role.OPERATOR, unit_id=unit, division="330106")
        found.append(office.submit(office.filled(person), person))
    return found


def wish(filings: Sequence[Filing], action: BatchAction = BatchAction.APPROVE, **changes: object) -> Wish:
    chosen = [Selected(each.id, each.version) for each in filings]
    words = BACK if action is BatchAction.RETURN else WORDS
    return replace(Wish(action, words, with_queries=True, selected=chosen), **changes)  # type: ignore[arg-type]


def begin(office: Office, wanted: Wish, actor: Actor = COUNTY, key: str = "k" * 8) -> BatchView:
    return begin_batch(office.deps, Call(actor, request=RequestKey(key, "digest")), wanted)


def results(office: Office, view: BatchView) -> list[tuple[Outcome, Refusal | None]]:
    return [(each.outcome, each.refusal) for each in office.deps.batches.items(view.batch.id, None, 0, 100)]


def test_every_filing_of_a_batch_is_approved_and_says_so(office: Office) -> None:
    filings = filed(office, 3)
    view = begin(office, wish(filings))

    assert run_next_batch(office.deps)

    assert results(office, view) == [(Outcome.DONE, None)] * 3
    assert [office.filings.get(each.id).passed for each in filings] == [("330106",)] * 3
    assert office.told.count("forwarded") == 3
    assert read_batch(office.deps, Call(COUNTY), view.batch.id).batch.state is BatchState.DONE
    assert not run_next_batch(office.deps)


def test_a_batch_returns_filings_with_one_reason(office: Office) -> None:
    filings = filed(office, 2)
    view = begin(office, wish(filings, BatchAction.RETURN))

    run_next_batch(office.deps)

    decisions = [office.filings.get(each.id).versions[-1].decision for each in filings]
    assert results(office, view) == [(Outcome.DONE, None)] * 2
    assert {each.text for each in decisions if each} == {"请核实金额"}
    assert office.occasions.count("filing.returned") == 2


def test_what_cannot_be_decided_says_why_and_keeps_nothing_else_back(office: Office) -> None:
    changed, returned, fine, own = filed(office, 4)
    withdraw_filing(
        office.deps, Call(Actor("o-0", Role.OPERATOR, changed.unit_id), version=changed.version), changed.id
    )
    back = office.give_back(returned)
    own_person = replace(COUNTY, account_id="o-3")
    chosen = [*(Selected(each.id, each.version) for each in (changed, back, fine, own)), Selected("0" * 32, 1)]
    view = begin(office, wish((), selected=chosen), own_person)

    run_next_batch(office.deps)

    assert results(office, view) == [
        (Outcome.REFUSED, Refusal.CHANGED),
        (Outcome.REFUSED, Refusal.WRONG_STATE),
        (Outcome.DONE, None),
        (Outcome.REFUSED, Refusal.OWN_FILING),
        (Outcome.REFUSED, Refusal.NOT_FOUND),
    ]
    assert read_batch(office.deps, Call(COUNTY), view.batch.id).tally == Tally(0, 1, 4)


def test_the_right_is_that_of_the_level_which_acts_when_the_item_is_carried_out(office: Office) -> None:
    (filing,) = filed(office, 1)
    city = begin(office, wish([filing]), CITY, "city-key")
    twice = replace(CITY, account_id=COUNTY.account_id)
    passed = office.pass_on(filing)
    again = begin(office, wish([passed]), twice, "again-key")

    while run_next_batch(office.deps):
        pass

    assert results(office, city) == [(Outcome.REFUSED, Refusal.CHANGED)]
    assert results(office, again) == [(Outcome.REFUSED, Refusal.DECIDED_BEFORE)]


def test_a_department_whose_turn_has_not_come_is_refused(office: Office) -> None:
    filings = filed(office, 1)
    view = begin(office, wish(filings), PROVINCE)

    run_next_batch(office.deps)

    assert results(office, view) == [(Outcome.REFUSED, Refusal.NOT_YOURS)]


def test_queries_must_be_ticked_off_unless_the_reviewer_says_that_they_were_checked(office: Office) -> None:
    ticked, unseen = filed(office, 2)
    keys = [each.key for each in ticked.versions[-1].noted]
    tick_findings(office.deps, Call(COUNTY, version=ticked.version), ticked.id, keys)
    view = begin(office, wish([ticked, unseen], with_queries=False))

    run_next_batch(office.deps)

    assert keys
    assert results(office, view) == [(Outcome.DONE, None), (Outcome.REFUSED, Refusal.QUERIES_UNSEEN)]
    assert office.filings.get(unseen.id).state is State.SUBMITTED


def test_a_whole_list_leaves_out_what_came_after_it_was_shown_and_says_so(office: Office) -> None:
    (early,) = filed(office, 1)
    shown_at = office.clock.now()
    office.clock.advance(timedelta(minutes=1))
    unit = "9" * 32
    office.tell(unit)
    person = Actor("o-late", Role.OPERATOR, unit_id=unit, division="330106")
    late = office.submit(office.filled(person), person)
    view = begin(office, wish((), asked=Asked(QueueFilter(form="platform-1")), as_of=shown_at))

    run_next_batch(office.deps)

    assert results(office, view) == [(Outcome.DONE, None), (Outcome.REFUSED, Refusal.CAME_LATER)]
    assert office.filings.get(early.id).passed
    assert not office.filings.get(late.id).passed
    assert view.batch.narrowed == {"form": "platform-1"}


def test_a_worker_that_dies_after_each_step_leaves_nothing_twice_and_nothing_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    filings = filed(office, 4)
    view = begin(office, wish(filings))
    monkeypatch.setattr(failpoints, "_hits", failpoints.Counter())
    monkeypatch.setenv(failpoints.VARIABLE, "batch.decided_not_noted:raise:2")

    with pytest.raises(failpoints.FailPointHit):
        run_next_batch(office.deps)
    is_left_alone = run_next_batch(office.deps)
    office.clock.advance(LEASE + timedelta(seconds=1))
    run_next_batch(office.deps)

    assert not is_left_alone
    assert results(office, view) == [(Outcome.DONE, None)] * 4
    assert office.told.count("forwarded") == 4
    assert {len(office.filings.get(each.id).versions[-1].decisions) for each in filings} == {1}


def test_a_worker_that_was_taken_for_dead_stops(office: Office) -> None:
    view = begin(office, wish(filed(office, 2)))
    first = office.deps.batches.take(office.clock.now(), LEASE)
    office.clock.advance(LEASE + timedelta(seconds=1))

    run_next_batch(office.deps)

    assert first is not None
    with pytest.raises(Exception, match="stale_version"):
        office.deps.batches.hold(first, office.clock.now())
    assert results(office, view) == [(Outcome.DONE, None)] * 2


def test_an_old_batch_is_not_carried_out_on_a_right_that_may_be_gone(office: Office) -> None:
    filings = filed(office, 1)
    view = begin(office, wish(filings))
    office.clock.advance(RIGHTS_LAST + timedelta(seconds=1))

    run_next_batch(office.deps)

    assert results(office, view) == [(Outcome.REFUSED, Refusal.EXPIRED)]


def test_the_same_request_begins_one_batch(office: Office) -> None:
    filings = filed(office, 1)

    first, second = begin(office, wish(filings)), begin(office, wish(filings))

    assert first.batch.id == second.batch.id


def test_a_batch_needs_something_each_once_and_a_department(office: Office) -> None:
    (filing,) = filed(office, 1)
    twice = [Selected(filing.id, filing.version)] * 2

    with pytest.raises(Invalid) as nothing:
        begin(office, wish(()), key="nothing1")
    with pytest.raises(Invalid) as repeated:
        begin(office, wish((), selected=twice), key="repeated")
    with pytest.raises(NotAllowed):
        begin(office, wish([filing]), replace(COUNTY, division=None), "unbound1")

    assert [each.code for each in nothing.value.problems] == ["nothing_chosen"]
    assert [each.code for each in repeated.value.problems] == ["named_twice"]


def test_a_batch_is_seen_by_its_department_alone(office: Office) -> None:
    filings = filed(office, 1)
    view = begin(office, wish(filings))

    items = list_items(office.deps, Call(COLLEAGUE), view.batch.id, None, 0, 10)

    assert [each.filing.id for each in items if each.filing] == [filings[0].id]
    assert [each.batch.id for each in list_batches(office.deps, Call(COLLEAGUE), "", 10).items] == [view.batch.id]
    assert not list_batches(office.deps, Call(CITY), "", 10).items
    for stranger in (CITY, MINISTRY, replace(COUNTY, division="330108")):
        with pytest.raises(NotFound):
            read_batch(office.deps, Call(stranger), view.batch.id)
