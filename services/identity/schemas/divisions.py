"""The tree of divisions and its changes."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.identity.model.change_sets import MOST_CHANGES
from services.identity.schemas.texts import DivisionText
from shared.codes.division_changes import ChangeKind
from shared.codes.division_model import Level
from shared.fields import AwareDateTime, Choice, Id, PlainDate, Text, WholeNumber
from shared.web.paging import PageIn


class DivisionsIn(Schema):
    """On which day; without one today."""

    on = PlainDate(load_default=None)


class DivisionOut(Schema):
    """A division on a day."""

    code = fields.String()
    name = fields.String()
    level = fields.String(metadata={"enum": [level.value for level in Level]})
    parent = fields.String()


class DivisionsOut(Schema):
    """All divisions of a day, by code; groups such as 市辖区 are left out."""

    on = PlainDate()
    items = fields.List(fields.Nested(DivisionOut))


class ChangeIn(Schema):
    """One change; which fields it needs depends on its kind."""

    kind = Choice(ChangeKind, required=True)
    code = DivisionText(required=True)
    on = PlainDate(required=True)
    name = Text(max=50, load_default="")
    level = Choice(Level, load_default=None, allow_none=True)
    parent = DivisionText(load_default="")
    successors = fields.List(DivisionText(), load_default=list, validate=validate.Length(max=20))


class ChangesIn(Schema):
    """Changes to look at."""

    changes = fields.List(fields.Nested(ChangeIn), required=True, validate=validate.Length(min=1, max=MOST_CHANGES))


class ChangeSetIn(ChangesIn):
    """The changes of one document."""

    document = Text(max=100, required=True)


class ChangeOut(Schema):
    """One change."""

    kind = fields.String(metadata={"enum": [kind.value for kind in ChangeKind]})
    code = fields.String()
    on = PlainDate()
    name = fields.String()
    level = fields.String(allow_none=True)
    parent = fields.String()
    successors = fields.List(fields.String())


class ChangesOut(Schema):
    """All confirmed changes."""

    items = fields.List(fields.Nested(ChangeOut))


class FaultOut(Schema):
    """What is wrong, with the line of the table where there is one."""

    line = WholeNumber(allow_none=True)
    field = fields.String()
    code = fields.String()
    message = fields.String()


class ImpactOut(Schema):
    """What a change touches as far as identity knows."""

    code = fields.String()
    name = fields.String()
    grants = WholeNumber()
    units = WholeNumber()


class PreviewOut(Schema):
    """What changes would do; nothing is stored."""

    changes = fields.List(fields.Nested(ChangeOut))
    faults = fields.List(fields.Nested(FaultOut))
    impacts = fields.List(fields.Nested(ImpactOut))


class ChangeSetOut(Schema):
    """A set of changes."""

    id = Id()
    version = WholeNumber()
    state = fields.String()
    document = fields.String()
    changes = fields.List(fields.Nested(ChangeOut))
    proposed_at = AwareDateTime()
    is_proposed_by_me = fields.Boolean()
    open_actions = fields.List(fields.String())


class ChangeSetPageOut(Schema):
    """A page of sets of changes."""

    items = fields.List(fields.Nested(ChangeSetOut))
    next_cursor = fields.String()


class ChangeSetsIn(PageIn):
    """Which page."""
