"""Units: told by registration, by the directory, by themselves; their basic facts corrected by 企业1表."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.filing import policy
from services.filing.completeness.expecting import BASICS_FORM
from services.filing.model.filings import Filing
from services.filing.model.relocations import Spot, located
from services.filing.model.spells import continued
from services.filing.model.units import Basic, Basics, Platform, Source, Unit, UnitAction, UnitType
from services.filing.operations.instruments import Instrument
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.codes import divisions
from shared.contracts.filing import DIRECTORY_WANTED
from shared.errors import Invalid, NotAllowed, NotFound, Problem
from shared.identity.actor import Actor
from shared.messaging.events import Outgoing
from shared.paging import Page

READER_EXCHANGE = "exchange"
UNIT_CHANGED = "tongbao.filing.unit_changed.v1"

CELLS: Mapping[str, tuple[str, str]] = {
    "uscc": ("101", "uscc"),
    "organisation_code": ("101", "organisation_code"),
    "name": ("102", ""),
    "english_name": ("103", ""),
    "opened_on": ("104", ""),
    "legal_representative": ("105", ""),
    "registration_type": ("108", ""),
}
"""Basic facts of a unit, and the cells of 企业1表 that they stand in (指标解释（一）)."""


@dataclass(frozen=True)
class Told:
    """What another system says of a unit; `platform` where it is about one of its platforms."""

    unit_id: str
    kind: UnitType
    division: str
    source: Source
    at: datetime
    basics: Mapping[str, str] = field(default_factory=dict, repr=False)
    platform: Platform | None = None


def register_unit(deps: Deps, call: Call, division: str, basics: Mapping[str, str]) -> Unit:
    """Register the actor's own unit (self-registration); one that is known is returned as it is.

    Actor: a person of an enterprise or a training institution. Events: none. Raises `NotAllowed` also for
    operators of platforms, whom registration tells of; `Invalid` for an unknown division.
    """
    if call.actor.unit_id is None:
        raise NotAllowed
    known = deps.units.find(call.actor.unit_id)
    kind = policy.TYPES_OF_ROLE[call.actor.role]
    if known is not None and kind in known.types:
        return known
    if kind is UnitType.PLATFORM:  # a platform is known by its registration alone
        raise NotAllowed
    today = local_date(deps.clock.now())
    if divisions.find(division, today) is None:
        text = "没有这个行政区划，或已停用。"
        raise Invalid([Problem("/division", "division_unknown", text, "现行区划代码", "区划代码")])
    told = Told(call.actor.unit_id, kind, division, Source.UNIT, deps.clock.now(), basics)
    return take_told(deps, call, told)


def take_told(deps: Deps, call: Call, told: Told) -> Unit:
    """Keep what is told of a unit: a new unit, another type, newer facts; what is older than what is known stays out.

    Actor: the unit itself, or the service on a message. Events: none. Taking the same twice changes nothing.
    """
    known = deps.units.find(told.unit_id)
    if known is not None and _is_old(known, told):
        return known
    platform = _platform(known, told)
    basics = {name: Basic(value, told.source, told.at) for name, value in told.basics.items() if value}
    spot = spot_of(known, told.division, told.at)
    if known is None:
        action = UnitAction.REGISTER if told.source is Source.UNIT else UnitAction.TAKE_REGISTRATION
        unit = Unit(
            id=told.unit_id,
            version=1,
            types=frozenset({told.kind}),
            division=spot.division,
            path=spot.path,
            created_at=told.at,
            updated_at=told.at,
            basics=basics,
            platforms=(platform,) if platform else (),
            history=(call.entry(told.at, action, None, None),),
            placed_at=told.at,
            since={told.kind: local_date(told.at)},
        )
        return deps.units.add(unit, call, _wanted(unit) if told.source is Source.UNIT else ())
    merged = newer(known.basics, basics)
    platforms = _with_platform(known.platforms, platform)
    since = known.since if told.kind in known.types else {**known.since, told.kind: local_date(told.at)}
    changed = replace(known, types=known.types | {told.kind}, since=since, basics=merged, platforms=platforms)
    if told.at >= _placed_at(known):
        changed = replace(changed, division=spot.division, path=spot.path, placed_at=told.at)
    if replace(changed, placed_at=known.placed_at) == known:
        return known
    entry = call.entry(deps.clock.now(), UnitAction.TAKE_REGISTRATION, None, None)
    return deps.units.save(replace(changed, updated_at=entry.at, history=(*known.history, entry)), call)


def _wanted(unit: Unit) -> tuple[Outgoing, ...]:
    """Return the wish for what the 名录库 has of a unit that registers itself, with what it says of itself.

    The exchange tells only who gives name and legal representative as the 名录库 has them.
    """
    if not unit.basic("uscc"):
        return ()
    data = {"unit_id": unit.id, "division": unit.division}
    basics = {name: basic.value for name, basic in unit.basics.items()}
    return (Outgoing(DIRECTORY_WANTED.type, data, READER_EXCHANGE, {"basics": basics}),)


def spot_of(known: Unit | None, division: str, at: datetime) -> Spot:
    """Return where a unit is that is told to be in a division; who tells may name one that has ended since.

    Where a department has said where it belongs after that, it stays there.
    """
    on = local_date(at)
    if divisions.find(division, on) is not None:
        return Spot(division, divisions.path(division, on))
    if known is not None and known.division in divisions.successors(division, on):
        return Spot(known.division, known.path)
    return located(division, known.path if known else (), on)


def take_basics(deps: Deps, call: Call, filing: Filing) -> Unit:
    """Keep the basic facts of an approved 企业1表 with the unit, on the message that tells of the approval.

    Actor: the service. Raises `NotFound` where the unit is not known. Taking the same twice changes nothing.
    """
    unit = deps.units.get(filing.unit_id)
    version = filing.approved
    if filing.form != BASICS_FORM or version is None or version.decision is None:
        return unit
    at = version.decision.decided_at
    basics = {name: Basic(value, Source.FILING, at) for name, value in _filed(version.content.answers).items() if value}
    changed = replace(unit, basics=newer(unit.basics, basics))
    if changed == unit:
        return unit
    entry = call.entry(deps.clock.now(), UnitAction.TAKE_FILING, None, None)
    return deps.units.save(replace(changed, updated_at=entry.at, history=(*unit.history, entry)), call)


def take_filing(deps: Deps, filing: Filing, instrument: Instrument) -> tuple[Outgoing, ...]:
    """Return what an approved 企业1表 says of its unit, for the exchange with the 名录库; nothing for other forms.

    It goes also where it says what filing knows already: what the 名录库 was told, the exchange alone knows.
    """
    version = filing.last
    unit = deps.units.find(filing.unit_id) if instrument.form.key == BASICS_FORM else None
    if unit is None or version is None or version.decision is None:
        return ()
    filed = _filed(version.content.answers)
    changes = [
        {"field": f"unit/{name}", "before": unit.basic(name), "after": value}
        for name, value in filed.items()
        if value and value != unit.basic(name)
    ]
    data = {"filing_id": filing.id, "unit_id": filing.unit_id, "division": filing.division, "revision": version.no}
    secret = {
        "unit": {"unit_id": unit.id, **{name: filed.get(name) or unit.basic(name) for name in CELLS}},
        "changes": changes,
        "effective_date": local_date(version.decision.decided_at),
    }
    return (Outgoing(UNIT_CHANGED, data, READER_EXCHANGE, secret),)


def own_unit(deps: Deps, actor: Actor) -> Unit:
    """Return the actor's own unit. Raises `NotFound` where it has not told who it is."""
    unit = deps.units.find(actor.unit_id) if actor.unit_id else None
    if unit is None:
        raise NotFound
    return unit


