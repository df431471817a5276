"""From an approval to a message on its way, step by step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.exchange.errors import Unreadable
from services.exchange.model.messages import Entry, Secret, State
from services.exchange.model.partners import Partner
from services.exchange.operations.sending import (
    confirm_sent,
    message_id_of,
    note_failure,
    resend_by_hand,
    send_fact,
    send_overdue,
    send_waiting,
)
from shared.calls import Call
from shared.contracts import all_contracts
from shared.contracts.border import KIND_BY_NAME, KINDS, UNIT_NEW, Receipt, digest_of, load_content
from shared.contracts.exchange import UNIT_SENT, UNIT_UNANSWERED
from shared.errors import Conflict, KeyReused, NotAllowed, NotFound, StaleVersion, VersionRequired
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from tests.support.exchange import make_record
from tests.support.exchange_desk import (
    BY_ITSELF,
    DESK,
    EVENT,
    REGISTRATION,
    UNIT,
    WAIT,
    make_approval,
    make_deps,
    make_message,
)

CORRELATION = "c" * 32
CONTENTS = {**{kind.name.lower(): kind.content for kind in KINDS}, "receipt": Receipt()}


def test_an_approval_becomes_a_message_for_the_directory_and_news_for_registration() -> None:
    deps = make_deps()

    message = send_fact(deps, BY_ITSELF, make_approval())

    content = deps.messages.secret_of(message).content
    assert (message.state, message.sequence, message.attempts) == (State.PENDING, 1, 1)
    assert message.digest == digest_of(content)
    assert deps.told() == [UNIT_NEW.type, UNIT_SENT.type]
    assert [event.partner for _, event in deps.messages.outbox] == [Partner.DIRECTORY, None]
    assert UNIT_SENT.load(deps.messages.outbox[1][1].data)["attempt"] == 1


def test_the_content_is_what_the_contract_says_with_amounts_and_dates_as_text() -> None:
    deps = make_deps()

    message = send_fact(deps, BY_ITSELF, make_approval())

    content = load_content(KIND_BY_NAME["UNIT_NEW"].content, deps.messages.secret_of(message).content)
    unit: Any = content["unit"]
    assert (content["kind"], content["sequence"], content["effective_date"]) == ("UNIT_NEW", 1, "2026-03-01")
    assert (unit["registered_capital"], unit["opened_on"]) == ("1000.50", "2020-01-02")


def test_the_same_approval_again_changes_nothing() -> None:
    deps = make_deps()
    first = send_fact(deps, BY_ITSELF, make_approval())

    again = send_fact(deps, BY_ITSELF, make_approval())

    assert again == first
    assert len(deps.messages.outbox) == 2


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({}, "record_unfit"),
        ({"unit": "text"}, "record_unfit"),
        ({"unit": {"unit_id": UNIT}}, "record_unfit"),
        ({"effective_date": None}, "record_unfit"),
        (make_record("9" * 32, REGISTRATION), "record_of_another"),
        (make_record(UNIT, "9" * 32), "record_of_another"),
    ],
)
def test_a_record_that_does_not_fit_is_not_sent(record: dict[str, Any], code: str) -> None:
    deps = make_deps()
    deps.border.records["record"] = {**make_record(UNIT, REGISTRATION), **record} if record else {}

    with pytest.raises(Unreadable) as caught:
        send_fact(deps, BY_ITSELF, make_approval())

    assert caught.value.code == code
    assert deps.messages.rows == {}


def test_a_failure_is_seen_once_in_the_ledger_and_mended_when_the_approval_comes_again() -> None:
    deps = make_deps()
    for _ in range(2):
        note_failure(deps, BY_ITSELF, make_approval(), "cannot_decrypt")
    failed = deps.messages.get(message_id_of(EVENT))

    message = send_fact(deps, BY_ITSELF, make_approval())

    assert (failed.state, failed.sequence, [entry.code for entry in failed.log]) == (
        State.FAILED,
        None,
        ["cannot_decrypt"],
    )
    assert (message.state, message.sequence, message.reason_code) == (State.PENDING, 1, "")
    assert deps.told() == [UNIT_NEW.type, UNIT_SENT.type]


@pytest.mark.parametrize(
    ("before", "goes"),
    [
        (State.PENDING, False),
        (State.SENT, False),
        (State.UNANSWERED, False),
        (State.ACCEPTED, True),
        (State.REFUSED, True),
    ],
)
def test_a_message_waits_for_the_answer_to_the_one_before(before: State, goes: bool) -> None:
    deps = make_deps(make_message(state=before))

    message = send_fact(deps, BY_ITSELF, make_approval())

    assert (message.sequence, message.attempts) == (2, 1 if goes else 0)
    assert deps.told() == ([UNIT_NEW.type, UNIT_SENT.type] if goes else [])


def test_a_waiting_message_goes_once_the_one_before_is_answered() -> None:
    first = make_message()
    deps = make_deps(first)
    second = send_fact(deps, BY_ITSELF, make_approval())
    send_waiting(deps, CORRELATION)
    held = deps.told()
    deps.messages.rows[first.id] = replace(first, state=State.REFUSED)

    send_waiting(deps, CORRELATION)

    assert held == []
    assert deps.messages.get(second.id).attempts == 1
    assert deps.told() == [UNIT_NEW.type, UNIT_SENT.type]


def test_the_wait_for_a_receipt_begins_when_the_broker_has_the_message() -> None:
    deps = make_deps(make_message(state=State.PENDING, sent_at=None))
    deps.messages.unconfirmed.add("4" * 32)
    deps.clock.advance(2 * WAIT)
    unconfirmed = confirm_sent(deps, CORRELATION)
    deps.messages.unconfirmed.clear()

    confirm_sent(deps, CORRELATION)

    message = deps.messages.get("4" * 32)
    assert unconfirmed == 0
    assert (message.state, message.sent_at) == (State.SENT, deps.clock.now())
    assert send_overdue(deps, CORRELATION) == 0


def test_a_message_without_receipt_is_sent_again_as_it_was_until_the_last_attempt() -> None:
    deps = make_deps(make_message(), attempts=2)
    deps.clock.advance(WAIT + timedelta(seconds=1))
    send_overdue(deps, CORRELATION)
    again = deps.messages.get("4" * 32)
    confirm_sent(deps, CORRELATION)
    deps.clock.advance(WAIT + timedelta(seconds=1))

    send_overdue(deps, CORRELATION)

    message = deps.messages.get("4" * 32)
    assert (again.state, again.attempts, again.digest) == (State.PENDING, 2, digest_of(b"content"))
    assert deps.messages.outbox[0][1].data == {"sealed": f"sealed:{digest_of(b'content')}", "attempt": 2}
    assert (message.state, message.attempts) == (State.UNANSWERED, 2)
    assert deps.told() == [UNIT_NEW.type, UNIT_SENT.type, UNIT_UNANSWERED.type]


def test_a_message_that_is_not_overdue_is_left_alone() -> None:
    deps = make_deps(make_message())
    deps.clock.advance(WAIT)

    count = send_overdue(deps, CORRELATION)

    assert count == 0


def test_a_message_that_changed_meanwhile_does_not_hold_up_the_others() -> None:
    stale, other = make_message(version=7), make_message(id="5" * 32, sequence=2)
    deps = make_deps(stale, other)
    deps.clock.advance(2 * WAIT)
    seen = list(deps.messages.rows.values())
    deps.messages.list_overdue = lambda *_: seen  # type: ignore[method-assign]
    deps.messages.rows[stale.id] = replace(stale, version=8)

    send_overdue(deps, CORRELATION)

    assert deps.messages.get(stale.id).attempts == 1
    assert deps.messages.get(other.id).attempts == 2


def test_a_person_sends_again_with_a_reason_that_is_kept_sealed() -> None:
    secret = Secret(b"content", "D1")
    deps = make_deps(make_message(state=State.UNANSWERED, attempts=3), secret=secret)
    call = Call(DESK, CORRELATION, version=1)

    message = resend_by_hand(deps, call, "4" * 32, "已核实")

    kept = deps.messages.secret_of(message)
    assert (message.state, message.attempts, message.log[-1].event) == (State.PENDING, 4, Entry.RESENT)
    assert [(each.by, each.reason) for each in kept.resendings] == [(DESK.account_id, "已核实")]
    assert "已核实" not in repr(message)
    assert deps.told() == [UNIT_NEW.type, UNIT_SENT.type]


def test_the_same_request_of_a_person_is_carried_out_once() -> None:
    deps = make_deps(make_message(state=State.REFUSED))
    call = Call(DESK, CORRELATION, 1, RequestKey("k", "d"))
    first = resend_by_hand(deps, call, "4" * 32, "已核实")

    again = resend_by_hand(deps, call, "4" * 32, "已核实")
    with pytest.raises(KeyReused):
        resend_by_hand(deps, replace(call, request=RequestKey("k", "other")), "4" * 32, "另一")

    assert again == first
    assert again.attempts == 2


@pytest.mark.parametrize(
    ("state", "actor", "version", "error"),
    [
        (State.REFUSED, DESK, None, VersionRequired),
        (State.REFUSED, DESK, 2, StaleVersion),
        (State.REFUSED, Actor("e" * 32, Role.MINISTRY), 1, NotAllowed),
        (State.SENT, DESK, 1, Conflict),
        (State.ACCEPTED, DESK, 1, Conflict),
        (State.FAILED, DESK, 1, Conflict),
    ],
)
def test_a_resending_that_may_not_be_changes_nothing(
    state: State, actor: Actor, version: int | None, error: type[Exception]
) -> None:
    deps = make_deps(make_message(state=state))

    with pytest.raises(error):
        resend_by_hand(deps, Call(actor, CORRELATION, version), "4" * 32, "已核实")

    assert deps.messages.outbox == []


def test_a_message_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        resend_by_hand(make_deps(), Call(DESK, CORRELATION, 1), "4" * 32, "已核实")


@pytest.mark.parametrize("name", sorted(CONTENTS))
def test_the_samples_of_what_crosses_the_border_are_as_the_contracts_say(name: str) -> None:
    contract = all_contracts()[f"tongbao.border.{name}.v1"]
    sample = contract.sample_path.parent / "contents" / contract.sample_path.name

    loaded = load_content(CONTENTS[name], sample.read_bytes())

    sent = orjson.loads(sample.read_bytes())
    assert loaded.keys() - {"attempt"} == sent.keys()
    assert sent.get("kind", name.upper()) == name.upper()
