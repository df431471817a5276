"""Statements (对账单): drawn up and frozen when a day is over, told to the partner, held against its own, signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import cast

import structlog

from services.exchange.errors import Unreadable
from services.exchange.journal.anchors import end_of
from services.exchange.journal.entries import moment_text
from services.exchange.model.messages import Kind
from services.exchange.model.partners import PARTNER_TITLES, STATEMENTS, Partner
from services.exchange.model.statements import Action, Answer, Signature, State, Statement, statement_id
from services.exchange.operations.anchoring import ONE_DAY
from services.exchange.operations.control_totals import totals_of_message
from services.exchange.operations.sending import Draft, message_id_of, post
from services.exchange.policy import EXCHANGE, KEEPER_OF
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Outgoing
from services.exchange.reconciling.differences import Difference, TheirLine, differences, differing_totals
from services.exchange.reconciling.lines import Drawn, Line, Standing, drawn
from services.exchange.reconciling.sheets import By, Group, Span, sheet_of
from services.exchange.workflow import open_statement_actions, statement_step_for
from shared.calls import Call
from shared.contracts import border, statements
from shared.contracts.notification import NOTICE_DUE, Notice, in_role
from shared.errors import Invalid, NotFound, Problem
from shared.history import was_done
from shared.scheduling.jobs import Progress, day_of

OPEN = frozenset({Standing.UNANSWERED, Standing.DIFFERING})
"""Standings that are carried to the next day."""

SHOWN_DIFFERENCES = 500
"""Differences that are shown at once; the workbook has all of them."""

_AT_ONCE = 1000

log = structlog.get_logger()


def draw_up_days(deps: Deps, progress: Progress) -> None:
    """Freeze the statement of each partner for each day that is over and has none, and tell the partners of theirs."""
    until = day_of(progress) - ONE_DAY
    for partner in Partner:
        last = deps.statements.last_before(partner)
        day = last.day + ONE_DAY if last else until
        while day <= until:
            statement = freeze_day(deps, partner, day)
            progress.counts["frozen"] = progress.counts.get("frozen", 0) + 1
            if statement.state is State.FROZEN:
                ask_partner(deps, statement.id)
                progress.counts["asked"] = progress.counts.get("asked", 0) + 1
            progress.note(statement.id)
            day += ONE_DAY


def freeze_day(deps: Deps, partner: Partner, day: date) -> Statement:
    """Freeze the statement of a day that is over, drawn up from the journal.

    Actor: the exchange. From: nothing. To: frozen. Events: none. Safe to run twice: what is frozen stays as it is.
    """
    at, id = deps.clock.now(), statement_id(partner, day)
    try:
        return deps.statements.get(id)
    except NotFound:
        pass
    since, until = end_of(day - ONE_DAY), end_of(day)
    first = deps.journal.head_before(partner, since).number + 1
    last = deps.journal.head_before(partner, until).number
    cut = next(chain.head.number for chain in deps.journal.chains() if chain.partner is partner)
    before = deps.statements.last_before(partner, day)
    found = drawn(
        (entry for entry, _ in deps.journal.follow(partner, first, last)),
        (entry for entry, _ in deps.journal.follow(partner, last + 1, cut)),
        deps.statements.lines(before.id, OPEN) if before else (),
    )
    _complete(deps, found)
    moments = moment_text(since), moment_text(until), moment_text(at)
    sheet = sheet_of(Span(partner.value, day.isoformat(), *moments, first, last, cut), found)
    call = Call(EXCHANGE)
    act = call.entry(at, Action.FREEZE, None, State.FROZEN)
    statement = Statement(id, 1, partner, day, sheet, State.FROZEN, at, at, history=(act,))
    lines = sorted(found.lines.values(), key=lambda line: line.message_id)
    return deps.statements.freeze(statement, call, lines)


def ask_partner(deps: Deps, id: str) -> Statement:
    """Tell the partner of a frozen statement, which answers with its own.

    Actor: the exchange. From: frozen. To: asked. Events: the message over the border.
    """

    def work(within: Deps) -> Statement:
        statement = within.statements.get(id)
        if statement.state is not State.FROZEN:
            return statement
        at, call = within.clock.now(), Call(EXCHANGE)
        draft = Draft(
            id=message_id_of(statement.id, Kind.STATEMENT),
            route=STATEMENTS[statement.partner],
            kind=Kind.STATEMENT,
            party=f"statement-{statement.id}",
            content=lambda _: _content(statement),
            period=statement.day.isoformat()[:7],
        )
        message = post(within, call, draft)
        asked = replace(_stepped(statement, call, Action.ASK, at), message_id=message.id)
        return within.statements.save(asked, call)

    return deps.together(work)


def take_statement(deps: Deps, call: Call, partner: Partner, token: str) -> Statement:
    """Take the partner's own statement, signed by it, and name where it differs from ours.

    Actor: the partner. From: asked. To: agreed, or differing. Events: a notice to the desk where they differ. One that
    differs only by what was under way at midnight agrees line by line. A later answer changes nothing. Raises
    `Unreadable`.
    """
    type_ = statements.STATEMENT_ANSWERED.type
    signed = deps.border.open_receipt(token, type_, partner)
    found = border.load_content(statements.StatementAnswered(), signed)
    id = statement_id(partner, date.fromisoformat(cast(str, found["day"])))
    try:
        statement = deps.statements.get(id)
    except NotFound:
        raise Unreadable("unknown_statement") from None
    if found["statement"] != statement.message_id:
        raise Unreadable("unknown_statement")
    if found["digest"] != statement.digest:
        raise Unreadable("digest_mismatch")
    if statement.state is not State.ASKED:
        return statement
    named = tuple(_differences(deps, statement, found))
    at = deps.clock.now()
    agrees = not named and bool(found["agrees"] or found["is_whole"])
    action = Action.TAKE_AGREEMENT if agrees else Action.TAKE_DIFFERENCES
    answer = Answer(
        agrees=agrees,
        received=cast(int, found["received"]),
        received_digest=cast(str, found["received_digest"]),
        accepted=cast(int, found["accepted"]),
        refused=cast(int, found["refused"]),
        is_whole=cast(bool, found["is_whole"]),
        signed_at=cast(datetime, found["signed_at"]),
        taken_at=at,
        digest=border.digest_of(signed),
    )
    answered = replace(_stepped(statement, call, action, at), answer=answer, differences=len(named))
    return deps.statements.save(answered, call, named, () if agrees else (_notice(deps, answered),))


def sign(deps: Deps, call: Call, id: str, name: str, remark: str) -> Statement:
    """Sign a statement on our side, with a remark where the partner does not agree, or has not answered.

    Actor: a person of the desk that keeps the partner's routes. From: any state, but once. To: the same. Events: none. Raises `NotFound`, `KeyReused`, `VersionRequired`, `StaleVersion`,
    `Conflict`, `NotAllowed`, `Invalid`.
    """
    statement = deps.statements.get(id)
    if was_done(statement.history, call.request):
        return statement
    call.check_version(statement.version)
    at = deps.clock.now()
    changed = _stepped(statement, call, Action.SIGN, at)
    if statement.state in (State.ASKED, State.DIFFERING) and not remark:
        raise Invalid([Problem("/remark", "required", "对方尚未一致确认，请说明差异或未回复的原因和处理办法。")])
    signature = Signature(at, call.actor.account_id, name, remark)
    return deps.statements.save(replace(changed, signature=signature), call)


@dataclass(frozen=True)
class StatementView:
    """A statement as one actor sees it."""

    statement: Statement
    open_actions: tuple[Action, ...]


def read(deps: Deps, call: Call, id: str) -> StatementView:
    """Return a statement as the actor sees it. Raises `NotFound`."""
    return view_of(call, deps.statements.get(id))


def view_of(call: Call, statement: Statement) -> StatementView:
    """Return what the actor sees of a statement."""
    return StatementView(statement, open_statement_actions(statement, call.actor))


def list_newest(deps: Deps, partner: Partner | None, cursor: str, limit: int) -> tuple[Sequence[Statement], str]:
    """Return a page of statements, the newest day first, and the next cursor. Raises `Malformed`."""
    return deps.statements.list_newest(partner, cursor, limit)


def list_lines(deps: Deps, id: str, standing: Standing | None, cursor: str, limit: int) -> tuple[Sequence[Line], str]:
    """Return a page of the lines of a statement, and the next cursor. Raises `NotFound`, `Malformed`."""
    return deps.statements.list_lines(deps.statements.get(id).id, standing, cursor, limit)


def list_differences(deps: Deps, id: str) -> Sequence[Difference]:
    """Return the differences of a statement, as many as are shown at once. Raises `NotFound`."""
    return deps.statements.list_differences(deps.statements.get(id).id, SHOWN_DIFFERENCES)


def export(deps: Deps, call: Call, id: str) -> tuple[Statement, Iterator[Line], Sequence[Difference]]:
    """Return all of a statement for a workbook; who took it is recorded first. Raises `NotFound`."""
    statement = deps.statements.get(id)
    deps.reads.record(call, "export_statement", id)
    return statement, deps.statements.lines(id), deps.statements.list_differences(id, statement.differences + 1)


def _stepped(statement: Statement, call: Call, action: Action, at: datetime) -> Statement:
    step = statement_step_for(statement, action, call.actor)
    entry = call.entry(at, action, statement.state, step.target)
    return replace(statement, state=step.target, updated_at=at, history=(*statement.history, entry))


def _complete(deps: Deps, found: Drawn) -> None:
    """Add to the lines what the journal does not hold: the province of the unit, the control totals of statistics."""
    ids = iter(list(found.lines))
    while batch := list(islice(ids, _AT_ONCE)):
        regions = deps.statements.regions_of(batch)
        for message_id in batch:
            line = found.lines[message_id]
            totals = line.totals or totals_of_message(deps, line)
            found.lines[message_id] = replace(line, region=regions.get(message_id, ""), totals=totals)


def _content(statement: Statement) -> bytes:
    sheet, counts = statement.sheet, statement.sheet.counts
    return border.dump_content(
        {
            "kind": statements.KIND,
            "message_id": message_id_of(statement.id, Kind.STATEMENT),
            "day": statement.day.isoformat(),
            "since": sheet.since,
            "until": sheet.until,
            "digest": statement.digest,
            "sent": counts.sent,
            "sent_digest": sheet.sent_digest,
            "accepted": counts.accepted,
            "refused": counts.refused,
            "unanswered": counts.unanswered,
            "groups": [
                {"by": group.by.value, "key": group.key, "count": group.count, "total": group.total}
                for group in sheet.groups
            ],
        }
    )


def _differences(deps: Deps, statement: Statement, found: Mapping[str, object]) -> Iterator[Difference]:
    """Yield how the two differ: by their lines, which come only where the partner does not agree, and by their totals."""
    if not (found["agrees"] and found["received_digest"] == statement.sheet.sent_digest):
        lines = cast(Sequence[Mapping[str, object]], found["lines"])
        theirs = {line.message_id: line for line in (_their_line(statement, each) for each in lines)}
        neighbours = _known_otherwise(deps, statement, theirs)
        yield from differences(deps.statements.lines(statement.id), theirs, neighbours)
    groups = cast(Sequence[Mapping[str, object]], found["groups"])
    stated = [
        Group(By(str(each["by"])), str(each["key"]), cast(int, each["count"]), str(each["total"]))
        for each in groups
        if each["by"] in set(By)
    ]
    yield from differing_totals(statement.sheet.groups, stated)


def _their_line(statement: Statement, line: Mapping[str, object]) -> TheirLine:
    at = cast(datetime, line["received_at"])
    since, until = end_of(statement.day - ONE_DAY), end_of(statement.day)
    return TheirLine(
        str(line["message_id"]), str(line["digest"]), str(line["outcome"]), moment_text(at), since <= at < until
    )


def _known_otherwise(deps: Deps, statement: Statement, theirs: Mapping[str, TheirLine]) -> frozenset[str]:
    """Return which of their messages we sent on the day before or after."""
    sides = (end_of(statement.day - 2 * ONE_DAY), end_of(statement.day + ONE_DAY))
    first, last = (deps.journal.head_before(statement.partner, moment).number for moment in sides)
    entries = deps.journal.follow(statement.partner, first + 1, last)
    return frozenset(entry.message_id for entry, _ in entries if entry.message_id in theirs)


def _notice(deps: Deps, statement: Statement) -> Outgoing:
    notice = Notice(
        occasion="exchange.statement_differs",
        once=statement.id,
        to=in_role(KEEPER_OF[statement.partner], None),
        values={
            "partner": PARTNER_TITLES[statement.partner],
            "day": statement.day.isoformat(),
            "count": str(statement.differences),
        },
        link=f"/statements/{statement.id}",
    )
    return Outgoing(NOTICE_DUE["exchange"].type, deps.border.seal_notice(notice))


def age_of(line: Line, at: datetime) -> timedelta:
    """Return for how long a line was not answered when it was looked at."""
    return at - datetime.fromisoformat(line.sent_at)
