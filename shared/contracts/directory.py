"""What the 名录库 tells and what it is asked: announcements on units, inquiries, their answers.

On the bus they look as everything at the border does (see `border`): the content signed inside of an encryption. An
announcement is known by unit and sequence: the sequence of a unit counts from 1 without a gap, and what is told again is the
same content, byte by byte. It changes all its units or none of them.

An inquiry (`Inquiry`) asks for a unit by its credit code, for announcements that never came, or for a page of all units;
the answer (`Records`) quotes its id. Announcements in an answer are the signed contents as texts, as they were sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from shared.contracts import Contract
from shared.contracts.border import CODE, DIGEST, ID, OPTIONAL_ID, Head, Sealed, SealedMessage
from shared.messaging.topology import DIRECTORY_ANNOUNCED, DIRECTORY_ANSWERS, DIRECTORY_INBOX

ANNOUNCED = ("new", "change", "close", "move", "merge", "split")
"""新增, 变更, 注销, 迁移, 合并, 拆分."""
ROLES = ("subject", "successor", "predecessor")
ASKED = ("code", "missing", "page")
STATES = ("in_force", "ceased")
MAX_PAGE = 2000
"""Units of a page at most; their records stay far below what a message may hold."""
MAX_PARTIES = 50

_TEXT = validate.Length(max=400)
_SEQUENCE = validate.Range(min=1)


class Record(Schema):
    """A unit as on the forms MLK101-1 and MLK101-2; what is not known is empty."""

    form = fields.String(load_default="MLK101-1", validate=validate.OneOf(("MLK101-1", "MLK101-2")))
    credit_code = fields.String(load_default="", validate=validate.Length(max=18))
    organisation_code = fields.String(load_default="", validate=validate.Length(max=9))
    name = fields.String(required=True, validate=validate.Length(min=1, max=400))
    activities = fields.List(fields.String(validate=_TEXT), load_default=list, validate=validate.Length(max=3))
    industry = fields.String(load_default="", validate=validate.Length(max=4))
    industry_list = fields.String(load_default="", validate=validate.Length(max=8))
    address = fields.String(load_default="", validate=_TEXT)
    division = fields.String(required=True, validate=validate.Regexp(r"([0-9]{6}|[0-9]{9}|[0-9]{12})\Z"))
    registered_address = fields.String(load_default="", validate=_TEXT)
    registered_division = fields.String(load_default="", validate=validate.Regexp(r"[0-9]{0,12}\Z"))
    size = fields.String(load_default="", validate=validate.Length(max=8))
    staff = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(min=0))
    legal_representative = fields.String(load_default="", validate=_TEXT)
    opened_on = fields.String(load_default="", validate=validate.Regexp(r"([0-9]{4}-[0-9]{2}(-[0-9]{2})?)?\Z"))
    phone = fields.String(load_default="", validate=_TEXT)
    mobile = fields.String(load_default="", validate=_TEXT)
    postcode = fields.String(load_default="", validate=_TEXT)
    email = fields.String(load_default="", validate=_TEXT)
    registration_type = fields.String(load_default="", validate=validate.Length(max=3))
    registration_list = fields.String(load_default="", validate=validate.Length(max=8))
    holding = fields.String(load_default="", validate=validate.Length(max=8))
    operating_state = fields.String(load_default="", validate=validate.Length(max=8))
    kind = fields.String(load_default="", validate=validate.Length(max=8))
    parent_code = fields.String(load_default="", validate=validate.Length(max=18))


class Party(Schema):
    """A unit of an announcement: the directory's id of it, the sequence of this change, its record before and after.

    Without `before` it is new, without `after` it has ceased.
    """

    unit = fields.String(required=True, validate=ID)
    sequence = fields.Integer(required=True, strict=True, validate=_SEQUENCE)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    before = fields.Nested(Record, required=True, allow_none=True, unknown=EXCLUDE)
    after = fields.Nested(Record, required=True, allow_none=True, unknown=EXCLUDE)


class Announcement(Schema):
    """新增, 变更, 注销, 迁移, 合并 or 拆分 of a unit, the subject; it stands first among the parties."""

    kind = fields.String(required=True, validate=validate.OneOf(ANNOUNCED))
    effective_date = fields.Date(required=True, format="iso")
    evidence = fields.String(required=True, validate=validate.Length(max=2000))
    parties = fields.List(
        fields.Nested(Party, unknown=EXCLUDE), required=True, validate=validate.Length(min=1, max=MAX_PARTIES)
    )

    @validates_schema
    def check(self, data: Mapping[str, object], **_: object) -> None:
        """Take one subject, in front, each unit once, and of each a record before or after."""
        parties = cast("list[Mapping[str, object]]", data["parties"])
        roles = [each["role"] for each in parties]
        if roles[0] != "subject" or "subject" in roles[1:]:
            raise ValidationError("one subject", "parties")
        if len({each["unit"] for each in parties}) != len(parties):
            raise ValidationError("each unit once", "parties")
        if any(each["before"] is None and each["after"] is None for each in parties):
            raise ValidationError("a record", "parties")


class Inquiry(Head):
    """What the 名录库 is asked: a unit by `credit_code`; announcements `first` to `last` of `unit`; or a page of all units.

    Its `kind` is UNIT_INQUIRY. A page has at most `size` units, those with an id above `after`.
    """

    asks = fields.String(required=True, validate=validate.OneOf(ASKED))
    credit_code = fields.String(load_default="", validate=validate.Length(max=18))
    unit = fields.String(load_default="", validate=OPTIONAL_ID)
    first = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0))
    last = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0))
    after = fields.String(load_default="", validate=OPTIONAL_ID)
    size = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=MAX_PAGE))


class Entry(Schema):
    """A unit of the directory: its id there, the sequence of its last change, whether it has ceased, its record."""

    unit = fields.String(required=True, validate=ID)
    sequence = fields.Integer(required=True, strict=True, validate=_SEQUENCE)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    record = fields.Nested(Record, required=True, unknown=EXCLUDE)


class Records(Schema):
    """The answer to an inquiry, `message_id` and `digest` being those of its content.

    A unit that the 名录库 does not have gives no entry. A page says how many units there are in all, and after which id the next
    begins (empty: it was the last). `reason` says why nothing is answered.
    """

    message_id = fields.String(required=True, validate=ID)
    digest = fields.String(required=True, validate=DIGEST)
    reason = fields.String(load_default="", validate=CODE)
    entries = fields.List(
        fields.Nested(Entry, unknown=EXCLUDE), load_default=list, validate=validate.Length(max=MAX_PAGE)
    )
    announcements = fields.List(fields.String(), load_default=list, validate=validate.Length(max=MAX_PAGE))
    next = fields.String(load_default="", validate=OPTIONAL_ID)
    total = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0))
    answered_at = fields.AwareDateTime(required=True, format="iso")


UNIT_ANNOUNCED = Contract(
    "tongbao.border.unit_announced.v1", 1, "sandbox", Sealed(), Announcement(), DIRECTORY_ANNOUNCED
)
INQUIRY = Contract("tongbao.border.inquiry.v1", 1, "exchange", SealedMessage(), Inquiry(), DIRECTORY_INBOX)
RECORDS = Contract("tongbao.border.records.v1", 1, "sandbox", Sealed(), Records(), DIRECTORY_ANSWERS)

CONTRACTS = (UNIT_ANNOUNCED, INQUIRY, RECORDS)
