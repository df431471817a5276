"""Findings of the form's checks, told at the cells that they point at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from services.filing.forms.answers import Place
from services.filing.forms.checks import REQUIRED, Finding
from services.filing.forms.describing.findings import wanted_text
from services.filing.forms.model import Edition, Form
from services.filing.workbooks.faults import CellFault
from services.filing.workbooks.spots import Spot

Wanted = Callable[[Finding, Place], str]
"""Says what is expected at a place of a finding."""


def wanted_of(edition: Edition, form: Form) -> Wanted:
    """Return what says in the words of a form what a finding expects at a place."""
    return lambda finding, place: wanted_text(edition, form, finding, place)


def found_at(
    findings: Iterable[Finding],
    unread: frozenset[str],
    spot_of: Callable[[Place], Spot],
    wanted: Wanted,
    *,
    first: int = 0,
    row: int | None = None,
) -> tuple[CellFault, ...]:
    """Return a fault for each place of each finding.

    `unread` are the pointers of cells that could not be read: they are not called missing as well. `first` is added to
    the rows of places, where the answers are a part of a longer list.
    """
    faults = []
    for finding in findings:
        for place in finding.places:
            moved = place if place.row is None else replace(place, row=place.row + first)
            if finding.rule == REQUIRED and moved.pointer in unread:
                continue
            spot = spot_of(place)
            faults.append(
                CellFault(
                    moved.pointer,
                    place.indicator,
                    spot.sheet,
                    spot.cell,
                    finding.rule,
                    finding.title,
                    wanted(finding, place),
                    finding.severity,
                    moved.row if row is None else row,
                )
            )
    return tuple(faults)
