"""How far a correction reaches, as it is asked for and goes out over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from marshmallow import Schema, fields, validate

from services.statistics.model.facts import Value, spot_of
from services.statistics.model.placing import Fact
from services.statistics.model.reaches import Corrected, Reach, ReachedCell, ReachedRelease, ReachedTable
from services.statistics.schemas.releases import STATE_LABELS
from services.statistics.tables.classes import kept_class
from shared.contracts.filing import FactKind
from shared.fields import Choice, Money, Text

Body = dict[str, object]

MOST_LINES = 2000
PATH = 5
PERIOD = r"20[0-9]{2}(-(0[1-9]|1[0-2]))?\Z"
LIST = r"([a-z_]{1,30}/[0-9]{4})?\Z"
DIVISION = r"[0-9]{6}\Z"
CODE = r"[A-Za-z0-9_.-]{0,20}\Z"
AMOUNTS = ("usd", "cny", "settled_usd", "settled_cny", "number", "before", "hours")
CODES = ("nature", "market", "client_industry", "act", "category", "education", "ownership")


def _code() -> fields.String:
    return fields.String(load_default="", validate=validate.Regexp(CODE))


def _amount() -> Money:
    return Money("万元、万美元、人或份", places=6, min=None, load_default=None, allow_none=True)


class CorrectedLineIn(Schema):
    """A fact of a filing, as filing tells it; amounts in 万元 (cny) and 万美元 (usd)."""

    kind = Choice(FactKind, required=True)
    counted_in = fields.String(required=True, validate=validate.Regexp(PERIOD))
    business_class = _code()
    class_list = fields.String(load_default="", validate=validate.Regexp(LIST))
    nature = _code()
    market = _code()
    client_industry = _code()
    act = _code()
    category = _code()
    education = _code()
    ownership = _code()
    usd = _amount()
    cny = _amount()
    settled_usd = _amount()
    settled_cny = _amount()
    number = _amount()
    before = _amount()
    hours = _amount()


class CorrectedIn(Schema):
    """Facts of one filing as settled last, and as corrected: null where it is not corrected yet.

    `path` are the divisions of its unit, the lowest first; `ownership` and `industry` are those of its basic information.
    """

    filing_id = Text(64, load_default="")
    path = fields.List(
        fields.String(validate=validate.Regexp(DIVISION)), required=True, validate=validate.Length(min=1, max=PATH)
    )
    ownership = _code()
    industry = _code()
    before = fields.List(fields.Nested(CorrectedLineIn), required=True, validate=validate.Length(max=MOST_LINES))
    after = fields.List(
        fields.Nested(CorrectedLineIn), required=True, allow_none=True, validate=validate.Length(max=MOST_LINES)
    )


class ReachedCellOut(Schema):
    """A released cell in words; value, change and after are null where they are not told."""

    at = fields.List(fields.String())
    measure = fields.String()
    unit = fields.String()
    sight = fields.String()
    value = fields.String(allow_none=True)
    change = fields.String(allow_none=True)
    after = fields.String(allow_none=True)


class ReachedTableOut(Schema):
    """A released table with the cells concerned; `count` may be more than are named."""

    code = fields.String()
    title = fields.String()
    count = fields.Integer()
    cells = fields.List(fields.Nested(ReachedCellOut))


class ReachedReleaseOut(Schema):
    """A released set: who holds it, since when it is outdated (null where it is not), and the tables concerned."""

    id = fields.String()
    kind = fields.String()
    title = fields.String()
    period = fields.String()
    number = fields.Integer()
    state = fields.String()
    state_label = fields.String()
    published_at = fields.String(allow_none=True)
    outdated_since = fields.String(allow_none=True)
    holders = fields.List(fields.String())
    count = fields.Integer()
    tables = fields.List(fields.Nested(ReachedTableOut))


class ReachOut(Schema):
    """The released sets that a correction reaches, the newest first; notes say what is not listed."""

    releases = fields.List(fields.Nested(ReachedReleaseOut))
    notes = fields.List(fields.String())


def corrected_of(data: Mapping[str, Any]) -> Corrected:  # Any: what `CorrectedIn` loads
    """Return what was sent as the operation takes it."""
    province, city, county = spot_of(data["path"])
    known: dict[str, Value] = {"province": province, "city": city, "county": county}
    known |= {name: data[name] for name in ("ownership", "industry")}
    after = data["after"]
    return Corrected(
        tuple(_fact(known, each) for each in data["before"]),
        None if after is None else tuple(_fact(known, each) for each in after),
    )


def reach_body(reach: Reach) -> Body:
    """Return how far a correction reaches."""
    return {"releases": [_release(each) for each in reach.releases], "notes": list(reach.notes)}


def _fact(known: Mapping[str, Value], said: Mapping[str, Any]) -> Fact:
    own: dict[str, Value] = {name: said[name] for name in (*CODES, *AMOUNTS) if said[name] not in (None, "")}
    own["business_class"] = kept_class(said["business_class"], said["class_list"])
    return Fact(cast(FactKind, said["kind"]), said["counted_in"], {**known, **own})


def _release(reached: ReachedRelease) -> Body:
    release = reached.release
    return {
        "id": release.id,
        "kind": release.kind.value,
        "title": reached.title,
        "period": release.period,
        "number": release.number,
        "state": release.state.value,
        "state_label": STATE_LABELS[release.state],
        "published_at": release.published_at.isoformat() if release.published_at else None,
        "outdated_since": reached.outdated_since.isoformat() if reached.outdated_since else None,
        "holders": list(reached.holders),
        "count": reached.count,
        "tables": [_table(each) for each in reached.tables],
    }


def _table(table: ReachedTable) -> Body:
    cells = [_cell(each) for each in table.cells]
    return {"code": table.code, "title": table.title, "count": table.count, "cells": cells}


def _cell(cell: ReachedCell) -> Body:
    return {
        "at": list(cell.at),
        "measure": cell.measure,
        "unit": cell.unit,
        "sight": cell.sight.value,
        "value": _text(cell.value),
        "change": _text(cell.change),
        "after": _text(cell.after),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
