"""A unit's basic facts corrected by an approved 企业1表: onto the record that the 名录库 was told last, or as a new one.

What registration tells later keeps the corrections, but for what it changes itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from services.exchange.errors import Unreadable
from services.exchange.model.messages import Kind, Message
from services.exchange.model.survey_units import Source
from services.exchange.ports.deps import Deps
from shared.contracts.border import KIND_BY_NAME, load_content
from shared.errors import NotFound

NAMES: Mapping[str, str] = {
    "uscc": "credit_code",
    "organisation_code": "organisation_code",
    "name": "name",
    "english_name": "english_name",
    "opened_on": "opened_on",
    "legal_representative": "legal_representative",
    "registration_type": "registration_type",
}
"""The basic facts as filing calls them, and their names in the record of the 名录库."""

Record = Mapping[str, object]


def corrected(
    deps: Deps, message: Message, last: Message | None, record: Record, at: datetime
) -> tuple[Kind, Record | None]:
    """Return the kind of message that a correction becomes, with its record; none where the 名录库 knows it already.

    `last` is the unit's last message. A unit of which the 名录库 was told nothing, or last that it is closed, is new to
    it. Raises `Unreadable` where the record is not that of the message's unit.
    """
    unit = record.get("unit")
    if not isinstance(unit, Mapping) or unit.get("unit_id") != message.unit_id:
        raise Unreadable("record_of_another", message.id)
    filed = {name: unit[ours] for ours, name in NAMES.items() if unit.get(ours)}
    ground = {
        "effective_date": record.get("effective_date"),
        "evidence": {"filing_id": message.filing_id, "revision": message.revision, "approved_at": at},
    }
    told = _told_last(deps, message, last)
    if told is None:
        new = {"unit_id": message.unit_id, "division": message.division, **filed}
        return Kind.UNIT_NEW, {"unit": new, "platform": None, **ground}
    before = cast(Mapping[str, object], told["unit"])
    changed = {name: value for name, value in filed.items() if not _is_known(before.get(name), value)}
    if not changed:
        return Kind.UNIT_CHANGE, None
    changes = [{"field": f"unit/{name}", "before": before.get(name), "after": after} for name, after in changed.items()]
    now = {"unit": {**before, **changed}, "platform": told["platform"]}
    return Kind.UNIT_CHANGE, {**now, **ground, "changes": changes}


def kept(deps: Deps, message: Message, last: Message | None, record: Record) -> Record:
    """Return registration's record of a change or an end with what filing corrected of the unit before.

    `last` is the unit's last message. Of the unit, what the change does not name stays as the 名录库 was told it last.
    """
    told = _told_last(deps, message, last) if message.kind is not Kind.UNIT_NEW else None
    unit, changes = record.get("unit"), record.get("changes", ())
    if told is None or not isinstance(unit, Mapping) or not isinstance(changes, list | tuple):
        return record
    named = {str(change["field"]) for change in changes}
    before = cast(Mapping[str, object], told["unit"])
    stays = {name: value for name, value in before.items() if f"unit/{name}" not in named and name != "unit_id"}
    return {**record, "unit": {**unit, **stays}}


def _told_last(deps: Deps, message: Message, last: Message | None) -> Record | None:
    """Return what the 名录库 knows of the unit: its last message, with what the desk has taken of the 名录库 itself.

    None where there is no message, or where it told the end. Where the content of that message is gone, what all of the
    unit's messages told stands with the unit.
    """
    if last is None or last.kind is Kind.UNIT_CLOSE:
        return None
    unit = deps.survey_units.find(message.unit_id)
    try:
        told = load_content(KIND_BY_NAME[last.kind].content, deps.messages.secret_of(last).content)
    except NotFound:  # its time was over
        known = {} if unit is None else unit.values_of(*Source)
        return {"unit": {"unit_id": message.unit_id, "division": message.division, **known}, "platform": None}
    taken = {} if unit is None else unit.values_of(Source.DIRECTORY)
    return {**told, "unit": {**cast(Mapping[str, object], told["unit"]), **taken}}


def _is_known(told: object, filed: object) -> bool:
    """Whether the 名录库 was told the value, or one that is more exact: the day of a month."""
    return told == filed or (isinstance(told, str) and isinstance(filed, str) and told.startswith(f"{filed}-"))
