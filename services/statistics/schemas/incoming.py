"""What comes in over HTTP, strict and without unknown fields."""

from __future__ import annotations

from marshmallow import Schema

from services.statistics.model.drafts import Basis
from shared.contracts.filing import Layer
from shared.fields import Choice, Text

PERIOD = 7
"""Characters of a period at most, as 2025-03."""


class DraftIn(Schema):
    """For which period a table is drawn up, and on which layer: as filed, as in force, as settled for good.

    `basis` frozen asks for the table as it was when the period was settled, whatever came after.
    """

    period = Text(PERIOD, required=True)
    layer = Choice(Layer, load_default=Layer.APPROVED)
    basis = Choice(Basis, load_default=Basis.CURRENT)
