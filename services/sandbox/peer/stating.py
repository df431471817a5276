"""A stand-in's own statement (对账单) of a day, drawn up from what it keeps itself, and signed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import cast

from services.sandbox.peer.store import Store
from shared.contracts.border import PING, digest_of
from shared.contracts.statements import ANSWER_KIND, MOST_LINES, STATEMENT
from shared.ids import new_id

TOTALS = "totals"
"""Under which name is kept what the cells of a message come to, where it carries statistics."""

SLACK = timedelta(hours=1)
"""How far around the day its lines tell of what came, for what was under way at midnight."""

NO_BUSINESS = (PING.type, STATEMENT.type)


@dataclass(frozen=True)
class Arrival:
    """A message as it came first, and how it was answered last."""

    message_id: str
    type: str
    digest: str
    region: str
    received_at: datetime
    outcome: str


def answer_to(store: Store, stated: Mapping[str, object], now: datetime) -> dict[str, object]:
    """Return our statement of the day that theirs is of; it has lines only where the two don't agree."""
    since, until = cast(datetime, stated["since"]), cast(datetime, stated["until"])
    around = arrivals_between(store, since - SLACK, until + SLACK)
    mine = [each for each in around if since <= each.received_at < until]
    outcomes = Counter(each.outcome for each in mine)
    received_digest = _digest(mine)
    theirs = (stated["sent"], stated["sent_digest"], stated["accepted"], stated["refused"])
    agrees = (len(mine), received_digest, outcomes["accepted"], outcomes["refused"]) == theirs
    lines = [] if agrees else around[:MOST_LINES]
    return {
        "kind": ANSWER_KIND,
        "message_id": new_id(),
        "statement": stated["message_id"],
        "day": stated["day"],
        "digest": stated["digest"],
        "agrees": agrees,
        "received": len(mine),
        "received_digest": received_digest,
        "accepted": outcomes["accepted"],
        "refused": outcomes["refused"],
        "groups": [*_groups(mine), *_sums(store, mine)],
        "lines": [
            {
                "message_id": each.message_id,
                "digest": each.digest,
                "outcome": each.outcome,
                "received_at": each.received_at.isoformat(),
            }
            for each in lines
        ],
        "is_whole": len(lines) == (0 if agrees else len(around)),
        "signed_at": now.isoformat(),
    }


def arrivals_between(store: Store, since: datetime, until: datetime) -> Sequence[Arrival]:
    """Return what came between two moments, tests and statements not among it."""
    rows = store.arrivals(since.timestamp(), until.timestamp())
    found = [
        Arrival(message_id, type_, digest, region, datetime.fromtimestamp(at, UTC), outcome)
        for message_id, type_, digest, region, at, outcome in rows
    ]
    return [each for each in found if each.type not in NO_BUSINESS]


def _digest(arrivals: Sequence[Arrival]) -> str:
    lines = sorted(f"{each.message_id}:{each.digest}\n".encode() for each in arrivals)
    return digest_of(b"".join(lines))


def _groups(arrivals: Sequence[Arrival]) -> list[dict[str, object]]:
    counted = Counter(("kind", each.type) for each in arrivals)
    counted.update(("region", each.region) for each in arrivals if each.region)
    return [{"by": by, "key": key, "count": count, "total": ""} for (by, key), count in sorted(counted.items())]


def _sums(store: Store, arrivals: Sequence[Arrival]) -> list[dict[str, object]]:
    """Return what the cells of statistics among them come to, by form and measure, by region, by class."""
    cells: dict[tuple[str, str], tuple[int, Decimal]] = {}

    def add(by: str, key: str, count: int, total: str) -> None:
        before, amount = cells.get((by, key), (0, Decimal(0)))
        cells[by, key] = (before + count, amount + Decimal(total))

    for each in arrivals:
        for total in json.loads(store.setting(f"{TOTALS}/{each.message_id}", "[]")):
            name = f"{total['form']}/{total['measure']}"
            add("form", name, total["cells"], total["total"])
            for by, parts in (("form_region", "by_region"), ("form_class", "by_class")):
                for code, amount in total.get(parts, {}).items():
                    add(by, f"{name}/{code}", 1, amount)
    return [
        {"by": by, "key": key, "count": count, "total": f"{amount:f}"}
        for (by, key), (count, amount) in sorted(cells.items())
    ]
