"""Rows of long lists: written, changed and taken out one by one, and assembled from what units filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.filing import policy
from services.filing.forms.model import Reporter
from services.filing.model.filings import Filing
from services.filing.model.rows import SEGMENT_ROWS, RowSet, RowValues, Segment
from services.filing.model.states import Action
from services.filing.model.units import CITY_UNIT
from services.filing.operations.changes import Changed, change, in_sight
from services.filing.operations.findings import row_json
from services.filing.operations.instruments import instrument_for
from services.filing.operations.listing import read_rows, row_indicator, rows_between
from services.filing.operations.versions import version_of
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotFound, Problem

MOST_ROWS = 100_000


@dataclass(frozen=True)
class RowPage:
    """Rows in their order; `first` is the number of the first one (from 0), `count` how many there are in all."""

    first: int
    count: int
    rows: tuple[RowValues, ...]


def list_rows(deps: Deps, call: Call, filing_id: str, no: int, first: int, limit: int) -> RowPage:
    """Return rows of the working copy (`no` 0, own unit) or of a version. Raises `NotFound`."""
    filing = in_sight(deps, call, filing_id)
    rows = _rows_seen(deps, call, filing, no)
    return RowPage(first, rows.count, rows_between(deps, filing, rows, first, limit))


def add_rows(deps: Deps, call: Call, filing_id: str, rows: Sequence[Mapping[str, object]]) -> Filing:
    """Put rows behind those that are there.

    Actor: own unit. From: draft, returned. Events: none. Raises `Invalid` with every fault, and what `change` raises.
    """

    def make(filing: Filing) -> Changed:
        known = _own_rows(filing)
        plain = _read(deps, filing, rows, known.count)
        return _with_rows(filing, extended(deps, filing, known, plain)), ()

    return change(deps, call, filing_id, Action.SAVE, make)


def replace_row(deps: Deps, call: Call, filing_id: str, number: int, row: Mapping[str, object] | None) -> Filing:
    """Put another row in the place of one (from 0), or take it out (None). Raises as `add_rows`, `NotFound`."""

    def make(filing: Filing) -> Changed:
        known = _own_rows(filing)
        try:
            index, place = known.locate(number)
        except IndexError:
            raise NotFound from None
        plain = _read(deps, filing, [row], number, "/row") if row is not None else ()
        stored = list(deps.rows.read(filing, known.segments[index]))
        stored[place : place + 1] = plain
        written = (deps.rows.write(filing, stored),) if stored else ()
        segments = (*known.segments[:index], *written, *known.segments[index + 1 :])
        return _with_rows(filing, RowSet(segments)), ()

    return change(deps, call, filing_id, Action.SAVE, make)


def assemble_rows(deps: Deps, call: Call, filing_id: str) -> Filing:
    """Take the rows of all filings that the city has approved in the place of those that are there (汇总).

    Actor: the department of the demonstration city, in its own filing. From: draft, returned. Events: none.
    """

    def make(filing: Filing) -> Changed:
        form = instrument_for(deps, filing).form
        if not filing.unit_id.startswith(CITY_UNIT) or form.reporter is not Reporter.CITY:
            raise Conflict
        rows = RowSet()
        for part in deps.filings.list_parts(filing.form, filing.period, filing.division):
            version = part.approved_by(filing.division)
            if version is not None and version.content.rows is not None:
                for segment in version.content.rows.segments:
                    rows = extended(deps, filing, rows, deps.rows.read(part, segment))
        return _with_rows(filing, rows), ()

    return change(deps, call, filing_id, Action.SAVE, make)


def extended(deps: Deps, filing: Filing, known: RowSet, added: Sequence[RowValues]) -> RowSet:
    """Return the rows with others behind them; a last segment that is not full is filled up first."""
    segments = list(known.segments)
    waiting = list(added)
    if waiting and segments and segments[-1].count < SEGMENT_ROWS:
        waiting = [*deps.rows.read(filing, segments.pop()), *waiting]
    pieces = [waiting[at : at + SEGMENT_ROWS] for at in range(0, len(waiting), SEGMENT_ROWS)]
    written: list[Segment] = [deps.rows.write(filing, piece) for piece in pieces]
    return RowSet((*segments, *written))


def _read(
    deps: Deps, filing: Filing, rows: Sequence[Mapping[str, object]], first: int, only: str = ""
) -> tuple[RowValues, ...]:
    """Return rows as they are stored; `only` is where the one row stands in the request that is about one alone."""
    indicator = row_indicator(instrument_for(deps, filing))
    problems: list[Problem] = []
    plain: list[RowValues] = []
    if first + len(rows) > MOST_ROWS:
        problems.append(Problem("/rows", "rows_too_many", "行数过多。", f"≤ {MOST_ROWS}"))
    for number, cells, faults in read_rows(indicator, rows, first):
        place = number - first
        problems += [replace(each, pointer=f"{only or f'/rows/{place}'}{_below(each.pointer)}") for each in faults]
        plain.append(row_json(cells))
    if problems:
        raise Invalid(problems)
    return tuple(plain)


def _below(pointer: str) -> str:
    """Return what follows indicator and row number in a pointer: /rows/17/fee → /fee."""
    steps = pointer.split("/")[3:]
    return "".join(f"/{step}" for step in steps)


def _own_rows(filing: Filing) -> RowSet:
    if filing.working.rows is None:
        raise Conflict("此表没有明细行。")
    return filing.working.rows


def _rows_seen(deps: Deps, call: Call, filing: Filing, no: int) -> RowSet:
    if no == 0:
        if not policy.own_unit(call.actor, filing):
            raise NotFound
        return _own_rows(filing)
    version = version_of(deps, filing, no)
    if version.content.rows is None:
        raise NotFound
    deps.reads.record(call, "read_rows", filing.id, str(no))
    return version.content.rows


def _with_rows(filing: Filing, rows: RowSet) -> Filing:
    return replace(filing, working=replace(filing.working, rows=rows))
