"""A department's queue: pages of it, counts by form and period, the way on from a filing, and units by their name."""

from __future__ import annotations

from collections.abc import Sequence

from services.filing.model.periods import period_of
from services.filing.operations import influence, queue
from services.filing.operations.due import dues_of_filings
from services.filing.operations.instruments import instrument_for
from services.filing.operations.outliers import read_outliers
from services.filing.operations.queue import narrowed
from services.filing.operations.reading import units_of
from services.filing.policy import Permission
from services.filing.ports.queue import Facets, Standing
from services.filing.routes.context import ONE, deps
from services.filing.schemas.outliers import OutliersOut, outliers_body
from services.filing.schemas.overview import row_body
from services.filing.schemas.queue import (
    CHANGE_LABELS,
    Body,
    FacetsOut,
    FoundUnitsOut,
    InfluenceIn,
    InfluenceOut,
    NamedIn,
    QueueIn,
    QueueNarrowedIn,
    QueueOut,
    SummaryOut,
    WayIn,
    WayOut,
    asked_of,
    bounded,
    facets_body,
    found_unit,
    influence_body,
    summary_body,
    way_body,
)
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.limits import costly

bp = Blueprint("queue", __name__, description="审核队列")


@bp.get("/review-queue")
@needs(Permission.REVIEW)
@bp.arguments(QueueIn, location="query")
@bp.response(200, QueueOut)
def show(query: dict[str, object]) -> Body:
    """List what waits for the reader's department, narrowed and in an order."""
    asked, call = asked_of(query), reading_call()
    as_of = deps().clock.now()
    page = queue.read_queue(deps(), call, asked, str(query["cursor"]), int(str(query["limit"])))
    counted = bounded(queue.count_queue(deps(), call, asked))
    return {"items": _rows(page.items), "next_cursor": page.next_cursor, **counted, "as_of": as_of.isoformat()}


@bp.get("/review-queue/influence")
@needs(Permission.REVIEW)
@costly
@bp.arguments(InfluenceIn, location="query")
@bp.response(200, InfluenceOut)
def by_influence(query: dict[str, object]) -> Body:
    """List what waits for the reader's department by how much it matters to the total that it passes on."""
    asked, call = asked_of(query), reading_call()
    as_of = deps().clock.now()
    found = influence.read_by_influence(deps(), call, narrowed(deps(), call, asked), int(str(query["limit"])))
    rows = _rows([each.standing for each in found.items])
    counted = bounded(queue.count_queue(deps(), call, asked))
    return {**influence_body(found, rows), **counted, "as_of": as_of.isoformat()}


@bp.get("/review-queue/facets")
@needs(Permission.REVIEW)
@bp.arguments(QueueNarrowedIn, location="query")
@bp.response(200, FacetsOut)
def facets(query: dict[str, object]) -> Body:
    """Count what waits by form and by period, under everything else that the query says."""
    return _facets(queue.queue_facets(deps(), reading_call(), asked_of(query)))


@bp.get("/review-queue/summary")
@needs(Permission.REVIEW)
@bp.response(200, SummaryOut)
def summary() -> Body:
    """Count what the reader's department has before it: all, late, with queries, with large changes, by age."""
    found = queue.summary_of(deps(), reading_call())
    return {**summary_body(found), **_facets(found.facets)}


@bp.get(f"{ONE}/way")
@needs(Permission.REVIEW)
@bp.arguments(WayIn, location="query")
@bp.response(200, WayOut)
def way(query: dict[str, object], filing_id: str) -> Body:
    """Tell what is before and after a filing in the queue, also when it has left it."""
    return way_body(queue.way_from(deps(), reading_call(), filing_id, asked_of(query), str(query["place"])))


@bp.get(f"{ONE}/outliers")
@needs(Permission.REVIEW)
@costly
@bp.response(200, OutliersOut)
def outliers(filing_id: str) -> Body:
    """Compare the numbers of a filing with the unit's own earlier ones and with other units of the region."""
    return outliers_body(read_outliers(deps(), reading_call(), filing_id))


@bp.post("/units/search")
@needs(Permission.REVIEW)
@bp.arguments(NamedIn)
@bp.response(200, FoundUnitsOut)
def find_units(data: dict[str, str]) -> Body:
    """Find the units of the reader's area with this whole name or credit code."""
    return {"items": [found_unit(each) for each in queue.find_units(deps(), reading_call(), data["text"])]}


def _rows(standings: Sequence[Standing]) -> list[Body]:
    """Return filings as a queue shows them."""
    known = units_of(deps(), [each.filing for each in standings])
    listed = [(instrument_for(deps(), each.filing).form, each) for each in standings]
    dues = dues_of_filings(deps(), [(form, each.filing) for form, each in listed])
    items: list[Body] = []
    for form, each in listed:
        filing = each.filing
        row = row_body(filing, form, known.get(filing.unit_id), dues.of_filing(form, filing))
        ranks = filing.ranks
        weighed = {"severity": ranks.severity, "change": ranks.change, "change_label": CHANGE_LABELS[ranks.change]}
        items.append({**row, **weighed, "place": each.place})
    return items


def _facets(found: Facets) -> Body:
    labels = {period: period_of(period).label for period in found.periods}
    return facets_body(found, tuple(deps().catalogue.editions), labels)
