"""Sends what is told of the simulated country over the broker, as filing sends it: sealed for statistics, confirmed by the broker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from services.sandbox.country.firms import identifier
from services.sandbox.country.telling import EDITION, Filed
from shared.clock import Clock
from shared.contracts.filing import FACTS_CHANGED, OWNER, PERIOD_FINALISED
from shared.messaging.envelope import encode
from shared.messaging.events import EventMaker, Outgoing
from shared.messaging.outgoing import Outcome
from shared.messaging.outgoing import Outgoing as Leaving
from shared.messaging.publisher import Publisher
from shared.messaging.topology import EVENTS

READER = "statistics"
BATCH = 500

Totals = Mapping[str, object]


class NotSent(Exception):
    """The broker did not confirm a message; the argument says what it did."""


@dataclass(frozen=True)
class Sender:
    """Seals with the public keys of the readers and publishes."""

    maker: EventMaker
    publisher: Publisher
    clock: Clock

    def tell(self, filed: Iterable[Filed]) -> int:
        """Send what filings count with, in their order; return how many messages that were. Raises `NotSent`."""
        return self._send((each.filing_id, _facts(each)) for each in filed)

    def close(self, period: str, counts: Mapping[str, int], totals: Sequence[Totals], final_on: date) -> None:
        """Say that a period was closed with so many filings of each form, and what they come to. Raises `NotSent`."""
        closing = identifier("closing", period)
        data = {
            "closing_id": closing,
            "period": period,
            "final_on": final_on.isoformat(),
            "rows": sum(counts.values()),
            "left_out": 0,
            "counts": dict(counts),
            "digest": hashlib.sha256(closing.encode()).hexdigest(),
        }
        self._send([(closing, Outgoing(PERIOD_FINALISED.type, data, READER, {"totals": list(totals)}))])

    def _send(self, told: Iterable[tuple[str, Outgoing]]) -> int:
        sent, leaving = 0, self._messages(told)
        while messages := list(islice(leaving, BATCH)):
            outcomes = set(self.publisher.publish(messages)) - {Outcome.CONFIRMED}
            if outcomes:
                raise NotSent(", ".join(sorted(each.value for each in outcomes)))
            sent += len(messages)
        return sent

    def _messages(self, told: Iterable[tuple[str, Outgoing]]) -> Iterator[Leaving]:
        for subject, outgoing in told:
            event = self.maker.event(outgoing, subject, self.clock.now(), subject)
            yield Leaving(EVENTS, event.type, encode(event, OWNER), event.id)


def _facts(filed: Filed) -> Outgoing:
    data = {
        "filing_id": filed.filing_id,
        "unit_id": filed.unit_id,
        "division": filed.path[0],
        "form": filed.form,
        "edition": EDITION,
        "period": filed.period,
        "revision": filed.version,
        "version": filed.version,
    }
    layers = {layer.value: [dict(line) for line in lines] for layer, lines in filed.layers.items()}
    return Outgoing(FACTS_CHANGED.type, data, READER, {"path": list(filed.path), "layers": layers})
