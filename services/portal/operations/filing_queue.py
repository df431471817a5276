"""A reviewer's way through the queue of filings: what is before and after one, under the same filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.ports import Deps

PAGE = 100
MOST_PAGES = 10


@dataclass(frozen=True)
class Place:
    """Where a filing stands among those that wait: its neighbours ('' for none), and how many wait in all.

    `number` counts from 1 and is 0 for one that does not wait; `is_more` where there are more than were counted.
    """

    before: str
    after: str
    number: int
    count: int
    is_more: bool


def place_of(deps: Deps, token: str, filing_id: str, narrowed: Mapping[str, str]) -> Place:
    """Return the place of a filing among those that wait for the reader's department."""
    waiting: list[str] = []
    cursor, wanted = "", {**narrowed, "waiting": "true"}
    for _ in range(MOST_PAGES):
        rows, cursor = deps.filings.list(token, wanted, cursor, PAGE)
        waiting += [row["id"] for row in rows]
        if not cursor or filing_id in waiting[:-1]:
            break
    if filing_id not in waiting:
        return Place("", waiting[0] if waiting else "", 0, len(waiting), bool(cursor))
    at = waiting.index(filing_id)
    after = waiting[at + 1] if at + 1 < len(waiting) else ""
    return Place(waiting[at - 1] if at else "", after, at + 1, len(waiting), bool(cursor))
