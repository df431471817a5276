"""What statistics hands over: a set of tables that was approved for good, and has passed disclosure control.

On the bus stands which set it is; the tables themselves are `sealed` for their reader, since they are secret until they are
released. Sealed is `{"tables": …}`: the content, a `TableSet` as `dump_tables` writes it, compressed by gzip.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections.abc import Mapping
from decimal import Decimal

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from shared.contracts import Contract
from shared.messaging.errors import ContractBroken

OWNER = "statistics"
READER = "exchange"

ANNUAL, MONTHLY = "annual", "monthly"
BULLETIN, YEARBOOK = "bulletin", "yearbook"
"""Sets of the ministry's own publications, which stay with statistics and the website."""
PUBLISHED, SUPPRESSED = "published", "suppressed"
REGION, BUSINESS_CLASS = "region", "class"
"""What a dimension divides by, where control totals are drawn up by it."""

MAX_BYTES = 16 * 1024 * 1024
"""Bytes of a content at most; compressed and sealed it must still fit into a message."""

_YEAR, _MONTH = "20[0-9]{2}", "20[0-9]{2}-(0[1-9]|1[0-2])"
PERIOD = {
    ANNUAL: re.compile(_YEAR),
    MONTHLY: re.compile(_MONTH),
    BULLETIN: re.compile(f"{_YEAR}|{_MONTH}"),
    YEARBOOK: re.compile(_YEAR),
}

_ID = validate.Length(min=1, max=64)
_NAME = validate.Regexp(r"[a-z][a-z0-9_]{0,39}\Z")
_TITLE = validate.Length(min=1, max=200)
_CODE = validate.Regexp(r"[A-Za-z0-9_.-]{1,40}\Z")
_VALUE = validate.Regexp(r"-?[0-9]{1,18}(\.[0-9]{1,6})?\Z")
_DIGEST = validate.Regexp(r"[0-9a-f]{64}\Z")


class Item(Schema):
    """A value of a dimension; `parent` is the code of the item that it is a part of."""

    code = fields.String(required=True, validate=_CODE)
    title = fields.String(required=True, validate=_TITLE)
    parent = fields.String(load_default="", validate=validate.Length(max=40))


class Dimension(Schema):
    """What a table is divided by; `role` says that it is the region or the business class, empty for any other."""

    code = fields.String(required=True, validate=_NAME)
    title = fields.String(required=True, validate=_TITLE)
    role = fields.String(load_default="", validate=validate.OneOf(("", REGION, BUSINESS_CLASS)))
    items = fields.List(fields.Nested(Item, unknown=EXCLUDE), required=True, validate=validate.Length(min=1))


class Measure(Schema):
    """What is counted; an amount is there once in each currency, as a series of its own."""

    code = fields.String(required=True, validate=_NAME)
    title = fields.String(required=True, validate=_TITLE)
    unit = fields.String(required=True, validate=_TITLE)
    currency = fields.String(load_default="", validate=validate.OneOf(("", "CNY", "USD")))
    decimals = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=6))


class Cell(Schema):
    """A number at a code of each dimension, in the order of the dimensions. A suppressed one has no value."""

    at = fields.List(fields.String(validate=_CODE), required=True)
    measure = fields.String(required=True, validate=_NAME)
    status = fields.String(required=True, validate=validate.OneOf((PUBLISHED, SUPPRESSED)))
    value = fields.String(load_default=None, allow_none=True, validate=_VALUE)


class Table(Schema):
    """A table. A cell that is not there was not drawn up."""

    code = fields.String(required=True, validate=_NAME)
    title = fields.String(required=True, validate=_TITLE)
    dimensions = fields.List(fields.Nested(Dimension, unknown=EXCLUDE), required=True, validate=validate.Length(min=1))
    measures = fields.List(fields.Nested(Measure, unknown=EXCLUDE), required=True, validate=validate.Length(min=1))
    cells = fields.List(fields.Nested(Cell, unknown=EXCLUDE), required=True, validate=validate.Length(min=1))

    @validates_schema(skip_on_field_errors=True)
    def check(self, data: Mapping[str, list[Mapping[str, object]]], **_: object) -> None:
        """Take cells that stand where the dimensions and measures say, each once, shown or suppressed."""
        known = [{item["code"] for item in _parts(each, "items")} for each in data["dimensions"]]
        measures = {str(each["code"]): each["decimals"] for each in data["measures"]}
        seen: set[tuple[object, ...]] = set()
        for cell in data["cells"]:
            at, measure, value = cell["at"], str(cell["measure"]), cell["value"]
            if not isinstance(at, list) or len(at) != len(known) or measure not in measures:
                raise ValidationError("a cell out of place", "cells")
            if any(code not in codes for code, codes in zip(at, known, strict=True)) or (*at, measure) in seen:
                raise ValidationError("a cell out of place", "cells")
            if (cell["status"] == PUBLISHED) is not (value is not None):
                raise ValidationError("a cell without its value, or one that is not to be seen", "cells")
            if value is not None and -int(str(Decimal(str(value)).as_tuple().exponent)) != measures[measure]:
                raise ValidationError("a value with other decimals than its measure", "cells")
            seen.add((*at, measure))


