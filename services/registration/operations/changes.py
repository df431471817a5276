"""The one order of every change: load in the actor's sight, replay, step, version; then save in one write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from services.registration import policy
from services.registration.model import Action, HistoryEntry, Registration
from services.registration.ports import (
    Deps,
    Outgoing,
)
from services.registration.workflow import step_for
from shared.calls import Call
from shared.errors import KeyReused, NotFound, StaleVersion, VersionRequired

Changed = tuple[Registration, Sequence[Outgoing]]
"""The next content of a registration, and the events that tell of it."""

Change = Callable[[Registration], Changed]
"""Makes the next content from the present one."""


def in_sight(deps: Deps, call: Call, registration_id: str) -> Registration:
    """Return the registration. Raises `NotFound` where it is outside the actor's sight."""
    registration = deps.registrations.get(registration_id)
    if not policy.is_in_sight(call.actor, registration):
        raise NotFound
    return registration


def change(deps: Deps, call: Call, registration_id: str, action: Action, make: Change) -> Registration:
    """Take one step with a registration and return it as stored.

    A request that was carried out before returns the registration as it is now. Raises `NotFound`, `KeyReused`,
    `VersionRequired`, `StaleVersion`, `Conflict`, `NotAllowed`, and whatever `make` raises; nothing is stored then.
    """
    registration = in_sight(deps, call, registration_id)
    if was_done(registration, call):
        return registration
    if call.version is None:
        raise VersionRequired
    if call.version != registration.version:
        raise StaleVersion
    step = step_for(registration, action, call.actor)
    changed, events = make(registration)
    entry = HistoryEntry(
        at=deps.clock.now(),
        actor_id=call.actor.account_id,
        action=action,
        from_state=registration.state,
        to_state=step.target,
        key=call.request.key if call.request else None,
        digest=call.request.digest if call.request else None,
    )
    return deps.registrations.save(
        replace(changed, state=step.target, updated_at=entry.at, history=(*registration.history, entry)), call, events
    )


def was_done(registration: Registration, call: Call) -> bool:
    """Whether the history holds this very request. Raises `KeyReused` where its content was another."""
    if call.request is None:
        return False
    for entry in registration.history:
        if entry.key == call.request.key:
            if entry.digest != call.request.digest:
                raise KeyReused
            return True
    return False
