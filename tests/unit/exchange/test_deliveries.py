"""Deliveries: prepared for everybody, signed off by the responsible person, sent when due, followed, superseded."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zipfile import ZipFile

import orjson
import pytest

from services.exchange.errors import NoGrant, TooEarly
from services.exchange.model.controls import Hold
from services.exchange.model.deliveries import Delivery, State
from services.exchange.model.messages import State as MessageState
from services.exchange.model.partners import Partner, RouteName
from services.exchange.model.sharing import GrantState, ObjectionState
from services.exchange.operations.delivering import decline, follow, prepare, send, send_due, sign_off
from services.exchange.operations.dropping import lay_down
from services.exchange.operations.granting import Answer, end, grant, lay_statutory, request, tell_overdue
from services.exchange.operations.looking import read_delivery
from services.exchange.operations.objecting import Doubt, answer_objection, object_for
from services.exchange.operations.sending import send_waiting
from services.exchange.operations.sets import keep_set
from services.exchange.packaging.package import MANIFEST, manifest_of
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.clock import SHANGHAI, FixedClock
from shared.errors import Conflict, Invalid, NotAllowed, StaleVersion
from shared.identity.actor import Actor, Role
from tests.support.exchange_desk import BY_ITSELF, make_deps
from tests.support.exchange_sharing import MemoryDrop, make_content, make_table_set

HEAD = Actor("8" * 32, Role.STATISTICS_HEAD)
DESK = Actor("9" * 32, Role.SHARING_DESK)
TENTH, FIRST = date(2026, 3, 16), date(2026, 3, 17)


def at(on: date, hour: int = 9) -> datetime:
    return datetime(on.year, on.month, on.day, hour, tzinfo=SHANGHAI)


class Office:
    """Deps whose clock can be set, with a set of tables taken and the statutory grants laid."""

    def __init__(self, deps: Deps) -> None:
        self.deps = replace(deps, together=lambda work: work(self.deps))
        self.set_clock(at(date(2026, 3, 2)))
        lay_statutory(self.deps)

    def set_clock(self, moment: datetime) -> None:
        self.deps = replace(self.deps, clock=FixedClock(moment))

    def take(self, version: int = 1, correction: int = 0) -> None:
        keep_set(
            self.deps,
            BY_ITSELF,
            make_table_set(version, correction=correction),
            make_content(version, correction=correction),
        )

    def of(self, receiver: Partner, number: int = -1) -> Delivery:
        return list(self.deps.sharing.deliveries.of_period(receiver, "monthly", "2026-01"))[number]

    def sign(self, receiver: Partner) -> Delivery:
        delivery = self.of(receiver)
        return sign_off(self.deps, Call(HEAD, version=delivery.version), delivery.id)

    def answered(self, receiver: Partner, state: MessageState = MessageState.ACCEPTED) -> Delivery:
        """Have the receiver answer its delivery, and note it."""
        message = self.deps.messages.get(self.of(receiver).message_id)
        self.deps.messages.rows[message.id] = replace(message, state=state, sent_at=self.deps.clock.now())  # type: ignore[attr-defined]
        follow(self.deps, "c" * 32)
        return self.of(receiver)


@pytest.fixture
def office() -> Office:
    made = Office(make_deps())
    made.take()
    return made


def test_a_set_is_prepared_for_every_receiver_and_leaves_for_nobody(office: Office) -> None:
    assert office.of(Partner.NBS).state is State.PREPARED
    assert office.of(Partner.SHARING).state is State.PREPARED
    assert office.deps.messages.rows == {}  # type: ignore[attr-defined]


def test_what_is_for_the_bureau_goes_at_once_when_it_is_signed_off(office: Office) -> None:
    signed = office.sign(Partner.NBS)

    assert (signed.state, signed.signed_by) == (State.QUEUED, HEAD.account_id)
    assert signed.grant_id
    message = office.deps.messages.get(signed.message_id)
    content = orjson.loads(office.deps.messages.secret_of(message).content)
    with ZipFile(io.BytesIO(base64.b64decode(content["package"]))) as archive:
        manifest = manifest_of(archive.read(MANIFEST))
    assert (content["digest"], content["version"]) == (signed.digest, 1)
    assert manifest.delivery_id == content["delivery_id"] == signed.id


def test_what_is_for_the_sharing_database_is_held_until_its_day(office: Office) -> None:
    signed = office.sign(Partner.SHARING)

    assert (signed.state, signed.due_on) == (State.HELD, FIRST)
    assert send_due(office.deps, "c" * 32) == 0


def test_on_working_day_ten_it_is_refused_also_by_hand_and_the_day_after_the_clock_sends_it(office: Office) -> None:
    signed = office.sign(Partner.SHARING)
    office.set_clock(at(TENTH, 23))

    with pytest.raises(TooEarly) as caught:
        send(office.deps, Call(DESK, version=signed.version), signed.id)
    send_due(office.deps, "c" * 32)
    held = office.of(Partner.SHARING).state
    office.set_clock(at(FIRST, 0))
    send_due(office.deps, "c" * 32)

    assert "2026年3月17日" in caught.value.message
    assert held is State.HELD
    assert office.of(Partner.SHARING).state is State.QUEUED


def test_what_is_signed_off_on_a_stopped_route_has_not_left_and_says_why(office: Office) -> None:
    office.deps.controls.change(RouteName.NBS_STATISTICS, is_stopped=True)  # type: ignore[attr-defined]
    signed = office.sign(Partner.NBS)
    call = Call(DESK)
    follow(office.deps, "c" * 32)
    waiting = read_delivery(office.deps, call, signed.id)
    office.deps.controls.change(RouteName.NBS_STATISTICS, is_stopped=False)  # type: ignore[attr-defined]
    send_waiting(office.deps, "c" * 32)
    started = read_delivery(office.deps, call, signed.id)
    lay_down(office.deps, MemoryDrop(), "c" * 32)
    follow(office.deps, "c" * 32)

    gone = read_delivery(office.deps, call, signed.id)

    assert (waiting.delivery.state, waiting.delivery.left_at, waiting.hold) == (State.QUEUED, None, Hold.STOPPED)
    assert (started.delivery.state, started.delivery.left_at, started.hold) == (State.QUEUED, None, None)
    assert (gone.delivery.state, gone.delivery.left_at, gone.hold) == (State.GOING, office.deps.clock.now(), None)


def test_what_has_left_and_is_sent_again_is_still_on_its_way(office: Office) -> None:
    signed = office.sign(Partner.NBS)
    left = replace(signed, left_at=office.deps.clock.now(), message_state=MessageState.PENDING)

    assert (signed.by_message, left.by_message) == (State.QUEUED, State.GOING)


def test_who_prepared_a_delivery_does_not_sign_it_off(office: Office) -> None:
    delivery = office.of(Partner.NBS)
    office.deps.sharing.deliveries.rows[delivery.id] = replace(delivery, prepared_by=HEAD.account_id)  # type: ignore[attr-defined]

    with pytest.raises(NotAllowed):
        office.sign(Partner.NBS)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.STATISTICS_HEAD}))
def test_nobody_but_the_head_of_statistics_signs_off(office: Office, role: Role) -> None:
    delivery = office.of(Partner.NBS)

    with pytest.raises(NotAllowed):
        sign_off(office.deps, Call(Actor("7" * 32, role), version=delivery.version), delivery.id)


def test_a_version_that_was_not_seen_is_not_signed_off(office: Office) -> None:
    delivery = office.of(Partner.NBS)

    with pytest.raises(StaleVersion):
        sign_off(office.deps, Call(HEAD, version=delivery.version + 1), delivery.id)


def test_without_a_grant_in_force_nothing_leaves(office: Office) -> None:
    signed = office.sign(Partner.SHARING)
    for laid in list(office.deps.sharing.grants.rows.values()):  # type: ignore[attr-defined]
        end(office.deps, Call(DESK, version=laid.version), laid.id, "协定终止")
    office.set_clock(at(FIRST))

    with pytest.raises(NoGrant):
        send(office.deps, Call(DESK, version=signed.version), signed.id)
    send_due(office.deps, "c" * 32)

    assert office.of(Partner.SHARING).state is State.HELD
    with pytest.raises(NoGrant):
        office.sign(Partner.NBS)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (MessageState.ACCEPTED, State.ACCEPTED),
        (MessageState.REFUSED, State.REFUSED),
        (MessageState.UNANSWERED, State.UNANSWERED),
    ],
)
def test_a_delivery_follows_its_message(office: Office, answer: MessageState, state: State) -> None:
    office.sign(Partner.NBS)

    assert office.answered(Partner.NBS, answer).state is state


def test_a_late_answer_is_still_taken(office: Office) -> None:
    office.sign(Partner.NBS)
    office.answered(Partner.NBS, MessageState.UNANSWERED)

    assert office.answered(Partner.NBS, MessageState.ACCEPTED).state is State.ACCEPTED


def test_a_corrected_set_names_what_it_supersedes_where_the_receiver_has_the_first(office: Office) -> None:
    office.sign(Partner.NBS)
    first = office.answered(Partner.NBS)

    office.take(version=2, correction=7)

    second, for_sharing = office.of(Partner.NBS), office.of(Partner.SHARING)
    assert (second.number, second.supersedes, second.state) == (2, first.id, State.PREPARED)
    assert (for_sharing.number, for_sharing.supersedes) == (1, "")
    assert office.of(Partner.SHARING, 0).state is State.SUPERSEDED
    assert office.of(Partner.NBS, 0).state is State.ACCEPTED


def test_the_first_is_superseded_when_the_receiver_has_taken_the_second(office: Office) -> None:
    office.sign(Partner.NBS)
    office.answered(Partner.NBS)
    office.take(version=2)
    office.sign(Partner.NBS)

    second = office.answered(Partner.NBS)

    assert second.state is State.ACCEPTED
    assert office.of(Partner.NBS, 0).state is State.SUPERSEDED


def test_an_older_set_that_comes_late_is_kept_and_prepared_for_nobody(office: Office) -> None:
    late = Office(make_deps())
    late.take(version=2)

    late.take(version=1)

    assert [late.of(receiver, 0).set_version for receiver in Partner if receiver is not Partner.DIRECTORY] == [2, 2]
    assert len(late.deps.sharing.deliveries.sets) == 2  # type: ignore[attr-defined]


def test_what_was_refused_is_prepared_again_as_the_same_version(office: Office) -> None:
    office.sign(Partner.NBS)
    refused = office.answered(Partner.NBS, MessageState.REFUSED)

    again = prepare(office.deps, Call(DESK), refused.set_id, Partner.NBS)

    assert again.id != refused.id
    assert (again.number, again.supersedes, again.prepared_by) == (1, "", DESK.account_id)
    with pytest.raises(Conflict):
        prepare(office.deps, Call(DESK), refused.set_id, Partner.NBS)


def test_a_signature_is_taken_back_while_it_is_held(office: Office) -> None:
    signed = office.sign(Partner.SHARING)

    declined = decline(office.deps, Call(HEAD, version=signed.version), signed.id, "数据待核")
    office.set_clock(at(FIRST) + timedelta(days=30))
    send_due(office.deps, "c" * 32)

    assert declined.state is State.DECLINED
    assert office.of(Partner.SHARING).state is State.DECLINED


def test_an_objection_that_is_upheld_is_put_right_by_the_correction(office: Office) -> None:
    office.sign(Partner.NBS)
    first = office.answered(Partner.NBS)
    doubt = Doubt(first.id, "by_region", ("110000",), "contracts", "明显偏低")
    raised = object_for(office.deps, Call(DESK), doubt)
    answer_objection(office.deps, Call(DESK, version=raised.version), raised.id, True, "属实，将更正")
    office.take(version=2, correction=7)
    office.sign(Partner.NBS)

    second = office.answered(Partner.NBS)

    found = office.deps.sharing.objections.get(raised.id)
    assert (found.state, found.corrected_by) == (ObjectionState.CORRECTED, second.id)


def _act(name: str) -> Any:
    acts: dict[str, Any] = {
        "sign_off": lambda office, delivery: sign_off(office.deps, Call(HEAD, version=delivery.version), delivery.id),
        "decline": lambda office, delivery: decline(
            office.deps, Call(HEAD, version=delivery.version), delivery.id, "理由"
        ),
        "send": lambda office, delivery: send(office.deps, Call(DESK, version=delivery.version), delivery.id),
    }
    return acts[name]


@pytest.mark.parametrize("act", ["sign_off", "decline", "send"])
@pytest.mark.parametrize(
    "state",
    [State.QUEUED, State.GOING, State.ACCEPTED, State.REFUSED, State.UNANSWERED, State.DECLINED, State.SUPERSEDED],
)
def test_what_has_left_or_ended_is_not_touched(office: Office, act: str, state: State) -> None:
    delivery = replace(office.of(Partner.NBS), state=state)
    office.deps.sharing.deliveries.rows[delivery.id] = delivery  # type: ignore[attr-defined]

    with pytest.raises(Conflict):
        _act(act)(office, delivery)


def test_what_was_not_answered_in_time_is_told_of_once(office: Office) -> None:
    asked = request(office.deps, Call(DESK), Partner.SHARING, "MOFCOM-FWWB-02", "宏观监测")
    office.set_clock(at(asked.due_on, 23))
    on_the_last_day = tell_overdue(office.deps, "c" * 32)
    office.set_clock(at(asked.due_on) + timedelta(days=1))

    told = [tell_overdue(office.deps, "c" * 32), tell_overdue(office.deps, "c" * 32)]

    assert asked.due_on == date(2026, 3, 16)
    assert (on_the_last_day, told) == (0, [1, 0])
    assert len(office.deps.sharing.grants.told) == 1  # type: ignore[attr-defined]


def test_unit_data_is_refused_at_once_with_the_law_as_its_ground(office: Office) -> None:
    refused = request(office.deps, Call(DESK), Partner.NBS, "MOFCOM-FWWB-03", "核查")

    assert refused.state is GrantState.REFUSED
    assert "统计法" in refused.reason


def test_a_conditional_resource_is_not_granted_without_conditions(office: Office) -> None:
    asked = request(office.deps, Call(DESK), Partner.SHARING, "MOFCOM-FWWB-02", "宏观监测")
    today = date(2026, 3, 2)

    with pytest.raises(Invalid):
        grant(office.deps, Call(DESK, version=asked.version), asked.id, Answer("  ", today, None))
    with pytest.raises(Invalid):
        grant(office.deps, Call(DESK, version=asked.version), asked.id, Answer("限统计用途", today, date(2026, 3, 1)))
    granted = grant(office.deps, Call(DESK, version=asked.version), asked.id, Answer("限统计用途", today, today))

    assert [granted.is_in_force(on) for on in (date(2026, 3, 1), today, date(2026, 3, 3))] == [False, True, False]


def test_an_objection_to_a_number_that_is_not_there_is_refused(office: Office) -> None:
    office.sign(Partner.NBS)
    delivery = office.answered(Partner.NBS)

    with pytest.raises(Invalid):
        object_for(office.deps, Call(DESK), Doubt(delivery.id, "by_region", ("999999",), "contracts", "偏低"))
    with pytest.raises(Invalid):
        object_for(
            office.deps, Call(DESK), Doubt(office.of(Partner.SHARING).id, "by_region", ("110000",), "contracts", "未送")
        )
