"""A department's queue, as it is asked for and goes out over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from marshmallow import Schema, fields, validate

from services.filing.forms.model import Edition
from services.filing.model.ranks import LARGE_CHANGE, Order
from services.filing.model.units import Unit
from services.filing.operations.influence import Ordered
from services.filing.operations.queue import AGES, MOST_COUNTED, MOST_IN_FACET, Asked, Summary, Way
from services.filing.outliers.influence import EXPLAINED
from services.filing.ports.queue import Beside, Facets, QueueFilter
from services.filing.schemas.incoming import FORM_KEY
from services.filing.schemas.overview import RowOut, division_name
from shared.fields import Choice, DivisionCode, Text
from shared.web.paging import LARGEST_PAGE, PageIn
from shared.web.queries import QueryNumber

Body = dict[str, object]

FLAG = validate.OneOf(["", "true", "false"])

CHANGE_LABELS = (
    "",
    "变动 5%～10%",
    "变动 10%～25%",
    "变动 25%～50%",
    "变动 50%～1倍",
    "变动 1～2倍",
    "变动 2～4倍",
    "变动 4～9倍，或由无到有",
    "变动 9～99倍",
    "变动 99倍以上",
)
"""The bands of change in words, none for the first."""


class QueueNarrowedIn(Schema):
    """Query of what is wanted of the queue; `division` is one below the department's, `unit` the id of who filed."""

    form = fields.String(load_default="", validate=validate.Regexp(rf"({FORM_KEY})?\Z"))
    period = fields.String(load_default="", validate=validate.Regexp(r"(20[0-9]{2}(-[01][0-9])?)?\Z"))
    division = DivisionCode(load_default="")
    late = fields.String(load_default="", validate=FLAG)
    queries = fields.String(load_default="", validate=FLAG)
    unit = fields.String(load_default="", validate=validate.Length(max=40))
    mine = fields.String(load_default="", validate=validate.OneOf(["", "true"]))


class QueueOrderedIn(QueueNarrowedIn):
    """Query of the queue with its order."""

    order = Choice(Order, load_default=Order.WAITING)


class QueueIn(PageIn, QueueOrderedIn):
    """Query of a page of the queue."""


class InfluenceIn(QueueNarrowedIn):
    """Query of the queue by influence: the first of it."""

    limit = QueryNumber(1, LARGEST_PAGE, load_default=50)


class WayIn(QueueOrderedIn):
    """Query of the way on from a filing; `place` is where it stood when the list was read."""

    place = fields.String(load_default="", validate=validate.Length(max=200))


class NamedIn(Schema):
    """A unit by its whole name or its credit code; it comes in the body, where no log keeps it."""

    text = Text(120, min=2, required=True)


class QueueRowOut(RowOut):
    """A filing in the queue."""

    place = fields.String()
    severity = fields.Integer()
    change = fields.Integer()
    change_label = fields.String()


class QueueOut(Schema):
    """A page of the queue; `count` ends at a bound, where `is_more` says that there are more."""

    items = fields.List(fields.Nested(QueueRowOut))
    next_cursor = fields.String()
    count = fields.Integer()
    is_more = fields.Boolean()
    as_of = fields.String()


class InfluentialRowOut(QueueRowOut):
    """A filing in the queue by influence, in per cent: its movement of the total of its area, and of all movement up to it."""

    influence = fields.String()
    cumulated = fields.String()


class InfluenceOut(Schema):
    """The first of a queue by influence: `explaining` of the `ranked` filings make so many per cent (`explained`) of all
    movement; `is_sample` says that more wait than were weighed."""

    items = fields.List(fields.Nested(InfluentialRowOut))
    ranked = fields.Integer()
    explaining = fields.Integer()
    explained = fields.Integer()
    is_sample = fields.Boolean()
    count = fields.Integer()
    is_more = fields.Boolean()
    as_of = fields.String()


class FacetOut(Schema):
    """How many filings of a kind wait."""

    key = fields.String()
    label = fields.String()
    count = fields.Integer()
    is_more = fields.Boolean()


class FacetsOut(Schema):
    """How many filings of each form and of each period wait."""

    forms = fields.List(fields.Nested(FacetOut))
    periods = fields.List(fields.Nested(FacetOut))


class BesideOut(Schema):
    """A filing beside another one, with its place."""

    filing_id = fields.String()
    place = fields.String()


