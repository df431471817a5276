"""What messages say is removed once its time is over; what was sent, when, and what was answered stays (F17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from services.exchange.model.messages import KINDS_OF, Action, Entry, LogEntry, Message
from services.exchange.model.partners import STATUTORY_DAYS, RouteName
from services.exchange.operations.changes import stepped
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.errors import StaleVersion
from shared.scheduling.jobs import Progress

AT_ONCE = 200


def remove_old_bodies(deps: Deps, progress: Progress) -> None:
    """Remove what messages say that were answered longer ago than their route keeps it.

    Actor: the exchange. From: accepted, refused. To: the same. Events: none. Never while a message is unanswered, and
    never that of the last one of a unit: the next one builds on it.
    """
    call = Call(EXCHANGE)
    for route in KINDS_OF:
        days = max(deps.controls.get(route).figures.retention_days, STATUTORY_DAYS)
        before = progress.slot - timedelta(days=days)
        after: tuple[datetime, str] | None = None
        while found := deps.messages.list_answered(route, before, after, AT_ONCE):
            for message in found:
                if not _is_built_on(deps, message):
                    progress.counts["removed"] = progress.counts.get("removed", 0) + _removed(deps, call, message)
            last = found[-1]
            after = (last.answered_at or before, last.id)
            progress.note(f"{route} {last.id}")


def _removed(deps: Deps, call: Call, message: Message) -> int:
    at = deps.clock.now()
    entry = LogEntry(at, Entry.BODY_REMOVED, message.attempts)
    try:
        deps.messages.remove_body(
            replace(stepped(message, call, Action.REMOVE_BODY, at, entry), body_removed_at=at), call
        )
    except StaleVersion:  # something else happens to it; the next run looks again
        return 0
    return 1


def _is_built_on(deps: Deps, message: Message) -> bool:
    is_on_unit = message.route is RouteName.DIRECTORY_CHANGES
    return is_on_unit and message.sequence == deps.messages.last_sequence(message.route, message.party)
