"""The lines of a statement: every message of a day, and those of before that were not answered yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from services.exchange.journal.entries import Entry

OUT = "out"
NOT_COUNTED = (".pings", ".statements")
"""Routes of tests and of statements themselves; what is said there is no business of the day."""


class Standing(StrEnum):
    """How a message stood when the day was closed."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DIFFERING = "differing"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Total:
    """A control total of what a message carries: of a measure of a form, by region and by class where it is so divided."""

    form: str
    measure: str
    cells: int
    total: str
    by_region: Mapping[str, str] = field(default_factory=dict)
    by_class: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A message: what was sent when and how often, and how it stands. `carried` ones were sent before the day.

    `region` is the province of the unit that it is about, empty where there is none; `totals` are those of statistics.
    """

    message_id: str
    route: str
    type: str
    digest: str
    size: int
    sendings: int
    sent_at: str
    standing: Standing = Standing.UNANSWERED
    answered_at: str = ""
    quoted: str = ""
    carried: bool = False
    region: str = ""
    totals: tuple[Total, ...] = ()


@dataclass
class Drawn:
    """What a day's entries come to: the lines by message, and what came in by route and outcome."""

    lines: dict[str, Line] = field(default_factory=dict)
    received: dict[tuple[str, str], int] = field(default_factory=dict)
    bytes_out: int = 0


def drawn(day: Iterable[Entry], after: Iterable[Entry] = (), before: Iterable[Line] = ()) -> Drawn:
    """Draw the lines of a day up from its entries.

    `before` are the lines that the statement before left unanswered; entries `after` the day count only for the answers
    to lines that are there already.
    """
    found = Drawn({line.message_id: replace(line, carried=True) for line in before})
    for entry in day:
        if not is_counted(entry.route):
            continue
        if entry.direction == OUT:
            _send(found, entry)
        else:
            key = (entry.route, entry.outcome)
            found.received[key] = found.received.get(key, 0) + 1
            _answer(found.lines, entry)
    for entry in after:
        if entry.direction != OUT:
            _answer(found.lines, entry)
    return found


def is_counted(route: str) -> bool:
    """Whether messages on a route belong into a statement."""
    return not route.endswith(NOT_COUNTED)


def digest_of_sent(lines: Iterable[tuple[str, str]]) -> str:
    """Return one digest over the ids and digests of messages, whatever their order, for both sides to make."""
    texts = sorted(f"{message_id}:{digest}\n" for message_id, digest in lines)
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def _send(found: Drawn, entry: Entry) -> None:
    known = found.lines.get(entry.message_id)
    found.bytes_out += entry.size
    if known is None or known.carried:
        sendings, since = (known.sendings, known.sent_at) if known else (0, entry.at)
        found.lines[entry.message_id] = Line(
            message_id=entry.message_id,
            route=entry.route,
            type=entry.type,
            digest=entry.content,
            size=entry.size,
            sendings=sendings + 1,
            sent_at=since,
        )
    else:
        again = replace(known, sendings=known.sendings + 1, standing=Standing.UNANSWERED, answered_at="", quoted="")
        found.lines[entry.message_id] = again


def _answer(lines: dict[str, Line], entry: Entry) -> None:
    line = lines.get(entry.message_id)
    if line is None:
        return
    if entry.outcome in (Standing.ACCEPTED, Standing.REFUSED):
        standing = Standing(entry.outcome)
    elif entry.quoted and entry.quoted != line.digest and line.standing is Standing.UNANSWERED:
        standing = Standing.DIFFERING
    else:
        return
    lines[entry.message_id] = replace(line, standing=standing, answered_at=entry.at, quoted=entry.quoted)
