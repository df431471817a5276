"""Relocations of units over HTTP, and the bodies for the interface's description."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields

from services.filing.model.relocations import RelocationState
from services.filing.operations.relocating import RelocationView
from services.filing.operations.relocation_notices import name_of
from services.filing.schemas.chain import department_name
from shared.fields import Choice, DivisionCode
from shared.web.paging import PageIn

Body = dict[str, object]

STATE_LABELS: Mapping[RelocationState, str] = {RelocationState.OPEN: "待确定", RelocationState.DONE: "已转办"}


class RelocationsIn(PageIn):
    """Which relocations are listed."""

    state = Choice(RelocationState, load_default=None)


class PlacementIn(Schema):
    """Where a unit belongs."""

    division = DivisionCode(required=True)


class OfferedDivisionOut(Schema):
    """A division in which a unit may be placed."""

    code = fields.String()
    name = fields.String()


class RelocationOut(Schema):
    """A unit that follows a change of its divisions; `offered` is empty for whoever does not place it."""

    id = fields.String()
    version = fields.Integer()
    unit_id = fields.String()
    unit_name = fields.String()
    state = fields.String()
    state_label = fields.String()
    before = fields.String()
    before_name = fields.String()
    after = fields.String()
    after_name = fields.String()
    placer = fields.String()
    placer_name = fields.String()
    offered = fields.List(fields.Nested(OfferedDivisionOut))
    created_at = fields.String()


class RelocationsOut(Schema):
    """A page of relocations, the newest first."""

    items = fields.List(fields.Nested(RelocationOut))
    next_cursor = fields.String()


def relocation_body(view: RelocationView) -> Body:
    """Return a relocation."""
    relocation = view.relocation
    return {
        "id": relocation.id,
        "version": relocation.version,
        "unit_id": relocation.unit_id,
        "unit_name": view.unit_name,
        "state": relocation.state.value,
        "state_label": STATE_LABELS[relocation.state],
        "before": relocation.before,
        "before_name": name_of(relocation, relocation.before),
        "after": relocation.after,
        "after_name": name_of(relocation, relocation.after) if relocation.after else "",
        "placer": relocation.placer,
        "placer_name": department_name(relocation.placer) if relocation.placer else "",
        "offered": [{"code": each, "name": name_of(relocation, each)} for each in view.offered],
        "created_at": relocation.created_at.isoformat(),
    }


_RELOCATION = {
    "id": "01990000000070008000000000000041",
    "version": 1,
    "unit_id": "01990000000070008000000000000002",
    "unit_name": "杭州云采科技有限公司",
    "state": "open",
    "state_label": "待确定",
    "before": "330106",
    "before_name": "浙江省杭州市西湖区",
    "after": "",
    "after_name": "",
    "placer": "330100",
    "placer_name": "杭州市",
    "offered": [{"code": "330105", "name": "浙江省杭州市拱墅区"}, {"code": "330110", "name": "浙江省杭州市余杭区"}],
    "created_at": "2026-01-09T02:00:00+00:00",
}

RELOCATION_EXAMPLES: Mapping[str, object] = {
    "PlacementIn": {"division": "330105"},
    "RelocationOut": _RELOCATION,
    "RelocationsOut": {"items": [_RELOCATION], "next_cursor": ""},
}
