"""One function per type of message that statistics take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

import structlog
from pymongo.client_session import ClientSession

from services.statistics.model.snapshots import Snapshot
from services.statistics.operations.facts import Told, take_facts
from services.statistics.operations.snapshots import take_closing
from services.statistics.ports.deps import Deps
from shared.contracts.filing import FACTS_CHANGED, PERIOD_FINALISED
from shared.messaging.effects import Bulk, Handler
from shared.messaging.envelope import Message

log = structlog.get_logger()


class Opens(Protocol):
    """Opens what filing sealed."""

    def facts(self, message: Message) -> Told:
        """Return what a filing counts with. Raises `ContractBroken`, errors of `shared.crypto`."""
        ...

    def controls(self, message: Message) -> Mapping[tuple[str, str], Decimal] | None:
        """Return the sums that a closing came with, None where it came with none. Raises as `facts`."""
        ...


def handlers(deps_within: Callable[[ClientSession], Deps], opens: Opens) -> Mapping[str, Handler | Bulk]:
    """Return the handler of each type; `deps_within` binds what the operations use to a transaction."""

    def on_facts_changed(session: ClientSession, messages: Sequence[Message]) -> None:
        fresh = take_facts(deps_within(session), [opens.facts(message) for message in messages])
        log.info("facts_taken", messages=len(messages), fresh=fresh)

    def on_period_finalised(session: ClientSession, message: Message) -> None:
        said = message.data
        closed = Snapshot(
            period=said["period"],
            version=1,
            closing_id=said["closing_id"],
            final_on=date.fromisoformat(said["final_on"]),
            counts=said["counts"],
            digest_of_filings=said["digest"],
            closed_at=message.time,
            unreadable=said.get("unreadable", {}),
            controls=opens.controls(message),
        )
        take_closing(deps_within(session), closed)
        log.info("period_final", closing_id=closed.closing_id, period=closed.period)

    return {FACTS_CHANGED.type: Bulk(on_facts_changed), PERIOD_FINALISED.type: on_period_finalised}
