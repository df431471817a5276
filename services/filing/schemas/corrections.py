"""What a correction changes of a filing's facts, as it goes out over HTTP: codes and amounts that tables are made of."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

from marshmallow import Schema, fields

from services.filing.operations.corrections import Correction

Body = dict[str, object]

CODES = (
    *("business_class", "class_list", "nature", "market", "client_industry", "act", "category", "education"),
    "ownership",
)
AMOUNTS = ("usd", "cny", "settled_usd", "settled_cny", "number", "before", "hours")


class CorrectedLineOut(Schema):
    """A fact: amounts in 万元 (cny) and 万美元 (usd), null where no rate was known; what its kind doesn't say is missing."""

    kind = fields.String()
    counted_in = fields.String()
    business_class = fields.String()
    class_list = fields.String()
    nature = fields.String()
    market = fields.String()
    client_industry = fields.String()
    act = fields.String()
    category = fields.String()
    education = fields.String()
    ownership = fields.String()
    usd = fields.String(allow_none=True)
    cny = fields.String(allow_none=True)
    settled_usd = fields.String(allow_none=True)
    settled_cny = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    before = fields.String(allow_none=True)
    hours = fields.String(allow_none=True)


class CorrectionOut(Schema):
    """Facts of a filing as settled for good, and as corrected: null where nothing is corrected that the reader may see.

    `path` are the divisions of the unit, the lowest first; `ownership` and `industry` are those of its basic information.
    """

    filing_id = fields.String()
    path = fields.List(fields.String())
    ownership = fields.String()
    industry = fields.String()
    before = fields.List(fields.Nested(CorrectedLineOut))
    after = fields.List(fields.Nested(CorrectedLineOut), allow_none=True)


def correction_body(correction: Correction) -> Body:
    """Return what a correction changes."""
    after = correction.after
    return {
        "filing_id": correction.filing.id,
        "path": list(correction.filing.path),
        "ownership": str(correction.unit.get("ownership", "")),
        "industry": str(correction.unit.get("industry", "")),
        "before": [_line(each) for each in correction.before],
        "after": None if after is None else [_line(each) for each in after],
    }


def _line(line: Mapping[str, object]) -> Body:
    kind = line["kind"]
    codes = {name: str(line[name]) for name in CODES if name in line}
    amounts = {name: _text(line[name]) for name in AMOUNTS if name in line}
    return {
        "kind": kind.value if isinstance(kind, Enum) else kind,
        "counted_in": line["counted_in"],
        **codes,
        **amounts,
    }


def _text(amount: object) -> str | None:
    return format(amount, "f") if isinstance(amount, Decimal) else None
