"""The sections that a long list is printed in, each a file of its own."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.model.survey import FormAnswer


@dataclass(frozen=True)
class PrintSection:
    """A section with its rows, counted from 1 as they are numbered on paper."""

    no: int
    first: int
    last: int


def print_sections(form: FormAnswer, rows: int | None) -> tuple[PrintSection, ...]:
    """Return the sections of a list of so many rows; none where the form is printed as a whole."""
    size = form["print_rows"]
    if rows is None or size is None or rows <= size:
        return ()
    return tuple(
        PrintSection(no, first, min(first + size - 1, rows)) for no, first in enumerate(range(1, rows + 1, size), 1)
    )
