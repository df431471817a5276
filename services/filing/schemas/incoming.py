"""What comes in over HTTP. Answers are JSON of the form itself; `forms.reading` reads them strictly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from marshmallow import Schema, fields, post_load, validate

from services.filing.model.filings import ReasonCode, SignOff
from services.filing.model.rows import SEGMENT_ROWS
from services.filing.model.states import State
from services.filing.model.units import UnitType
from services.filing.operations.decisions import Wanted as WantedDecision
from services.filing.operations.drafts import MOST_EXPLANATIONS, Content
from services.filing.operations.review import Signed
from shared.fields import (
    ByKey,
    Choice,
    DivisionCode,
    Flag,
    Id,
    OrganisationCode,
    Phone,
    PlainDate,
    Strict,
    Text,
    Uscc,
    fault,
)
from shared.fields.strict import Options
from shared.web.paging import PageIn
from shared.web.queries import QueryNumber

NAME, LINE, PARAGRAPH = 120, 200, 1000
"""Lengths in characters."""

POINTER = r"(/[^/\x00-\x1f]{1,60}){1,5}\Z"
FORM_KEY = r"[a-z]+-[0-9]\Z"
FINDING_KEY = r"([a-z0-9][a-z0-9_-]{0,59}:)?[a-z0-9][a-z0-9_-]{0,59}(@(/[^/\x00-\x1f]{1,60}){1,6})?\Z"
"""The key of a finding, as `operations.findings.key_of` makes it, or its rule alone; a division's begin with its id."""

MOST_POINTERS = 100


class Members(Strict[Mapping[str, object]]):
    """A JSON object whose members another part of the service reads."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "object"}, **options)

    def read(self, value: object) -> Mapping[str, object]:
        """Return the object. Code: not_object."""
        if not isinstance(value, dict):
            raise fault("not_object", "应按项目分别填写。", "对象")
        return value


class EmptyIn(Schema):
    """A request that carries nothing."""


class BeginIn(Schema):
    """Which form to begin, for which period, for which platform where the unit has several."""

    form = fields.String(required=True, validate=validate.Regexp(FORM_KEY))
    period = Text(7, min=4, required=True)
    item = Text(40, min=0, load_default="")


class ContentIn(Schema):
    """The working copy as a whole."""

    answers = Members(load_default=dict)
    extras = Members(load_default=dict)
    explanations = ByKey(
        keys=fields.String(validate=validate.Regexp(FINDING_KEY)),
        values=Text(PARAGRAPH, min=0, multiline=True),
        load_default=dict,
        validate=validate.Length(max=MOST_EXPLANATIONS),
    )
    evidence = fields.List(Id(), load_default=list, validate=validate.Length(max=100))
    nil_reason = Text(LINE, allow_none=True, load_default=None)

    @post_load
    def content(self, data: dict[str, object], **_: object) -> Content:
        """Return the content as the operation takes it."""
        return Content(**data)  # type: ignore[arg-type]  # loaded by the fields above


class SignOffIn(Schema):
    """The foot of the form."""

    unit_head = Text(NAME, required=True)
    statistics_head = Text(NAME, required=True)
    filler = Text(NAME, required=True)
    phone = Phone(required=True)
    reported_on = PlainDate(required=True)

    @post_load
    def sign_off(self, data: dict[str, object], **_: object) -> SignOff:
        """Return the foot as the operation takes it."""
        return SignOff(**data)  # type: ignore[arg-type]  # loaded by the fields above


class SubmissionIn(Schema):
    """The foot of the form, and that the law's duties were read."""

    sign_off = fields.Nested(SignOffIn, required=True)
    duties_read = Flag(required=True)


class ApprovalIn(Schema):
    """An approval: opinion and who signs it."""

    opinion = Text(PARAGRAPH, multiline=True, required=True)
    signatory = Text(NAME, required=True)

    @post_load
    def signed(self, data: dict[str, str], **_: object) -> Signed:
        """Return the words as the operation takes them."""
        return Signed(text=data["opinion"], signatory=data["signatory"])


class ReturnIn(Schema):
    """A return: coded reason, free reason, who signs it, and which fields are to be corrected (all where none)."""

    reason_code = Choice(ReasonCode, required=True)
    reason = Text(PARAGRAPH, multiline=True, required=True)
    signatory = Text(NAME, required=True)
    pointers = fields.List(
        fields.String(validate=validate.Regexp(POINTER)), load_default=list, validate=validate.Length(max=MOST_POINTERS)
    )

    @post_load
    def signed(self, data: dict[str, object], **_: object) -> Signed:
        """Return the words as the operation takes them."""
        return Signed(text=data.pop("reason"), **data)  # type: ignore[arg-type]  # loaded by the fields above


class RowsIn(Schema):
    """Rows to be put behind those that are there."""

    rows = fields.List(Members(), required=True, validate=validate.Length(min=1, max=SEGMENT_ROWS))


class RowIn(Schema):
    """A row in the place of another; null takes it out."""

    row = Members(required=True, allow_none=True)


class TryIn(Schema):
    """Answers to be checked without filing them."""

    period = Text(7, min=4, required=True)
    answers = Members(required=True)


class UnitIn(Schema):
    """What a unit says of itself when it registers."""

    name = Text(NAME, min=2, required=True)
    division = DivisionCode(finest=True, required=True)
    uscc = Uscc(load_default="", allow_none=False)
    organisation_code = OrganisationCode(load_default="")
    english_name = Text(LINE, min=0, load_default="")
    legal_representative = Text(NAME, min=0, load_default="")


class DecisionIn(Schema):
    """A decision to collect periods under an approval that has ended."""

    edition = Text(20, required=True)
    from_period = Text(7, min=4, required=True)
    to_period = Text(7, min=4, required=True)
    document = Text(LINE, required=True)
    ground = Text(PARAGRAPH, multiline=True, required=True)

    @post_load
    def wanted(self, data: dict[str, str], **_: object) -> WantedDecision:
        """Return the decision as the operation takes it."""
        return WantedDecision(**data)


class NarrowedIn(Schema):
    """Query of what filings are wanted; `waiting` leaves only what the reader's department is to review."""

    state = Choice(State, load_default=None)
    form = fields.String(load_default="", validate=validate.Regexp(rf"({FORM_KEY})?\Z"))
    period = fields.String(load_default="", validate=validate.Regexp(r"(20[0-9]{2}(-[01][0-9])?)?\Z"))
    unit = fields.String(load_default="", validate=validate.Length(max=40))
    waiting = fields.String(load_default="", validate=validate.OneOf(["", "true"]))


class ListIn(PageIn, NarrowedIn):
    """Query of the list of filings."""


class UnitTypeIn(Schema):
    """Query of what units are wanted."""

    type = Choice(UnitType, load_default=None)


class UnitsIn(PageIn, UnitTypeIn):
    """Query of the list of units."""


class DiffIn(Schema):
    """Query of a comparison: the version to compare with; 0 is the unit's working copy."""

    against = QueryNumber(0, 10_000, required=True)


class PointerIn(Schema):
    """Query of a field's earlier values."""

    pointer = fields.String(required=True, validate=validate.Regexp(POINTER))


class RowPageIn(Schema):
    """Query of rows: of which version (0: the working copy), from which one, how many."""

    version = QueryNumber(0, 10_000, load_default=0)
    first = QueryNumber(0, 1_000_000, load_default=0)
    limit = QueryNumber(1, 1000, load_default=100)


class SectionIn(Schema):
    """Query of a print: which section of a long list."""

    section = QueryNumber(1, 10_000, load_default=1)
