"""Pages of documents, newest or oldest first: by a moment and the id, so that rows of one moment keep an order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from pymongo import ASCENDING, DESCENDING

from shared.mongo.client import Document
from shared.paging import decode_cursor, encode_cursor, read_moment


@dataclass(frozen=True)
class _ByMoment:
    """The order by the field `moment`, which holds an aware datetime, and then by id, both in one direction."""

    moment: str
    direction: ClassVar[int]

    @property
    def sort(self) -> list[tuple[str, int]]:
        """The order as a query and an index take it."""
        return [(self.moment, self.direction), ("_id", self.direction)]

    def after(self, cursor: str) -> dict[str, Any]:
        """Return what narrows a query to the rows behind a cursor; nothing for the first page. Raises `Malformed`."""
        last = decode_cursor(cursor, 2)
        if last is None:
            return {}
        moment = read_moment(last[0])
        behind = "$lt" if self.direction == DESCENDING else "$gt"
        ties = [{self.moment: {behind: moment}}, {self.moment: moment, "_id": {behind: last[1]}}]
        return {self.moment: {f"{behind}e": moment}, "$or": ties}  # the first is where the index begins

    def page(self, found: Iterable[Document], limit: int) -> tuple[list[Document], str]:
        """Return at most `limit` of the rows, of which one more was asked for, and the cursor of the next page."""
        rows = list(found)
        if len(rows) <= limit:
            return rows, ""
        last = rows[limit - 1]
        return rows[:limit], encode_cursor(last[self.moment].isoformat(), last["_id"])


class Newest(_ByMoment):
    """The newest first."""

    direction = DESCENDING


class Oldest(_ByMoment):
    """The oldest first."""

    direction = ASCENDING
