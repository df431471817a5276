"""The one way to change a message: step by the table, note it in log and history, save in one write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.exchange.model.messages import Action, Entry, LogEntry, Message, Outcome, Secret
from services.exchange.model.partners import RouteName
from services.exchange.operations.contents import CONTRACT_OF
from services.exchange.operations.embargo import refuse_early
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Outgoing
from services.exchange.workflow import step_for
from shared.calls import Call
from shared.contracts import Contract
from shared.contracts.exchange import UNIT_SENT


def stepped(message: Message, call: Call, action: Action, at: datetime, *entries: LogEntry) -> Message:
    """Return the message one step further. Raises `Conflict`, `NotAllowed`."""
    step = step_for(message, action, call.actor)
    entry = call.entry(at, action, message.state, step.target)
    return replace(
        message,
        state=step.target,
        updated_at=at,
        log=(*message.log, *entries),
        history=(*message.history, entry),
    )


def queued(message: Message, at: datetime, entry: Entry) -> Message:
    """Return the message as it is on its way once more; what the last attempt brought is forgotten."""
    attempt = message.attempts + 1
    return replace(
        message,
        attempts=attempt,
        waits=False,
        sent_at=None,
        answered_at=None,
        reason_code="",
        receipt=None,
        log=(*message.log, LogEntry(at, entry, attempt)),
    )


def sending(deps: Deps, message: Message, secret: Secret, at: datetime) -> Sequence[Outgoing]:
    """Return what leaves with an attempt: the content signed by us and readable by the partner, and the news of it.

    It crosses the border as soon as it is entered in the journal; on a route of files by `dropping.lay_down`.
    """
    refuse_early(message.route, message.final_on, at)
    type_ = CONTRACT_OF[message.kind].type
    sealed = deps.border.seal(secret.content, type_, message.partner)
    over_the_border = Outgoing(type_, {"sealed": sealed, "attempt": message.attempts}, message.partner)
    return (over_the_border, *told(UNIT_SENT, message, at))


def told(contract: Contract, message: Message, at: datetime, outcome: Outcome | None = None) -> tuple[Outgoing, ...]:
    """Return a fact about the message, ids and codes only; none on other routes than that of changes of units."""
    if message.route is not RouteName.DIRECTORY_CHANGES:
        return ()
    data: dict[str, object] = {
        "message_id": message.id,
        "registration_id": message.registration_id,
        "filing_id": message.filing_id,
        "unit_id": message.unit_id,
        "division": message.division,
        "outcome": outcome.value if outcome else "",
        "reason_code": message.reason_code,
        "kind": message.kind.value,
        "revision": message.revision,
        "attempt": message.attempts,
        "digest": message.digest,
        "at": at.isoformat(),
    }
    return (Outgoing(contract.type, data),)
