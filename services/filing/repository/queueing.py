"""By what a filing is found in the queue of its department, kept in its document, and the indexes over that.

Each filing that waits holds the values by which it is asked for: its department, with or without a division below, a form
and a period. Two flags follow in the index and are asked for as one or both, so that the index gives the runs merged; then
comes the order. Thus a page costs what it shows, however long the queue is and whatever it is narrowed to. Documents that
do not wait stand in none of these indexes.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.filing.forms.model import Severity
from services.filing.model.filings import Filing
from services.filing.model.ranks import KEPT_ORDERS, Order
from services.filing.model.states import State
from services.filing.policy import reviewing_division
from shared.mongo.client import Document

WAITS: Document = {"state": State.SUBMITTED.value}
STANDS: Document = {"queue": {"$gt": ""}}
"""What stands in a queue. It is implied by any value that is asked for, so that a count looks at the index alone."""

RANKS: Mapping[Order, str] = {Order.SEVERITY: "severity", Order.LATENESS: "days_late", Order.CHANGE: "change"}
"""By which field each order falls, before what waits longest; the plain order has none."""

_FOUND = [("queue", ASCENDING), ("late", ASCENDING), ("doubted", ASCENDING)]
LONGEST = [("waiting_since", ASCENDING), ("_id", ASCENDING)]
"""What waits longest first."""


def _index(order: Order) -> IndexModel:
    rank = [(RANKS[order], DESCENDING)] if order in RANKS else []
    return IndexModel([*_FOUND, *rank, *LONGEST], name=f"queue_by_{order.value}", partialFilterExpression=STANDS)


INDEXES = (
    *map(_index, KEPT_ORDERS),
    IndexModel(
        [("waits_for", ASCENDING), ("period", ASCENDING)],
        name="queue_periods",
        partialFilterExpression={"waits_for": {"$gt": ""}},
    ),
)


def queue_fields(filing: Filing) -> Document:
    """Return by what a filing is found in its department's queue; it is in none while it does not wait."""
    noted = filing.last.noted if filing.last else ()
    return {
        "queue": _values(filing) if filing.state is State.SUBMITTED else [],
        "waits_for": reviewing_division(filing) if filing.state is State.SUBMITTED else None,
        "late": filing.ranks.days_late > 0,
        "doubted": any(each.severity == Severity.QUERY for each in noted),
        "severity": filing.ranks.severity,
        "days_late": filing.ranks.days_late,
        "change": filing.ranks.change,
    }


def _values(filing: Filing) -> list[str]:
    """Return every way to ask for the filing: with or without its form, its period, and a division below."""
    reviewer = reviewing_division(filing)
    below = filing.path[: filing.path.index(reviewer)] if reviewer in filing.path else ()
    ways = product(("", *below), ("", filing.form), ("", filing.period))
    return [value_of(reviewer, *way) for way in ways]


def value_of(reviewer: str, division: str, form: str, period: str) -> str:
    """Return the value that finds what waits for a department, narrowed by what is not empty."""
    return "/".join((reviewer, division, form, period))
