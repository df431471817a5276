"""Drafts of tables: what a definition comes to for one period and layer, with the evidence of each cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from services.statistics.model.cells import Cell, Codes
from shared.contracts.filing import Layer


class Basis(StrEnum):
    """What a table is drawn up from: the facts as they are now, or as they were when the period was settled."""

    CURRENT = "current"
    FROZEN = "frozen"


@dataclass(frozen=True)
class Value:
    """A value of a draft: which measure, over which span, at which codes.

    `value` and `before` (the year before) are unrounded; so are `growth` and `share`, in per cent, None where they say
    nothing. `cell` is the evidence.
    """

    measure: str
    span: str
    codes: Codes
    value: Decimal = field(repr=False)
    cell: Cell = field(repr=False)
    before: Decimal | None = field(default=None, repr=False)
    growth: Decimal | None = field(default=None, repr=False)
    share: Decimal | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Draft:
    """A table for a period on a layer; `gaps` is what is not known of the codes of its axes."""

    table: str
    period: str
    layer: Layer
    drawn_at: datetime
    values: tuple[Value, ...] = field(repr=False)
    gaps: tuple[str, ...] = ()
    snapshot: str = ""
