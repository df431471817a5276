"""What crosses the border between the exchange and its partners, first the 名录库.

On the bus stands a CloudEvent whose data is `{"sealed": …}`: the content, signed by its sender (JWS) inside of an
encryption for its reader (JWE), both with the event's type as `typ`. The contents are JSON objects in UTF-8, `UnitNew`
one way (or another of `KINDS`) and `Receipt` the other. A message is known by its `message_id`: sent again, it has the same content, byte by
byte, in a new event; the reader acts on it once and answers with the receipt that it gave before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from shared.contracts import Contract
from shared.messaging.errors import ContractBroken
from shared.messaging.topology import DIRECTORY_INBOX, DIRECTORY_RECEIPTS

DIRECTORY = "directory"
"""The name of the 名录库 among the peers' keys, and of its stand-in as a source of events."""

EXCHANGE = "exchange"
"""The name of the exchange among the peers' keys of the 名录库."""

ID = validate.Length(min=1, max=64)
OPTIONAL_ID = validate.Length(max=64)
DIGEST = validate.Regexp(r"[0-9a-f]{64}\Z")
CODE = validate.Regexp(r"[a-z0-9_]{0,64}\Z")


class Sealed(Schema):
    """Content that was signed and then encrypted, as a compact JWE."""

    sealed = fields.String(required=True)


class SealedMessage(Sealed):
    """A message to a partner: `attempt` counts its sendings from 1, and comes back in the receipt."""

    attempt = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1))


class Head(Schema):
    """What every message to a partner has; `kind` says what the rest is."""

    kind = fields.String(required=True)
    message_id = fields.String(required=True, validate=ID)


class Evidence(Schema):
    """On what ground the change is told: the approved revision of the platform's registration, or of a 企业1表.

    One of the two ids is there; `approved_at` is the moment of the decision.
    """

    registration_id = fields.String(load_default="", validate=OPTIONAL_ID)
    filing_id = fields.String(load_default="", validate=OPTIONAL_ID)
    revision = fields.Integer(required=True, strict=True)
    approved_at = fields.String(required=True)

    @validates_schema
    def check(self, data: Mapping[str, object], **_: object) -> None:
        """Take exactly one ground."""
        if bool(data.get("registration_id")) == bool(data.get("filing_id")):
            raise ValidationError("one ground", "registration_id")


class Unit(Schema):
    """The unit; codes as in 基本单位名录库, `registered_capital` in 万元 as a decimal text.

    What only a 企业1表 tells (`english_name`, `organisation_code`) is missing until one was approved.
    """

    unit_id = fields.String(required=True, validate=ID)
    credit_code = fields.String(required=True)
    name = fields.String(required=True)
    division = fields.String(required=True)
    legal_representative = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    opened_on = fields.String(allow_none=True)
    registration_type = fields.String(allow_none=True)
    registered_capital = fields.String(allow_none=True)
    contact_person = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    unit_types = fields.List(fields.String(), load_default=list)
    english_name = fields.String(allow_none=True)
    organisation_code = fields.String(allow_none=True)


class Platform(Schema):
    """The platform that the unit operates."""

    name = fields.String(required=True)
    website = fields.String(required=True)
    icp_number = fields.String(required=True)


class ChangedField(Schema):
    """One field of the record, as `unit/name`, before and after; amounts and dates as texts, null for none."""

    field = fields.String(required=True, validate=validate.Regexp(r"(unit|platform)/[a-z_]{1,40}\Z"))
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class UnitMessage(Head):
    """What every message on a unit has. `sequence` counts the unit's messages from 1, without a gap, over all kinds.

    A unit that operates no platform has none.
    """

    sequence = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    unit = fields.Nested(Unit, required=True, unknown=EXCLUDE)
    platform = fields.Nested(Platform, load_default=None, allow_none=True, unknown=EXCLUDE)
    effective_date = fields.String(required=True)
    evidence = fields.Nested(Evidence, required=True, unknown=EXCLUDE)


