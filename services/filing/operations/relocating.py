"""Following changes to the divisions: units, and what is in flight of theirs, go where the tree of the day says (L15).

A unit is moved last, so that a round that is broken off finds it again and does what was left; what was done already is
found done. Nothing is decided here: a filing keeps its versions and decisions, and waits for the first department of its
new chain that has not approved it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import structlog

from services.filing.model.filings import Filing
from services.filing.model.relocations import (
    Relocation,
    RelocationAction,
    RelocationState,
    Spot,
    located,
    passed_after,
)
from services.filing.model.states import EDITABLE, WITH_DEPARTMENT, Action
from services.filing.model.units import Unit, UnitAction
from services.filing.operations.casework_moving import move_casework
from services.filing.operations.events import told
from services.filing.operations.relocation_notices import ask_for_place, tell_of_relocation
from services.filing.policy import SYSTEM, chain_for, is_department_of, reviewing_division
from services.filing.ports.deps import Deps
from services.filing.ports.relocations import Whereabouts
from shared.calls import Call
from shared.clock import local_date
from shared.codes import divisions
from shared.crypto.errors import CryptoError
from shared.errors import Conflict, Invalid, NotFound, Problem, StaleVersion
from shared.history import was_done
from shared.identity.actor import COUNTRY, Actor, Role
from shared.paging import Page
from shared.scheduling.jobs import Progress, day_of

STEP = 100
"""So many units are looked at before it is noted how far a round has come."""

log = structlog.get_logger()


def follow_changes(deps: Deps, progress: Progress) -> None:
    """Have all units in divisions that have changed by the day go where they belong. Actor: the service.

    Events: notices to the unit and both departments; `rerouted` for each filing in flight. Doing it twice adds nothing.
    """
    on = day_of(progress)
    codes = sorted({each.code for each in divisions.changes_in_use() if each.on <= on})
    after = progress.cursor
    while codes:
        found = deps.relocations.units_within(codes, after, STEP)
        if not found:
            return
        for each in found:
            _follow(deps, progress, each, on)
        after = found[-1].unit_id
        progress.note(after)


def place_unit(deps: Deps, call: Call, relocation_id: str, division: str) -> Relocation:
    """Say in which division a unit belongs whose own has ended without one successor.

    Actor: the department that is to place it. From: open. To: done. Events: notices; `rerouted` for its filings in
    flight. Raises `NotFound`, `Conflict` where it is placed, `StaleVersion`, `Invalid` for a division not offered.
    """
    relocation = _in_sight(deps, call, relocation_id)
    if was_done(relocation.history, call.request):
        return relocation
    call.check_version(relocation.version)
    if not is_department_of(call.actor, relocation.placer):
        raise NotFound
    if relocation.state is not RelocationState.OPEN:
        raise Conflict
    on = local_date(deps.clock.now())
    if division not in offered(relocation, on):
        text = "请在所列区划中选择，或选择本级所辖的现行区划。"
        raise Invalid([Problem("/division", "division_not_offered", text, "、".join(relocation.candidates), "区划")])
    spot = Spot(division, divisions.path(division, on))
    entry = call.entry(deps.clock.now(), RelocationAction.PLACE, relocation.state, RelocationState.DONE)
    done = replace(
        relocation,
        state=RelocationState.DONE,
        after=spot.division,
        path_after=spot.path,
        updated_at=entry.at,
        history=(*relocation.history, entry),
    )
    saved = deps.relocations.save(done, call, tell_of_relocation(done))
    _finish(deps, saved)
    return saved


def offered(relocation: Relocation, on: date) -> tuple[str, ...]:
    """Return the divisions in which a unit may be placed: the successors, else what lies below the placer."""
    if relocation.candidates:
        return relocation.candidates
    return tuple(each.code for each in divisions.children(relocation.placer, on))


def list_relocations(
    deps: Deps, call: Call, state: RelocationState | None, cursor: str, limit: int
) -> Page[Relocation]:
    """Return a page of the relocations of the actor's area, the newest first; the read is recorded."""
    division = COUNTRY if call.actor.role is Role.MINISTRY else call.actor.division or ""
    deps.reads.record(call, "list_relocations", division)
    return deps.relocations.list_of(division, state, cursor, limit)


def may_place(actor: Actor, relocation: Relocation) -> bool:
    """Tell whether the actor is to say where the unit belongs."""
    return relocation.state is RelocationState.OPEN and is_department_of(actor, relocation.placer)


def spot_of(deps: Deps, filing: Filing, on: date) -> Spot:
    """Return where the unit of a filing is on a day, whether the round has been there or not."""
    unit = deps.units.find(filing.unit_id)
    return located(*((unit.division, unit.path) if unit else (filing.division, filing.path)), on)


def _follow(deps: Deps, progress: Progress, each: Whereabouts, on: date) -> None:
    spot = located(each.division, each.path, on)
    if spot.is_known and (spot.division, spot.path) == (each.division, each.path):
        return
    try:
        unit = deps.units.get(each.unit_id)
        relocation = _relocation(deps, unit, spot)
        if relocation.state is RelocationState.OPEN:
            _reroute_all(deps, unit.id, spot, on, {})
        elif _finish(deps, relocation):
            progress.counts["moved"] = progress.counts.get("moved", 0) + 1
    except (NotFound, CryptoError) as error:
        log.error("unit_not_followed", unit_id=each.unit_id, error=type(error).__name__)
    except StaleVersion:
        log.info("unit_followed_by_another", unit_id=each.unit_id)


