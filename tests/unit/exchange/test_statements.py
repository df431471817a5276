"""Statements of days: frozen once, told to who can answer, held against the partner's own, signed by a person with a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.exchange.errors import Unreadable
from services.exchange.model.messages import Kind
from services.exchange.model.partners import Partner, RouteName
from services.exchange.model.statements import State, Statement
from services.exchange.operations.statements import ask_partner, draw_up_days, freeze_day, sign, take_statement
from services.exchange.policy import PARTNERS
from services.exchange.ports.journal import Arrival
from services.exchange.reconciling.differences import Fault
from services.exchange.reconciling.lines import Standing
from services.exchange.workflow import STATEMENT_STEPS
from shared.calls import Call
from shared.contracts.border import dump_content, load_content
from shared.contracts.statements import STATEMENT
from shared.contracts.statements import Statement as Told
from shared.errors import Conflict, Invalid, NotAllowed, StaleVersion
from shared.identity.actor import Actor, Role
from tests.support.exchange_desk import DESK, DeskDeps, make_deps
from tests.support.exchange_journal import make_crossing, receipt_for
from tests.support.filing_reminding import Running

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 16, 15, tzinfo=UTC)
BY_DIRECTORY = Call(PARTNERS[Partner.DIRECTORY])


def busy_day(answered: int = 3, unanswered: int = 0) -> DeskDeps:
    """Return an exchange that sent messages at noon and got receipts, at the night after."""
    deps = make_deps()
    for number in range(1, answered + unanswered + 1):
        sent = make_crossing(number)
        deps.journal.note(Arrival(sent), NOON)
        if number <= answered:
            deps.journal.note(Arrival(receipt_for(sent)[0]), NOON)
    deps.journal.link(NOON, 1000)
    deps.clock.moment = NIGHT
    return deps


def asked(deps: DeskDeps) -> Statement:
    """Freeze the statement of the day and tell the directory of it."""
    return ask_partner(deps, freeze_day(deps, Partner.DIRECTORY, DAY).id)


def answer(deps: DeskDeps, ours: Statement, **changes: Any) -> Statement:
    """Have the directory answer that it agrees, but for the changes."""
    counts = ours.sheet.counts
    values: dict[str, Any] = {
        "kind": "STATEMENT_ANSWERED",
        "message_id": "5" * 32,
        "statement": ours.message_id,
        "day": DAY.isoformat(),
        "digest": ours.digest,
        "agrees": True,
        "received": counts.sent,
        "received_digest": ours.sheet.sent_digest,
        "accepted": counts.accepted,
        "refused": counts.refused,
        "signed_at": NIGHT.isoformat(),
    }
    deps.border.receipts["token"] = dump_content(values | changes)
    return take_statement(deps, BY_DIRECTORY, Partner.DIRECTORY, "token")


def their_line(number: int, **changes: Any) -> dict[str, Any]:
    """Return a message as the directory got and accepted it."""
    sent = make_crossing(number)
    line = {"message_id": sent.message_id, "digest": sent.content, "outcome": "accepted"}
    return {**line, "received_at": NOON.isoformat(), **changes}


def test_a_day_is_frozen_from_the_journal_once() -> None:
    deps = busy_day(answered=2, unanswered=1)

    statement = freeze_day(deps, Partner.DIRECTORY, DAY)
    deps.journal.note(Arrival(receipt_for(make_crossing(3))[0]), NIGHT)
    deps.journal.link(NIGHT, 10)
    again = freeze_day(deps, Partner.DIRECTORY, DAY)

    counts = statement.sheet.counts
    assert (counts.sent, counts.accepted, counts.unanswered, statement.state) == (3, 2, 1, State.FROZEN)
    assert again == statement
    assert statement.sheet.frozen_at == "2026-03-02T16:15:00.000Z"


def test_an_answer_between_midnight_and_the_freezing_is_taken() -> None:
    deps = busy_day(answered=0, unanswered=1)
    deps.journal.note(Arrival(receipt_for(make_crossing(1))[0]), NIGHT)
    deps.journal.link(NIGHT - timedelta(minutes=5), 10)

    statement = freeze_day(deps, Partner.DIRECTORY, DAY)

    assert (statement.sheet.counts.accepted, statement.sheet.counts.received) == (1, 0)


def test_each_line_has_the_province_of_its_unit() -> None:
    deps = busy_day(answered=1)
    deps.statements.regions[make_crossing(1).message_id] = "330000"

    statement = freeze_day(deps, Partner.DIRECTORY, DAY)

    assert [line.region for line in deps.statements.lines(statement.id)] == ["330000"]
    assert ("region", "330000", 1) in [(group.by, group.key, group.count) for group in statement.sheet.groups]


def test_the_job_makes_up_for_missed_days_and_tells_every_partner() -> None:
    deps = busy_day(answered=1, unanswered=1)
    draw_up_days(deps, Running(NIGHT))

    run = Running(NIGHT + timedelta(days=2))
    draw_up_days(deps, run)

    days = [row.day for row in deps.statements.rows.values() if row.partner is Partner.DIRECTORY]
    states = {row.partner: row.state for row in deps.statements.rows.values()}
    last = deps.statements.get("directory-2026-03-04")
    assert days == [date(2026, 3, day) for day in (2, 3, 4)]
    assert states == dict.fromkeys(Partner, State.ASKED)
    assert (last.sheet.counts.carried, last.sheet.counts.unanswered) == (1, 1)
    assert run.counts == {"frozen": 6, "asked": 6}


def test_the_partner_is_told_by_a_message_of_the_ledger() -> None:
    deps = busy_day()

    statement = asked(deps)

    message = deps.messages.get(statement.message_id)
    told = load_content(Told(), deps.messages.secret_of(message).content)
    assert (message.route, message.kind) == (RouteName.DIRECTORY_STATEMENTS, Kind.STATEMENT)
    assert deps.told() == [STATEMENT.type]
    assert (told["digest"], told["sent"], told["sent_digest"]) == (statement.digest, 3, statement.sheet.sent_digest)
    assert ask_partner(deps, statement.id) == statement


def test_a_partner_who_finds_the_same_agrees() -> None:
    deps = busy_day()

    statement = answer(deps, asked(deps))

    assert (statement.state, statement.differences) == (State.AGREED, 0)
    assert statement.answer is not None
    assert statement.answer.agrees
    assert deps.statements.told == []


def test_a_partner_who_lacks_a_message_differs_and_the_desk_is_told() -> None:
    deps = busy_day()
    lines = [their_line(1), their_line(3)]

    statement = answer(deps, asked(deps), agrees=False, received=2, received_digest="0" * 64, lines=lines)

    named = deps.statements.named[statement.id]
    assert (statement.state, statement.differences) == (State.DIFFERING, 1)
    assert [(each.subject, each.fault) for each in named] == [(make_crossing(2).message_id, Fault.MISSING_THERE)]
    assert [event.data["occasion"] for event in deps.statements.told] == ["exchange.statement_differs"]


def test_a_message_that_came_there_after_midnight_is_no_difference() -> None:
    deps = busy_day()
    late = their_line(2, received_at=(NIGHT + timedelta(minutes=1)).isoformat())

    statement = answer(
        deps,
        asked(deps),
        agrees=False,
        received=2,
        received_digest="0" * 64,
        lines=[their_line(1), late, their_line(3)],
    )

    assert (statement.state, statement.differences) == (State.AGREED, 0)


def test_a_message_that_was_never_ours_is_named() -> None:
    deps = busy_day(answered=1)

    statement = answer(
        deps, asked(deps), agrees=False, received=2, received_digest="0" * 64, lines=[their_line(1), their_line(9)]
    )

    assert [each.fault for each in deps.statements.named[statement.id]] == [Fault.UNKNOWN_HERE]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"day": "2026-03-09"}, "unknown_statement"),
        ({"statement": "8" * 32}, "unknown_statement"),
        ({"digest": "8" * 64}, "digest_mismatch"),
    ],
)
def test_an_answer_to_another_statement_is_not_taken(changes: dict[str, str], code: str) -> None:
    deps = busy_day()
    statement = asked(deps)

    with pytest.raises(Unreadable) as caught:
        answer(deps, statement, **changes)

    assert caught.value.code == code
    assert deps.statements.get(statement.id) == statement


def test_a_second_answer_changes_nothing() -> None:
    deps = busy_day()
    first = answer(deps, asked(deps))

    assert answer(deps, first, agrees=False, received=0) == first


def test_a_person_of_the_desk_signs_with_name_and_moment() -> None:
    deps = busy_day()
    statement = answer(deps, asked(deps))

    signed = sign(deps, Call(DESK, version=statement.version), statement.id, "李明", "")

    assert signed.signature is not None
    assert (signed.signature.name, signed.signature.at, signed.signature.account_id) == ("李明", NIGHT, DESK.account_id)
    assert signed.state is State.AGREED
    assert signed.digest == statement.digest
    with pytest.raises(Conflict):
        sign(deps, Call(DESK, version=signed.version), statement.id, "王芳", "")


def test_what_the_partner_does_not_confirm_is_signed_with_a_remark_only() -> None:
    deps = busy_day()
    waiting = asked(deps)
    call = Call(DESK, version=waiting.version)

    with pytest.raises(Invalid):
        sign(deps, call, waiting.id, "李明", "")
    signed = sign(deps, call, waiting.id, "李明", "对方检修，已电话核对")

    assert signed.signature is not None


@pytest.mark.parametrize(
    ("actor", "version", "error"),
    [
        (Actor("9" * 32, Role.SHARING_DESK), 1, NotAllowed),
        (Actor("f" * 32, Role.AUDITOR), 1, NotAllowed),
        (PARTNERS[Partner.DIRECTORY], 1, NotAllowed),
        (DESK, 2, StaleVersion),
    ],
)
def test_nobody_else_signs_and_nobody_an_older_version(actor: Actor, version: int, error: type[Exception]) -> None:
    deps = busy_day()
    statement = freeze_day(deps, Partner.DIRECTORY, DAY)

    with pytest.raises(error):
        sign(deps, Call(actor, version=version), statement.id, "李明", "")


def test_each_state_of_a_statement_can_be_reached() -> None:
    reached = {step.target for step in STATEMENT_STEPS} | {State.FROZEN}

    assert reached == set(State)


def test_what_is_carried_stands_open_until_it_is_answered() -> None:
    deps = busy_day(answered=0, unanswered=2)
    freeze_day(deps, Partner.DIRECTORY, DAY)
    deps.journal.note(Arrival(receipt_for(make_crossing(1))[0]), NIGHT)
    deps.journal.link(NIGHT + timedelta(hours=1), 10)

    second = freeze_day(deps, Partner.DIRECTORY, DAY + timedelta(days=1))
    third = freeze_day(deps, Partner.DIRECTORY, DAY + timedelta(days=2))

    assert [line.standing for line in deps.statements.lines(second.id)] == [Standing.ACCEPTED, Standing.UNANSWERED]
    assert [line.message_id for line in deps.statements.lines(third.id)] == [make_crossing(2).message_id]
    assert replace(second, version=1) == second
