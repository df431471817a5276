"""Suspending, ending and renewing a registration: what is stored, who is told, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.registration.errors import StatementOpen
from services.registration.model.directory import DirectoryKind
from services.registration.model.registration import Registration
from services.registration.model.standing import Closing, ClosingKind, Ground, Standing
from services.registration.model.states import State
from services.registration.operations import standings as ops
from services.registration.operations.applications import discard_draft, open_change, renew_registration
from services.registration.operations.standings import Reasons
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from shared.identity.actor import Role
from tests.support.registration import (
    CITY,
    NOW,
    OWNER,
    REVIEWER,
    Fakes,
    make_actor,
    make_call,
    make_fakes,
    make_life,
    make_registration,
)

ID = "1" * 32
TODAY = date(2026, 3, 2)
REASONS = Reasons(Ground.NOT_OPERATING, "网址无法访问")
OWN, DEPARTMENT = make_actor(), make_actor(Role.COUNTY_REVIEWER)
ABOVE = make_actor(Role.CITY_REVIEWER, division=CITY)
ELSEWHERE = make_actor(Role.COUNTY_REVIEWER, division="330108")
REQUESTED = Closing(ClosingKind.REQUESTED, Ground.ON_REQUEST, "不再经营", OWNER, NOW)
ANNOUNCED = Closing(ClosingKind.ANNOUNCED, Ground.OTHER, "原因", REVIEWER, NOW, statement_until=date(2026, 3, 16))

Act = Callable[[Fakes, Call], Registration]
ACTS: dict[str, Act] = {
    "suspend": lambda f, c: ops.suspend_registration(f.deps, c, ID, REASONS, TODAY, None),
    "lift": lambda f, c: ops.lift_suspension(f.deps, c, ID, "已整改"),
    "request": lambda f, c: ops.request_deregistration(f.deps, c, ID, "不再经营"),
    "take_back": lambda f, c: ops.take_back_request(f.deps, c, ID),
    "refuse": lambda f, c: ops.refuse_deregistration(f.deps, c, ID, "尚有未报资料"),
    "announce": lambda f, c: ops.announce_deregistration(f.deps, c, ID, REASONS),
    "state": lambda f, c: ops.make_statement(f.deps, c, ID, "仍在运营"),
    "call_off": lambda f, c: ops.call_off_deregistration(f.deps, c, ID, "已恢复"),
    "deregister": lambda f, c: ops.deregister(f.deps, c, ID, "同意注销"),
}


def registered(standing: Standing = Standing.REGISTERED, closing: Closing | None = None, **changes: Any) -> Fakes:
    """Return deps with a registration that came into force."""
    life = replace(make_life(standing), closing=closing)
    return make_fakes(make_registration(State.APPROVED, life=life, **changes))


def occasions(fakes: Fakes) -> list[tuple[str, str]]:
    """Return who is told what: the occasion and the kind of recipient."""
    notices = [event for event in fakes.registrations.events if event.type.endswith(".notice_due.v1")]
    return [(str(each.data["occasion"]), next(iter(each.data["to"]))) for each in notices]  # type: ignore[call-overload]


def facts(fakes: Fakes) -> list[str]:
    return [type_.split(".")[2] for type_ in fakes.event_types if "_due." not in type_]


@pytest.mark.parametrize(
    ("act", "actor", "before", "closing", "after", "fact", "occasion"),
    [
        ("suspend", DEPARTMENT, Standing.REGISTERED, None, Standing.SUSPENDED, "suspended", "suspended"),
        ("lift", DEPARTMENT, Standing.SUSPENDED, None, Standing.REGISTERED, "resumed", "resumed"),
        ("request", OWN, Standing.REGISTERED, None, Standing.REGISTERED, "", "deregistration_requested"),
        ("request", OWN, Standing.SUSPENDED, None, Standing.SUSPENDED, "", "deregistration_requested"),
        ("take_back", OWN, Standing.REGISTERED, REQUESTED, Standing.REGISTERED, "", ""),
        ("refuse", DEPARTMENT, Standing.REGISTERED, REQUESTED, Standing.REGISTERED, "", "deregistration_refused"),
        ("announce", DEPARTMENT, Standing.REGISTERED, None, Standing.REGISTERED, "", "deregistration_announced"),
        ("state", OWN, Standing.REGISTERED, ANNOUNCED, Standing.REGISTERED, "", "statement_made"),
        ("call_off", DEPARTMENT, Standing.REGISTERED, ANNOUNCED, Standing.REGISTERED, "", "deregistration_called_off"),
        (
            "deregister",
            DEPARTMENT,
            Standing.SUSPENDED,
            REQUESTED,
            Standing.DEREGISTERED,
            "deregistered",
            "deregistered",
        ),
    ],
)
def test_each_act_leads_where_it_should_and_tells_whom_it_concerns(
    act: str, actor: Any, before: Standing, closing: Closing | None, after: Standing, fact: str, occasion: str
) -> None:
    fakes = registered(before, closing)

    done = ACTS[act](fakes, make_call(actor, 1))

    assert (done.standing, done.version) == (after, 2)
    known = ["unit_known"] if after is not before else []
    assert facts(fakes) == [*([fact] if fact else []), *known]
    to = "role" if actor == OWN else "unit_id"
    assert occasions(fakes) == ([(f"registration.{occasion}", to)] if occasion else [])


@pytest.mark.parametrize(
    ("act", "before", "closing", "kind"),
    [
        ("suspend", Standing.REGISTERED, None, "suspension"),
        ("lift", Standing.SUSPENDED, None, "resumption"),
        ("refuse", Standing.REGISTERED, REQUESTED, "deregistration_refusal"),
        ("announce", Standing.REGISTERED, None, "deregistration_announcement"),
        ("call_off", Standing.REGISTERED, ANNOUNCED, "deregistration_called_off"),
        ("deregister", Standing.REGISTERED, REQUESTED, "deregistration"),
    ],
)
def test_each_act_of_the_department_orders_its_sheet(
    act: str, before: Standing, closing: Closing | None, kind: str
) -> None:
    fakes = registered(before, closing)

    ACTS[act](fakes, make_call(DEPARTMENT, 1))

    (order,) = [event for event in fakes.registrations.events if event.type.endswith(".sheet_due.v1")]
    assert order.data["kind"] == kind
    assert order.secret is not None
    assert order.secret["department"] == "浙江省杭州市西湖区商务主管部门"


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("standing", [Standing.NONE, Standing.EXPIRED, Standing.DEREGISTERED])
def test_what_is_not_registered_can_not_be_suspended_or_ended(act: str, standing: Standing) -> None:
    fakes = registered(standing)
    actor = OWN if act in {"request", "take_back", "state"} else DEPARTMENT

    with pytest.raises(Conflict):
        ACTS[act](fakes, make_call(actor, 1))

    assert fakes.registrations.events == []


@pytest.mark.parametrize("act", ["suspend", "announce"])
@pytest.mark.parametrize(("actor", "error"), [(ABOVE, NotAllowed), (ELSEWHERE, NotFound), (OWN, NotAllowed)])
def test_only_the_department_in_charge_acts_on_a_standing(act: str, actor: Any, error: type[Exception]) -> None:
    fakes = registered()

    with pytest.raises(error):
        ACTS[act](fakes, make_call(actor, 1))

    assert fakes.registrations.events == []


def test_an_act_on_a_version_of_before_is_refused_and_a_repeated_request_changes_nothing() -> None:
    fakes = registered()
    ACTS["suspend"](fakes, make_call(DEPARTMENT, 1, key="k"))

    again = ACTS["suspend"](fakes, make_call(DEPARTMENT, 1, key="k"))
    with pytest.raises(StaleVersion):
        ACTS["lift"](fakes, make_call(DEPARTMENT, 1))

    assert again.version == 2
    assert facts(fakes) == ["suspended", "unit_known"]


@pytest.mark.parametrize(
    ("since", "until", "pointers"),
    [
        (TODAY + timedelta(days=1), None, ["/since"]),
        (TODAY, TODAY, ["/until"]),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), ["/until"]),
        (TODAY + timedelta(days=1), TODAY, ["/since", "/until"]),
    ],
)
def test_the_days_of_a_suspension_must_make_sense(since: date, until: date | None, pointers: list[str]) -> None:
    fakes = registered()

    with pytest.raises(Invalid) as caught:
        ops.suspend_registration(fakes.deps, make_call(DEPARTMENT, 1), ID, REASONS, since, until)

    assert [problem.pointer for problem in caught.value.problems] == pointers


def test_an_announced_end_waits_for_the_statement_or_for_the_end_of_its_period() -> None:
    fakes = registered(closing=ANNOUNCED)
    with pytest.raises(StatementOpen):
        ACTS["deregister"](fakes, make_call(DEPARTMENT, 1))

    ACTS["state"](fakes, make_call(OWN, 1))
    ended = ACTS["deregister"](fakes, make_call(DEPARTMENT, 2))

    assert ended.standing is Standing.DEREGISTERED


def test_an_announced_end_can_be_decided_when_the_period_is_over_without_a_statement() -> None:
    fakes = registered(closing=ANNOUNCED)
    fakes.clock.advance(timedelta(days=15))

    ended = ACTS["deregister"](fakes, make_call(DEPARTMENT, 1))

    assert ended.life.ending is not None
    assert (ended.life.ending.ground, ended.life.ending.on) == (Ground.OTHER, date(2026, 3, 17))


def test_the_period_for_a_statement_is_ten_working_days() -> None:
    fakes = registered()

    announced = ACTS["announce"](fakes, make_call(DEPARTMENT, 1))

    assert announced.life.closing is not None
    assert announced.life.closing.statement_until == date(2026, 3, 16)


def test_de_registration_ends_an_open_change_and_tells_the_directory() -> None:
    fakes = registered(closing=REQUESTED)
    changing = open_change(fakes.deps, make_call(OWN, 1), ID)

    ended = ACTS["deregister"](fakes, make_call(DEPARTMENT, changing.version))

    assert (ended.state, ended.standing) == (State.DISCARDED, Standing.DEREGISTERED)
    assert ended.directory is not None
    assert (ended.directory.kind, ended.directory.revision) == (DirectoryKind.CLOSE, 1)
    secret: Any = next(event.secret for event in fakes.registrations.events if event.type.endswith("deregistered.v1"))
    assert (secret["ground"], secret["effective_date"]) == ("on_request", TODAY)


@pytest.mark.parametrize("standing", [Standing.EXPIRED, Standing.DEREGISTERED])
def test_a_registration_that_ended_is_renewed_from_its_last_revision_under_the_same_id(standing: Standing) -> None:
    fakes = registered(standing, form={}, materials={})

    draft = renew_registration(fakes.deps, make_call(OWN, 1), ID)

    assert (draft.id, draft.state, draft.standing) == (ID, State.DRAFT, standing)
    assert draft.form == draft.revisions[-1].form
    assert draft.materials == draft.revisions[-1].materials


def test_a_discarded_change_leaves_what_is_in_force() -> None:
    fakes = registered()
    open_change(fakes.deps, make_call(OWN, 1), ID)

    left = discard_draft(fakes.deps, make_call(OWN, 2), ID)

    assert (left.state, left.standing, left.life.in_force) == (State.DISCARDED, Standing.REGISTERED, 1)
    assert (left.form, left.materials) == ({}, {})


def test_what_is_told_names_nothing_in_clear() -> None:
    fakes = registered()

    ACTS["suspend"](fakes, make_call(DEPARTMENT, 1))

    clear = repr([event.data for event in fakes.registrations.events])
    assert "云采" not in clear
    assert "网址无法访问" not in clear
    assert {event.reader for event in fakes.registrations.events} == {"", "notification", "registration", "filing"}