def _relocation(deps: Deps, unit: Unit, spot: Spot) -> Relocation:
    """Return the relocation of a unit as it is kept, or a new one; who is to place it may have changed since."""
    placed_at = (unit.placed_at or unit.created_at).isoformat()
    key = "/".join((unit.id, *unit.path[: 1 if not spot.is_known else None], placed_at, str(spot.is_known)))
    id_ = hashlib.sha256(key.encode()).hexdigest()[:32]
    known, now, call = deps.relocations.find(id_), deps.clock.now(), Call(SYSTEM)
    if known is not None:
        if known.state is RelocationState.DONE or (known.placer, known.candidates) == (spot.placer, spot.candidates):
            return known
        entry = call.entry(now, RelocationAction.ASK, known.state, known.state)
        history = (*known.history, entry)
        asked = replace(known, placer=spot.placer, candidates=spot.candidates, updated_at=now, history=history)
        return deps.relocations.save(asked, call, ask_for_place(asked))
    state = RelocationState.DONE if spot.is_known else RelocationState.OPEN
    action = RelocationAction.FOLLOW if spot.is_known else RelocationAction.ASK
    made = Relocation(
        id=id_,
        version=1,
        unit_id=unit.id,
        before=unit.division,
        path_before=unit.path,
        state=state,
        candidates=spot.candidates,
        placer=spot.placer,
        created_at=now,
        updated_at=now,
        after=spot.division if spot.is_known else "",
        path_after=spot.path if spot.is_known else (),
        history=(call.entry(now, action, None, state),),
    )
    return deps.relocations.add(made, call, tell_of_relocation(made) if spot.is_known else ask_for_place(made))


def _finish(deps: Deps, relocation: Relocation) -> bool:
    """Move what is the unit's, and the unit at last; tell whether it had to be moved."""
    on = local_date(deps.clock.now())
    spot = Spot(relocation.after, relocation.path_after)
    placed = {relocation.before: relocation.after}
    _reroute_all(deps, relocation.unit_id, spot, on, placed)
    deps.relocations.move_ledger(relocation.unit_id, spot)
    _move_alarms(deps, relocation.unit_id, spot)
    unit = deps.units.find(relocation.unit_id)
    if unit is None or (unit.division, unit.path) == (spot.division, spot.path):
        return False
    call, now = Call(SYSTEM, correlation_id=relocation.id), deps.clock.now()
    entry = call.entry(now, UnitAction.RELOCATE, None, None)
    moved = replace(unit, division=spot.division, path=spot.path, placed_at=now, updated_at=now)
    deps.units.save(replace(moved, history=(*unit.history, entry)), call)
    return True


def _reroute_all(deps: Deps, unit_id: str, spot: Spot, on: date, placed: Mapping[str, str]) -> None:
    for filing_id in deps.relocations.filings_in_flight(unit_id):
        filing = deps.filings.get(filing_id)
        if (filing.division, filing.path) != (spot.division, spot.path) and filing.state in EDITABLE | WITH_DEPARTMENT:
            _reroute(deps, filing, spot, on, placed)


def _reroute(deps: Deps, filing: Filing, spot: Spot, on: date, placed: Mapping[str, str]) -> None:
    """Have a filing go up the chain of its new divisions, with the approvals that it has."""
    chain = chain_for(filing.unit_id, spot.division, spot.path)
    decisions = filing.last.decisions if filing.last else ()
    approved = [each.division for each in decisions if each.action is Action.APPROVE]
    passed = passed_after((*filing.passed, *approved), chain, on, placed)
    moved = replace(filing, division=spot.division, path=spot.path, passed=passed)
    call, now = Call(SYSTEM), deps.clock.now()
    if filing.state in WITH_DEPARTMENT and reviewing_division(moved) != reviewing_division(filing):
        moved = replace(moved, waiting_since=now)
    entry = call.entry(now, Action.REROUTE, filing.state, filing.state)
    rerouted = replace(moved, updated_at=now, history=(*filing.history, entry))
    move_casework(deps, filing, rerouted)
    deps.filings.save(rerouted, call, (told(rerouted, "rerouted"),))


def _move_alarms(deps: Deps, unit_id: str, spot: Spot) -> None:
    for alarm in deps.duplicates.list_about(deps.relocations.filings_of(unit_id)):
        sides = tuple(
            replace(each, division=spot.division, path=spot.path) if each.unit_id == unit_id else each
            for each in alarm.sides
        )
        if sides != alarm.sides:
            now = deps.clock.now()
            act = Call(SYSTEM).entry(now, UnitAction.RELOCATE, alarm.state, alarm.state)
            deps.duplicates.save(replace(alarm, sides=sides, updated_at=now), act, (), "")


def _in_sight(deps: Deps, call: Call, relocation_id: str) -> Relocation:
    relocation = deps.relocations.get(relocation_id)
    seen = {relocation.placer, *relocation.path_before, *relocation.path_after}
    division = COUNTRY if call.actor.role is Role.MINISTRY else call.actor.division
    if division not in seen:
        raise NotFound
    return relocation


@dataclass(frozen=True)
class RelocationView:
    """A relocation with the name of its unit, and where the actor may place it."""

    relocation: Relocation
    unit_name: str
    offered: tuple[str, ...]


def views_of(deps: Deps, actor: Actor, relocations: Sequence[Relocation]) -> tuple[RelocationView, ...]:
    """Return relocations as the actor sees them."""
    units, on = deps.units.find_all({each.unit_id for each in relocations}), local_date(deps.clock.now())
    return tuple(
        RelocationView(
            each,
            units[each.unit_id].basic("name") if each.unit_id in units else "",
            offered(each, on) if may_place(actor, each) else (),
        )
        for each in relocations
    )