class WayOut(Schema):
    """What is before and after a filing; `number` counts from 1 and is 0 for one that does not wait under the filter."""

    before = fields.Nested(BesideOut, allow_none=True)
    after = fields.Nested(BesideOut, allow_none=True)
    number = fields.Integer()
    count = fields.Integer()
    is_more = fields.Boolean()


class AgeOut(Schema):
    """How many filings wait longer than some days."""

    days = fields.Integer()
    count = fields.Integer()


class SummaryOut(FacetsOut):
    """What a department has before it; counts end at a bound."""

    count = fields.Integer()
    late = fields.Integer()
    with_queries = fields.Integer()
    large_changes = fields.Integer()
    large_from = fields.Integer()
    mine = fields.Integer()
    older_than = fields.List(fields.Nested(AgeOut))
    longest_since = fields.String(allow_none=True)
    longest_id = fields.String(allow_none=True)
    most_counted = fields.Integer()


class FoundUnitOut(Schema):
    """A unit that was found by its name or code."""

    id = fields.String()
    name = fields.String()
    division = fields.String()
    division_name = fields.String()


class FoundUnitsOut(Schema):
    """The units that were found."""

    items = fields.List(fields.Nested(FoundUnitOut))


def asked_of(query: Mapping[str, object]) -> Asked:
    """Return what a query asks for, as the operation takes it."""
    wanted = QueueFilter(
        form=str(query["form"]),
        period=str(query["period"]),
        division=str(query["division"]),
        is_late=_flag(query["late"]),
        has_queries=_flag(query["queries"]),
        units=(str(query["unit"]),) if query["unit"] else None,
    )
    return Asked(wanted, cast(Order, query.get("order", Order.WAITING)), mine=query["mine"] == "true")


def bounded(count: int, most: int = MOST_COUNTED) -> Body:
    """Return a count with whether there are more than were counted."""
    return {"count": min(count, most), "is_more": count > most}


def influence_body(found: Ordered, rows: Sequence[Body]) -> Body:
    """Return the first filings by influence, with how few of them make most of the movement."""
    weights = [each.weighed for each in found.items]
    items = [
        {**row, "influence": _percent(each.influence), "cumulated": _percent(each.cumulated)}
        for row, each in zip(rows, weights, strict=True)
    ]
    return {
        "items": items,
        "ranked": found.ranked,
        "explaining": found.explaining,
        "explained": int(EXPLAINED * 100),
        "is_sample": found.is_sample,
    }


def facets_body(facets: Facets, editions: tuple[Edition, ...], periods: Mapping[str, str]) -> Body:
    """Return counts with what they are of; `periods` are their labels."""
    titles = {form.key: f"{form.number}　{form.title}" for edition in editions for form in edition.forms}
    return {
        "forms": [
            {"key": key, "label": titles[key], **bounded(facets.forms[key], MOST_IN_FACET)}
            for key in titles
            if key in facets.forms
        ],
        "periods": [
            {"key": key, "label": periods[key], **bounded(count, MOST_IN_FACET)}
            for key, count in facets.periods.items()
        ],
    }


def way_body(way: Way) -> Body:
    """Return the way on from a filing."""
    named = {"before": _beside(way.before), "after": _beside(way.after)}
    return {**named, "number": way.number, **bounded(way.count)}


def summary_body(summary: Summary) -> Body:
    """Return what a department has before it, without the counts by form and period."""
    longest = summary.longest
    since = longest.waiting_since if longest else None
    return {
        "count": summary.count,
        "late": summary.late,
        "with_queries": summary.with_queries,
        "large_changes": summary.large_changes,
        "large_from": LARGE_CHANGE,
        "mine": summary.mine,
        "older_than": [{"days": days, "count": summary.older_than[days]} for days in AGES],
        "longest_since": since.isoformat() if since else None,
        "longest_id": longest.id if longest else None,
        "most_counted": MOST_COUNTED,
    }


def found_unit(unit: Unit) -> Body:
    """Return a unit that was found."""
    return {
        "id": unit.id,
        "name": unit.basic("name"),
        "division": unit.division,
        "division_name": division_name(unit.division),
    }


def _beside(beside: Beside) -> Body | None:
    return {"filing_id": beside.filing_id, "place": beside.place} if beside.filing_id else None


def _percent(part: Decimal) -> str:
    return format((part * 100).quantize(Decimal("0.01"), ROUND_HALF_UP), "f")


def _flag(text: object) -> bool | None:
    return None if text == "" else text == "true"
