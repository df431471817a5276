"""What the 名录库 says of a unit: what the desk of the exchange has taken of it, and what forms begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.filing.model.units import Basic, Source, Unit, UnitAction
from services.filing.operations.units import CELLS, newer, spot_of
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.codes.registration_types import Version

NAMES: Mapping[str, str] = {
    "credit_code": "uscc",
    "organisation_code": "organisation_code",
    "name": "name",
    "english_name": "english_name",
    "opened_on": "opened_on",
    "legal_representative": "legal_representative",
    "registration_type": "registration_type",
}
"""The facts as the border calls them, and as filing keeps them; what else a unit tells the directory is not kept here."""

LISTED = "registration_type"
"""企业1表 prints the list of 2011: a type of another list is for the unit to choose, and is not taken."""


@dataclass(frozen=True)
class Taken:
    """What was taken of the directory: facts and the versions of their lists; `division` is the unit's from then on."""

    unit_id: str
    division: str
    at: datetime
    facts: Mapping[str, str] = field(repr=False)
    lists: Mapping[str, str]


def take_directory(deps: Deps, call: Call, taken: Taken) -> Unit | None:
    """Keep what was taken of the directory for a unit; None where the unit does not file.

    Actor: the service, on the news of the decision. Events: none; the exchange has told the unit. What the unit itself
    has said since then stays. Twice the same changes nothing. Raises `StaleVersion`.
    """
    unit = deps.units.find(taken.unit_id)
    if unit is None:
        return None
    facts = {
        NAMES[name]: Basic(value, Source.DIRECTORY, taken.at)
        for name, value in taken.facts.items()
        if name in NAMES and (name != LISTED or taken.lists.get(name, Version.V2011) == Version.V2011)
    }
    changed = replace(unit, basics=newer(unit.basics, facts))
    if "division" in taken.facts and taken.at >= (unit.placed_at or unit.created_at):
        spot = spot_of(unit, taken.division, taken.at)
        changed = replace(changed, division=spot.division, path=spot.path)
        changed = changed if changed.path == unit.path else replace(changed, placed_at=taken.at)
    if changed == unit:
        return unit
    entry = call.entry(deps.clock.now(), UnitAction.TAKE_DIRECTORY, None, None)
    return deps.units.save(replace(changed, updated_at=entry.at, history=(*unit.history, entry)), call)


def take_record(deps: Deps, call: Call, unit_id: str, basics: Mapping[str, str], at: datetime) -> Unit:
    """Keep what the 名录库 has of a unit, for its forms to begin with.

    It fills in what nobody has said, and takes the place of what the 名录库 said before or the unit typed when it registered itself. What
    departments have examined (a registration, an approved 企业1表) stays: a difference is settled at the desk.

    Actor: the service, on the news of the exchange. Events: none. Twice the same changes nothing. Raises `NotFound` for
    a unit that is not known yet, `StaleVersion`.
    """
    unit = deps.units.get(unit_id)
    open_facts = {
        name: Basic(value, Source.DIRECTORY, at)
        for name, value in basics.items()
        if name in CELLS and value and _gives_way(unit.basics.get(name))
    }
    changed = replace(unit, basics=newer(unit.basics, open_facts))
    if changed == unit:
        return unit
    entry = call.entry(deps.clock.now(), UnitAction.TAKE_DIRECTORY, None, None)
    return deps.units.save(replace(changed, updated_at=entry.at, history=(*unit.history, entry)), call)


def _gives_way(basic: Basic | None) -> bool:
    return basic is None or basic.source in (Source.DIRECTORY, Source.UNIT)
