"""The one order of every change: load in the actor's sight, replay, step, version; then save in one write.

Whatever changes what is in force tells filing of the unit, in the same write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from services.registration import policy
from services.registration.model.registration import Registration
from services.registration.model.states import Action
from services.registration.operations.events import unit_known
from services.registration.ports import (
    Deps,
)
from services.registration.workflow import standing_step_for, step_for
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.history import was_done
from shared.messaging.events import Outgoing

Changed = tuple[Registration, Sequence[Outgoing]]
"""The next content of a registration, and the events that tell of it."""

Change = Callable[[Registration], Changed]
"""Makes the next content from the present one."""


def in_sight(deps: Deps, call: Call, registration_id: str) -> Registration:
    """Return the registration. Raises `NotFound` where it is outside the actor's sight."""
    registration = deps.registrations.get(registration_id)
    _require_in_sight(call, registration)
    return registration


def _require_in_sight(call: Call, registration: Registration) -> None:
    if not policy.is_in_sight(call.actor, registration):
        raise NotFound


def change(deps: Deps, call: Call, registration_id: str, action: Action, make: Change) -> Registration:
    """Take one step with an application and return the registration as stored.

    A request that was carried out before returns the registration as it is now. Raises `NotFound`, `KeyReused`,
    `VersionRequired`, `StaleVersion`, `Conflict`, `NotAllowed`, and whatever `make` raises; nothing is stored then.
    """
    recent = deps.registrations.find_recent(registration_id, call.version)
    if recent is not None:
        try:
            return _changed(deps, call, recent, action, make)
        except StaleVersion:
            pass  # another process was faster, or carried out this very request: that is for the stored one to say
    return _changed(deps, call, deps.registrations.get(registration_id), action, make)


def _changed(deps: Deps, call: Call, registration: Registration, action: Action, make: Change) -> Registration:
    _require_in_sight(call, registration)
    if was_done(registration.history, call.request):
        return registration
    call.check_version(registration.version)
    step = step_for(registration, action, call.actor)
    changed, events = make(registration)
    entry = call.entry(deps.clock.now(), action, registration.state, step.target)
    stepped = replace(changed, state=step.target, updated_at=entry.at, history=(*registration.history, entry))
    return deps.registrations.save(stepped, call, (*events, *unit_known(registration, stepped)))


def change_standing(deps: Deps, call: Call, registration_id: str, action: Action, make: Change) -> Registration:
    """Take one step with the standing of a registration and return it as stored; raises as `change` does."""
    registration = in_sight(deps, call, registration_id)
    if was_done(registration.history, call.request):
        return registration
    call.check_version(registration.version)
    return step_of_standing(deps, call, registration, action, make)


def step_of_standing(deps: Deps, call: Call, registration: Registration, action: Action, make: Change) -> Registration:
    """Take the step with a registration that was just read; for what the service does by itself. Raises as `change`."""
    step = standing_step_for(registration, action, call.actor)
    changed, events = make(registration)
    entry = call.entry(deps.clock.now(), action, registration.standing, step.target)
    life = replace(changed.life, standing=step.target)
    stepped = replace(changed, life=life, updated_at=entry.at, history=(*registration.history, entry))
    return deps.registrations.save(stepped, call, (*events, *unit_known(registration, stepped)))
