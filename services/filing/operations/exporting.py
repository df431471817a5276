"""Lists that somebody may see, as workbooks: as long as they are, a page in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.filing.forms.model import Form
from services.filing.model.filings import Filing
from services.filing.model.units import Unit, UnitType
from services.filing.operations.due import DueDay, dues_of_filings
from services.filing.operations.instruments import instrument_for
from services.filing.operations.reading import list_filings, units_of
from services.filing.operations.units import list_units
from services.filing.ports.deps import Deps
from services.filing.ports.filings import Wanted
from shared.calls import Call

PAGE = 200
MOST = 50_000
"""Rows of one export; who wants more narrows the list."""


@dataclass(frozen=True)
class Listed:
    """A line of a list of filings: its form, the unit (None for a demonstration city), and until when it was due."""

    filing: Filing
    form: Form
    unit: Unit | None
    due: DueDay


def all_filings(deps: Deps, call: Call, wanted: Wanted) -> Iterator[Listed]:
    """Yield the filings that the actor sees and wants, with the unit and the due day of each; the read is recorded.

    Raises what `list_filings` raises.
    """
    cursor, given = "", 0
    while given < MOST:
        page = list_filings(deps, call, wanted, cursor, PAGE)
        known = units_of(deps, page.items)
        listed = [(instrument_for(deps, each).form, each) for each in page.items]
        dues = dues_of_filings(deps, listed)
        yield from (Listed(each, form, known.get(each.unit_id), dues.of_filing(form, each)) for form, each in listed)
        given += len(page.items)
        cursor = page.next_cursor
        if not cursor:
            return


def all_units(deps: Deps, call: Call, kind: UnitType | None) -> Iterator[Unit]:
    """Yield the units that the actor sees, of one type where one is named; the read is recorded."""
    cursor, given = "", 0
    while given < MOST:
        page = list_units(deps, call, kind, cursor, PAGE)
        yield from page.items
        given += len(page.items)
        cursor = page.next_cursor
        if not cursor:
            return
