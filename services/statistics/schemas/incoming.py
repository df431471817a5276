"""What comes in over HTTP, strict and without unknown fields."""

from __future__ import annotations

from marshmallow import Schema

from services.statistics.model.drafts import Basis
from services.statistics.model.releases import ReleaseKind
from shared.contracts.filing import Layer
from shared.fields import Choice, PlainDate, Text

PARAGRAPH = 2000
"""Characters of a statement at most."""

PERIOD = 7
"""Characters of a period at most, as 2025-03."""


class ReleaseIn(Schema):
    """Which set of which closed period is to be released."""

    kind = Choice(ReleaseKind, required=True)
    period = Text(PERIOD, required=True)


class EmptyIn(Schema):
    """A request that says nothing beside its address."""


class ApprovalIn(Schema):
    """What the head of statistics says with the sign-off; the reason where the check left something to judge."""

    statement = Text(PARAGRAPH, multiline=True, required=True)
    exception_reason = Text(PARAGRAPH, min=0, multiline=True, load_default="")


class ScheduleIn(Schema):
    """The day on which a release is published."""

    publish_on = PlainDate(required=True)


class DraftIn(Schema):
    """For which period a table is drawn up, and on which layer: as filed, as in force, as settled for good.

    `basis` frozen asks for the table as it was when the period was settled, whatever came after.
    """

    period = Text(PERIOD, required=True)
    layer = Choice(Layer, load_default=Layer.APPROVED)
    basis = Choice(Basis, load_default=Basis.CURRENT)
