"""Threads: who writes and reads what, in which order, and that what departments say among themselves stays there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.registration.form.places import PLACES, anchor_of
from services.registration.model.states import State
from services.registration.operations import threads
from shared.errors import Conflict, Invalid, KeyReused, NotAllowed, NotFound
from shared.identity.actor import COUNTRY, Actor, Role
from shared.threads.model import Side, Thread, Visibility
from shared.threads.talking import SeenThread
from tests.support.registration import OWNER, Fakes, make_actor, make_call, make_fakes, make_registration

ID = "1" * 32
COUNTY = make_actor(Role.COUNTY_REVIEWER)
COLLEAGUE = make_actor(Role.COUNTY_REVIEWER, account_id="7" * 32)
CITY = make_actor(Role.CITY_REVIEWER, division="330100", account_id="8" * 32)
MINISTRY = make_actor(Role.MINISTRY, division=COUNTRY, account_id="9" * 32)
NEIGHBOUR = make_actor(Role.COUNTY_REVIEWER, division="330108", account_id="6" * 32)
OWN = make_actor()
FILED = make_actor(Role.COUNTY_REVIEWER, account_id=OWNER)


def under_review() -> Fakes:
    return make_fakes(make_registration(State.UNDER_REVIEW))


def begun(fakes: Fakes, visibility: Visibility = Visibility.FILER, pointer: str = "/materials/5") -> Thread:
    return threads.open_thread(fakes.deps, make_call(COUNTY), ID, visibility, pointer, "备案号看不清").thread


def read_by(fakes: Fakes, actor: Actor) -> list[SeenThread]:
    return list(threads.list_threads(fakes.deps, make_call(actor), ID))


def test_messages_stay_in_the_order_in_which_they_were_written_with_their_authors() -> None:
    fakes = under_review()
    thread = begun(fakes)
    threads.answer_thread(fakes.deps, make_call(OWN), ID, thread.id, "已更换")

    (seen,) = read_by(fakes, COUNTY)

    found = [(message.no, message.author_id, message.side, message.text) for message in seen.thread.messages]
    assert found == [
        (1, COUNTY.account_id, Side.DEPARTMENT, "备案号看不清"),
        (2, OWN.account_id, Side.UNIT, "已更换"),
    ]
    assert [entry.action for entry in seen.thread.history] == ["open", "answer"]


@pytest.mark.parametrize("actor", [OWN, FILED, make_actor(account_id="5" * 32)])
def test_the_filing_side_finds_nothing_of_an_internal_thread_by_any_way(actor: Actor) -> None:
    fakes = under_review()
    thread = begun(fakes, Visibility.INTERNAL)

    assert read_by(fakes, actor) == []
    for attempt in (
        lambda: threads.answer_thread(fakes.deps, make_call(actor), ID, thread.id, "？"),
        lambda: threads.resolve_thread(fakes.deps, make_call(actor), ID, thread.id, is_resolved=True),
        lambda: threads.mark_read(fakes.deps, make_call(actor), ID, thread.id, 1),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert fakes.threads.events == []


@pytest.mark.parametrize("actor", [COUNTY, COLLEAGUE, CITY, MINISTRY])
def test_departments_in_sight_talk_among_themselves(actor: Actor) -> None:
    fakes = under_review()
    thread = begun(fakes, Visibility.INTERNAL)

    answered = threads.answer_thread(fakes.deps, make_call(actor), ID, thread.id, "同意退回").thread

    assert [message.no for message in answered.messages] == [1, 2]
    assert fakes.threads.events == []


@pytest.mark.parametrize("actor", [CITY, MINISTRY, FILED, OWN])
def test_only_the_department_that_reviews_speaks_with_the_filer_first(actor: Actor) -> None:
    fakes = under_review()

    with pytest.raises(NotAllowed):
        threads.open_thread(fakes.deps, make_call(actor), ID, Visibility.FILER, "", "请补充")


def test_outside_of_sight_there_are_no_threads() -> None:
    fakes = under_review()

    with pytest.raises(NotFound):
        read_by(fakes, NEIGHBOUR)


def test_a_thread_of_another_registration_is_not_found() -> None:
    other = replace(make_registration(State.UNDER_REVIEW), id="2" * 32)
    fakes = make_fakes(make_registration(State.UNDER_REVIEW), other)
    thread = begun(fakes)

    with pytest.raises(NotFound):
        threads.answer_thread(fakes.deps, make_call(COUNTY), "2" * 32, thread.id, "？")


@pytest.mark.parametrize("pointer", ["/facts/licence_name", "/form/nothing", "/"])
def test_a_thread_for_the_filer_is_about_a_place_that_the_filer_sees(pointer: str) -> None:
    fakes = under_review()

    with pytest.raises(Invalid):
        begun(fakes, Visibility.FILER, pointer)


def test_the_other_side_is_told_with_a_link_to_the_place_and_not_what_was_said() -> None:
    fakes = under_review()
    thread = begun(fakes)
    threads.answer_thread(fakes.deps, make_call(OWN), ID, thread.id, "已更换")

    to_unit, to_department = fakes.threads.events

    assert to_unit.data["occasion"] == "registration.message"
    assert str(to_unit.data["link"]).endswith(f"/registrations/{ID}#{anchor_of('/materials/5')}")
    assert to_department.data["occasion"] == "registration.answer"
    assert to_department.data["to"] == {"role": "county_reviewer", "division": "330106"}
    assert to_unit.secret is not None
    assert "备案号看不清" not in str(dict(to_unit.secret))


def test_what_is_new_is_counted_for_each_person_and_ones_own_is_never_new() -> None:
    fakes = under_review()
    thread = begun(fakes)
    threads.answer_thread(fakes.deps, make_call(OWN), ID, thread.id, "已更换")
    before = [read_by(fakes, actor)[0].unread for actor in (COUNTY, OWN, COLLEAGUE)]

    threads.mark_read(fakes.deps, make_call(COUNTY), ID, thread.id, 99)
    threads.mark_read(fakes.deps, make_call(COUNTY), ID, thread.id, 1)

    assert before == [1, 0, 2]
    assert read_by(fakes, COUNTY)[0].unread == 0


def test_resolving_is_noted_once_and_an_answer_opens_the_thread_again() -> None:
    fakes = under_review()
    thread = begun(fakes)
    for _ in range(2):
        threads.resolve_thread(fakes.deps, make_call(COUNTY), ID, thread.id, is_resolved=True)
    resolved = fakes.threads.get(thread.id)

    threads.answer_thread(fakes.deps, make_call(OWN), ID, thread.id, "还有一份")

    assert resolved.is_resolved
    assert [entry.action for entry in resolved.history] == ["open", "resolve"]
    assert not fakes.threads.get(thread.id).is_resolved


def test_the_filer_does_not_resolve() -> None:
    fakes = under_review()
    thread = begun(fakes)

    with pytest.raises(NotAllowed):
        threads.resolve_thread(fakes.deps, make_call(OWN), ID, thread.id, is_resolved=True)


def test_the_same_request_writes_once() -> None:
    fakes = under_review()
    opening = make_call(COUNTY, key="k1")
    first = threads.open_thread(fakes.deps, opening, ID, Visibility.FILER, "", "请补充").thread
    second = threads.open_thread(fakes.deps, opening, ID, Visibility.FILER, "", "请补充").thread
    for _ in range(2):
        threads.answer_thread(fakes.deps, make_call(OWN, key="k2"), ID, first.id, "已补充")

    with pytest.raises(KeyReused):
        threads.answer_thread(fakes.deps, make_call(OWN, key="k2", digest="e"), ID, first.id, "别的")

    assert first.id == second.id
    assert len(fakes.threads.get(first.id).messages) == 2


def test_two_messages_of_one_moment_both_stay_and_too_many_are_a_conflict() -> None:
    fakes = under_review()
    thread = begun(fakes)
    fakes.threads.stale = 2

    answered = threads.answer_thread(fakes.deps, make_call(OWN), ID, thread.id, "已更换").thread
    fakes.threads.stale = 99

    assert len(answered.messages) == 2
    with pytest.raises(Conflict):
        threads.answer_thread(fakes.deps, make_call(OWN), ID, thread.id, "再次")


def test_every_place_has_a_name_and_an_anchor_of_its_own() -> None:
    anchors = {anchor_of(pointer) for pointer in PLACES}

    assert len(anchors) == len(PLACES)
    assert all(PLACES.values())