def read_unit(deps: Deps, call: Call, unit_id: str) -> Unit:
    """Return a unit in the actor's sight; a reviewer's read is recorded. Raises `NotFound`."""
    unit = deps.units.get(unit_id)
    if not policy.unit_is_in_sight(call.actor, unit):
        raise NotFound
    if call.actor.unit_id != unit.id:
        deps.reads.record(call, "read_unit", unit_id)
    return unit


def list_units(deps: Deps, call: Call, kind: UnitType | None, cursor: str, limit: int) -> Page[Unit]:
    """Return a page of the units that the actor sees; the read is recorded. Raises `Malformed` for a foreign cursor."""
    page = deps.units.list_in_sight(call.actor, kind, cursor, limit)
    deps.reads.record(call, "list_units", call.actor.division or "")
    return page


def _filed(answers: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, (code, part) in CELLS.items():
        value = answers.get(code)
        if part and isinstance(value, Mapping):
            value = value.get(part)
        found[name] = value if isinstance(value, str) else ""
    return found


def newer(known: Basics, told: Basics) -> dict[str, Basic]:
    """Return the facts with those that are told in place of what is older; equal values keep their source."""
    merged = dict(known)
    for name, basic in told.items():
        before = known.get(name)
        if before is None or (before.at < basic.at and before.value != basic.value):
            merged[name] = basic
    return merged


def _is_old(unit: Unit, told: Told) -> bool:
    """Whether what is told of a platform is older than what is known of it."""
    known = unit.platform(told.platform.id) if told.platform else None
    return known is not None and known.told_at is not None and told.at < known.told_at


def _placed_at(unit: Unit) -> datetime:
    """Return when the unit's division was told; of one stored before that was kept, when it was last told of at all."""
    told = [each.told_at for each in unit.platforms if each.told_at is not None]
    return unit.placed_at or max(told, default=unit.created_at)


def _platform(unit: Unit | None, told: Told) -> Platform | None:
    """Return what is told of a platform, with the times for which it was registered."""
    if told.platform is None:
        return None
    known = unit.platform(told.platform.id) if unit else None
    before = unit.registered(known) if unit and known else ()
    spells = continued(before, local_date(told.at), holds=told.platform.is_registered)
    return replace(told.platform, told_at=told.at, spells=spells)


def _with_platform(known: Sequence[Platform], told: Platform | None) -> tuple[Platform, ...]:
    if told is None:
        return tuple(known)
    ids = [each.id for each in known]
    return tuple(told if each.id == told.id else each for each in known) if told.id in ids else (*known, told)
