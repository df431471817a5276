"""The mirror of the 名录库 over HTTP: its state, look-ups, loads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from marshmallow import Schema, fields

from services.exchange.model.directory import FIELDS
from services.exchange.model.inquiries import InquiryState, Load, LoadState
from services.exchange.model.mirror import Known, UnitState
from services.exchange.operations.asking import LookedUp
from services.exchange.operations.standing import MirrorState
from services.exchange.schemas.outgoing import Body
from shared.fields import Uscc

UNIT_LABELS = {UnitState.IN_FORCE: "存续", UnitState.CEASED: "已终止"}
LOAD_LABELS = {LoadState.RUNNING: "正在装载", LoadState.STOPPED: "已停止", LoadState.DONE: "已完成"}
LOOK_UP_LABELS = {"found": "已找到", "asked": "已向名录库查询，等待答复", "unknown": "名录库中没有可供查看的该单位"}


class LookUpIn(Schema):
    """The credit code that is looked up."""

    credit_code = Uscc(required=True)


class DirectoryFieldOut(Schema):
    """A field of a record: its code and title on the form of the 名录库, its value in words."""

    name = fields.String()
    code = fields.String()
    title = fields.String()
    value = fields.String()


class DirectoryUnitOut(Schema):
    """A unit as the 名录库 has it; `told_at` is when it said so."""

    state = fields.String()
    state_label = fields.String()
    sequence = fields.Integer()
    told_at = fields.String()
    division = fields.String()
    items = fields.List(fields.Nested(DirectoryFieldOut))


class LookUpOut(Schema):
    """What is known of a credit code: `state` is found, asked or unknown; by `inquiry_id` the answer is read later."""

    state = fields.String()
    state_label = fields.String()
    inquiry_id = fields.String()
    asked_at = fields.String(allow_none=True)
    unit = fields.Nested(DirectoryUnitOut, allow_none=True)


class DirectoryLoadOut(Schema):
    """How far a load of all units has come; `differing` units have our number and another record, ours stayed."""

    id = fields.String()
    version = fields.Integer()
    state = fields.String()
    state_label = fields.String()
    started_at = fields.String()
    updated_at = fields.String()
    pages = fields.Integer()
    total = fields.Integer()
    taken = fields.Integer()
    stored = fields.Integer()
    differing = fields.Integer()
    reason = fields.String()


class LastDirectoryLoadOut(DirectoryLoadOut):
    """The newest load, where there was one."""


class DivisionOut(Schema):
    """How many units a county has."""

    division = fields.String()
    in_force = fields.Integer()
    ceased = fields.Integer()


class WaitingOut(Schema):
    """An announcement that waits for others before it: since when, for how many, how often they were asked for."""

    id = fields.String()
    kind = fields.String()
    received_at = fields.String()
    missing = fields.Integer()
    asked = fields.Integer()
    asked_at = fields.String(allow_none=True)


class TroubleOut(Schema):
    """Something of the 名录库 that was put aside, with its reason."""

    id = fields.String()
    code = fields.String()
    at = fields.String()


class DirectoryOut(Schema):
    """The mirror in numbers; nothing of a unit."""

    in_force = fields.Integer()
    ceased = fields.Integer()
    changed_at = fields.String(allow_none=True)
    divisions = fields.List(fields.Nested(DivisionOut))
    waiting = fields.Integer()
    waits = fields.List(fields.Nested(WaitingOut))
    troubles = fields.List(fields.Nested(TroubleOut))
    last_load = fields.Nested(LastDirectoryLoadOut, allow_none=True)


def look_up_body(found: LookedUp) -> Body:
    """Return what was looked up."""
    is_asked = found.inquiry is not None and found.inquiry.state is InquiryState.ASKED
    state = "found" if found.known else "asked" if is_asked else "unknown"
    return {
        "state": state,
        "state_label": LOOK_UP_LABELS[state],
        "inquiry_id": found.inquiry.id if found.inquiry else "",
        "asked_at": found.inquiry.asked_at.isoformat() if found.inquiry else None,
        "unit": _record_body(found.known) if found.known else None,
    }


def load_body(load: Load) -> Body:
    """Return how far a load has come."""
    return {
        "id": load.id,
        "version": load.version,
        "state": load.state.value,
        "state_label": LOAD_LABELS[load.state],
        "started_at": load.started_at.isoformat(),
        "updated_at": load.updated_at.isoformat(),
        "pages": load.pages,
        "total": load.total,
        "taken": load.taken,
        "stored": load.stored,
        "differing": load.differing,
        "reason": load.reason,
    }


def state_body(state: MirrorState) -> Body:
    """Return the mirror in numbers."""
    counties: dict[str, dict[UnitState, int]] = {}
    for (division, unit_state), units in state.counts.items():
        counties.setdefault(division, dict.fromkeys(UnitState, 0))[unit_state] += units
    return {
        "in_force": _sum(state.counts, UnitState.IN_FORCE),
        "ceased": _sum(state.counts, UnitState.CEASED),
        "changed_at": _moment(state.changed_at),
        "divisions": [
            {"division": division, "in_force": units[UnitState.IN_FORCE], "ceased": units[UnitState.CEASED]}
            for division, units in sorted(counties.items())
        ],
        "waiting": state.waiting,
        "waits": [
            {
                "id": each.kept.id,
                "kind": each.kept.announcement.kind.value,
                "received_at": each.kept.received_at.isoformat(),
                "missing": each.missing,
                "asked": each.kept.asked,
                "asked_at": _moment(each.kept.asked_at),
            }
            for each in state.waits
        ],
        "troubles": [{"id": each.id, "code": each.code, "at": each.at.isoformat()} for each in state.troubles],
        "last_load": load_body(state.load) if state.load else None,
    }


def _record_body(known: Known) -> Body:
    return {
        "state": known.state.value,
        "state_label": UNIT_LABELS[known.state],
        "sequence": known.sequence,
        "told_at": known.at.isoformat(),
        "division": known.division,
        "items": [
            {"name": each.name, "code": each.code, "title": each.title, "value": each.shown(known.record)}
            for each in FIELDS
        ],
    }


def _sum(counts: Mapping[tuple[str, UnitState], int], state: UnitState) -> int:
    return sum(units for (_, each), units in counts.items() if each is state)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
