"""Units and the ministry's decisions, as they go out over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.filing.model.decisions import CollectionDecision
from services.filing.model.units import Unit
from services.filing.schemas.words import SOURCE_LABELS, TYPE_LABELS
from services.filing.workbooks.export import Column
from shared.codes import divisions

Body = dict[str, object]


class UnitOut(Schema):
    """A unit with its basic facts and where each comes from."""

    id = fields.String()
    types = fields.List(fields.Dict())
    division = fields.String()
    division_name = fields.String()
    basics = fields.List(fields.Dict())
    platforms = fields.List(fields.Dict())
    updated_at = fields.String()


class UnitsOut(Schema):
    """A page of units."""

    items = fields.List(fields.Nested(UnitOut))
    next_cursor = fields.String()


class DecisionOut(Schema):
    """A decision to collect periods under an approval that has ended."""

    id = fields.String()
    edition = fields.String()
    from_period = fields.String()
    to_period = fields.String()
    document = fields.String()
    ground = fields.String()
    decided_at = fields.String()


class DecisionsOut(Schema):
    """All decisions."""

    items = fields.List(fields.Nested(DecisionOut))


def unit_body(unit: Unit) -> Body:
    """Return a unit."""
    found = divisions.find_current(unit.division)
    return {
        "id": unit.id,
        "types": [{"type": each.value, "label": TYPE_LABELS[each]} for each in sorted(unit.types)],
        "division": unit.division,
        "division_name": found.name if found else unit.division,
        "basics": [
            {"name": name, "value": basic.value, "source": basic.source.value, "label": SOURCE_LABELS[basic.source]}
            for name, basic in sorted(unit.basics.items())
        ],
        "platforms": [
            {"id": each.id, "name": each.name, "is_registered": each.is_registered} for each in unit.platforms
        ],
        "updated_at": unit.updated_at.isoformat(),
    }


UNIT_COLUMNS = (
    Column("单位", 36),
    Column("统一社会信用代码", 22),
    Column("组织机构代码", 14),
    Column("企业类型", 24),
    Column("行政区划", 16),
    Column("法定代表人（单位负责人）", 20),
    Column("登记的服务外包交易平台", 36),
)
"""The columns of the list of units as a workbook."""


def unit_row(unit: Unit) -> tuple[str, ...]:
    """Return a unit as a line of the list as a workbook."""
    found = divisions.find_current(unit.division)
    return (
        unit.basic("name"),
        unit.basic("uscc"),
        unit.basic("organisation_code"),
        "、".join(TYPE_LABELS[each] for each in sorted(unit.types)),
        found.name if found else unit.division,
        unit.basic("legal_representative"),
        "、".join(each.name for each in unit.platforms if each.is_registered),
    )


def decision_body(decision: CollectionDecision) -> Body:
    """Return a decision of the ministry."""
    return {
        "id": decision.id,
        "edition": decision.edition,
        "from_period": decision.from_period,
        "to_period": decision.to_period,
        "document": decision.document,
        "ground": decision.ground,
        "decided_at": decision.decided_at.isoformat(),
    }