class UnitNew(UnitMessage):
    """新增: a unit found by the survey (单位变动情况反馈)."""


class UnitChange(UnitMessage):
    """变更: the record as it is now, and which of its fields changed, with what was before."""

    changes = fields.List(fields.Nested(ChangedField, unknown=EXCLUDE), required=True, validate=validate.Length(min=1))


class UnitClose(UnitMessage):
    """注销: the platform is no longer registered, on a coded ground; the record is the last one in force."""

    ground = fields.String(required=True, validate=validate.Regexp(r"[a-z_]{1,40}\Z"))


class Ping(Head):
    """A test of the way to a partner and back: it has no effect there, and is answered with a receipt like all else."""

    asked_at = fields.AwareDateTime(required=True, format="iso")


class Receipt(Schema):
    """A partner's answer: `digest` is that of the content it read; a refusal has a `reason`, a code.

    `directory_id` is the 名录库's own id of the unit, empty where there is none. `attempt` is that of the sending which
    is answered; 0 where the partner does not say.
    """

    message_id = fields.String(required=True, validate=ID)
    digest = fields.String(required=True, validate=DIGEST)
    outcome = fields.String(required=True, validate=validate.OneOf(("accepted", "refused")))
    reason = fields.String(required=True, validate=CODE)
    directory_id = fields.String(required=True, validate=validate.Length(max=64))
    received_at = fields.AwareDateTime(required=True, format="iso")
    attempt = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0))


UNIT_NEW = Contract("tongbao.border.unit_new.v1", 1, "exchange", SealedMessage(), UnitNew(), DIRECTORY_INBOX)
UNIT_CHANGE = Contract("tongbao.border.unit_change.v1", 1, "exchange", SealedMessage(), UnitChange(), DIRECTORY_INBOX)
UNIT_CLOSE = Contract("tongbao.border.unit_close.v1", 1, "exchange", SealedMessage(), UnitClose(), DIRECTORY_INBOX)
PING = Contract("tongbao.exchange.ping.v1", 1, "exchange", SealedMessage(), Ping(), DIRECTORY_INBOX)
# The 名录库's own, where there is one.
RECEIPT = Contract("tongbao.border.receipt.v1", 1, "sandbox", Sealed(), Receipt(), DIRECTORY_RECEIPTS)

CONTRACTS = (UNIT_NEW, UNIT_CHANGE, UNIT_CLOSE, PING, RECEIPT)


@dataclass(frozen=True)
class Kind:
    """A kind of message on a unit, and its contract on the bus."""

    name: str
    contract: Contract

    @property
    def content(self) -> UnitMessage:
        """What the sealed content holds."""
        return cast(UnitMessage, self.contract.content)


KINDS = (Kind("UNIT_NEW", UNIT_NEW), Kind("UNIT_CHANGE", UNIT_CHANGE), Kind("UNIT_CLOSE", UNIT_CLOSE))
"""What the 名录库 is told: 新增, 变更, 注销."""

KIND_OF_TYPE: Mapping[str, Kind] = {kind.contract.type: kind for kind in KINDS}
KIND_BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}


def dump_content(content: Mapping[str, object]) -> bytes:
    """Return content as it is signed: the same bytes for the same content."""
    return orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS)


def load_content(schema: Schema, content: bytes) -> dict[str, object]:
    """Return content as the schema loads it; unknown fields are dropped.

    Raises `ContractBroken` that names the faulty fields.
    """
    try:
        loaded: dict[str, object] = schema.load(orjson.loads(content), unknown=EXCLUDE)
    except orjson.JSONDecodeError:
        raise ContractBroken("content") from None
    except ValidationError as error:
        # Not chained: the error carries the content.
        named = sorted(map(str, error.messages)) if isinstance(error.messages, dict) else ["_schema"]
        raise ContractBroken("content/" + ",".join(named)) from None
    return loaded


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of signed content in hex, as receipts quote it."""
    return hashlib.sha256(content).hexdigest()