class Identified(Schema):
    """Which set it is. `period` is a year, or a month as 2026-03; `final_on` the day of the final approval, day 0 of the
    sharing clock. A set that corrects another has the next `version` and says which it `supersedes`.

    `is_sample`: the numbers are made up, and must be marked so wherever they are seen.
    """

    set_id = fields.String(required=True, validate=_ID)
    kind = fields.String(required=True, validate=validate.OneOf((ANNUAL, MONTHLY)))
    period = fields.String(required=True, validate=validate.Regexp(r"20[0-9]{2}(-(0[1-9]|1[0-2]))?\Z"))
    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    supersedes = fields.String(load_default="", validate=validate.Length(max=64))
    final_on = fields.Date(required=True)
    is_sample = fields.Boolean(load_default=False)

    @validates_schema(skip_on_field_errors=True)
    def check(self, data: Mapping[str, str | int], **_: object) -> None:
        """Take a period of its kind, and a set that supersedes another exactly where it isn't the first."""
        if not PERIOD[str(data["kind"])].fullmatch(str(data["period"])):
            raise ValidationError("not a period of this kind", "period")
        if (data["version"] == 1) is not (data["supersedes"] == ""):
            raise ValidationError("a first version, or one that supersedes another", "supersedes")


class TableSet(Identified):
    """The content. `edition` is that of the regulation, `snapshot_digest` stands for the frozen filings behind it.

    Only sets of the appendix (`annual`, `monthly`) are handed over; the others are drawn up alike.
    """

    kind = fields.String(required=True, validate=validate.OneOf((ANNUAL, MONTHLY, BULLETIN, YEARBOOK)))
    edition = fields.String(required=True, validate=validate.Regexp(r"20[0-9]{2}\Z"))
    title = fields.String(required=True, validate=_TITLE)
    snapshot_digest = fields.String(required=True, validate=_DIGEST)
    tables = fields.List(fields.Nested(Table, unknown=EXCLUDE), required=True, validate=validate.Length(min=1))


class TablesApproved(Identified):
    """A set was approved; `digest` is the SHA-256 in hex of the content before it was compressed."""

    digest = fields.String(required=True, validate=_DIGEST)
    reader = fields.String(required=True)
    sealed = fields.String(required=True)


TABLES_APPROVED = Contract("tongbao.statistics.tables_approved.v1", 1, OWNER, TablesApproved())

CONTRACTS = (TABLES_APPROVED,)


def dump_tables(content: Mapping[str, object]) -> bytes:
    """Return a content as bytes, the same for the same content. Raises `ContractBroken` where it breaks the schema."""
    data = orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS)
    load_tables(data)
    return data


def load_tables(data: bytes) -> dict[str, object]:
    """Return a content as its schema loads it. Raises `ContractBroken` that names the faulty fields, never a value."""
    try:
        loaded: dict[str, object] = TableSet().load(orjson.loads(data), unknown=EXCLUDE)
    except orjson.JSONDecodeError:
        raise ContractBroken("tables") from None
    except ValidationError as error:
        named = sorted(map(str, error.messages)) if isinstance(error.messages, dict) else ["_schema"]
        raise ContractBroken("tables/" + ",".join(named)) from None
    return loaded


def packed(data: bytes) -> Mapping[str, object]:
    """Return what is sealed for the reader, the same for the same content."""
    return {"tables": gzip.compress(data, mtime=0)}


def unpacked(secret: object) -> bytes:
    """Return the content of what was sealed. Raises `ContractBroken` for anything else, and for one beyond the bound."""
    pressed = secret.get("tables") if isinstance(secret, Mapping) else None
    if not isinstance(pressed, bytes):
        raise ContractBroken("tables")
    try:
        with gzip.open(io.BytesIO(pressed)) as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, ValueError):
        raise ContractBroken("tables") from None
    if len(data) > MAX_BYTES:
        raise ContractBroken("tables")
    return data


def digest_of(data: bytes) -> str:
    """Return the digest of a content."""
    return hashlib.sha256(data).hexdigest()


def _parts(part: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = part[name]
    return found if isinstance(found, list) else []
