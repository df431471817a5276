"""The rows of a long list as cells, and their sums: one segment in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from services.filing.forms.answers import Answers, Cells
from services.filing.forms.model import Indicator
from services.filing.forms.reading import read_row
from services.filing.forms.totals import Totals
from services.filing.model.filings import Filing
from services.filing.model.rows import RowSet, RowValues
from services.filing.operations.instruments import Instrument
from services.filing.ports.deps import Deps
from shared.errors import Problem


def row_indicator(instrument: Instrument) -> Indicator:
    """Return the one indicator of a form of rows."""
    return next(each for each in instrument.form.indicators if each.is_rows)


def read_rows(
    indicator: Indicator, rows: Iterable[Mapping[str, object]], first: int
) -> Iterator[tuple[int, Cells, tuple[Problem, ...]]]:
    """Yield each row with its number (from `first`), its cells and what could not be read of it."""
    for number, row in enumerate(rows, first):
        cells, problems = read_row(indicator, dict(row), number)
        yield number, cells, problems


def rows_of(deps: Deps, filing: Filing, rows: RowSet) -> Iterator[RowValues]:
    """Yield all rows."""
    for segment in rows.segments:
        yield from deps.rows.read(filing, segment)


def rows_between(deps: Deps, filing: Filing, rows: RowSet, first: int, limit: int) -> tuple[RowValues, ...]:
    """Return at most `limit` rows from number `first` (from 0) on; only the segments that hold them are read."""
    found: list[RowValues] = []
    passed = 0
    for segment in rows.segments:
        if passed + segment.count > first and len(found) < limit:
            stored = deps.rows.read(filing, segment)
            found += stored[max(first - passed, 0) :][: limit - len(found)]
        passed += segment.count
    return tuple(found)


def sums_of(deps: Deps, filing: Filing, instrument: Instrument, rows: RowSet) -> Answers:
    """Return the sums of a list that the rules over all rows read."""
    indicator, totals = row_indicator(instrument), Totals(instrument.form)
    for _, cells, _ in read_rows(indicator, rows_of(deps, filing, rows), 0):
        totals.add(indicator.code, cells)
    return totals.answers()
