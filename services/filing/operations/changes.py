"""The one order of every change: load in the actor's sight, replay, step, version; then save in one write.

What changes the contract ledger too is saved with it in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from services.filing import policy
from services.filing.model.filings import Filing
from services.filing.model.states import Action
from services.filing.operations.ledger import is_posted, post
from services.filing.ports.deps import Deps
from services.filing.workflow import step_for
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.history import was_done
from shared.messaging.events import Outgoing

Changed = tuple[Filing, Sequence[Outgoing]]
"""The next content of a filing, and the events that tell of it."""


def in_sight(deps: Deps, call: Call, filing_id: str) -> Filing:
    """Return the filing. Raises `NotFound` where it is outside the actor's sight."""
    filing = deps.filings.get(filing_id)
    _require_in_sight(call, filing)
    return filing


def _require_in_sight(call: Call, filing: Filing) -> None:
    if not policy.is_in_sight(call.actor, filing):
        raise NotFound


def change(deps: Deps, call: Call, filing_id: str, action: Action, make: Callable[[Filing], Changed]) -> Filing:
    """Take one step with a filing and return it as stored.

    A request that was carried out before returns the filing as it is now. Raises `NotFound`, `KeyReused`,
    `VersionRequired`, `StaleVersion`, `Conflict`, `NotAllowed`, and whatever `make` raises; nothing is stored then.
    """
    recent = deps.filings.find_recent(filing_id, call.version)
    if recent is not None:
        try:
            return _changed(deps, call, recent, action, make)
        except StaleVersion:
            pass  # another process was faster, or carried out this very request: that is for the stored filing to say
    return _changed(deps, call, deps.filings.get(filing_id), action, make)


def _changed(deps: Deps, call: Call, filing: Filing, action: Action, make: Callable[[Filing], Changed]) -> Filing:
    _require_in_sight(call, filing)
    if not is_posted(filing, action):
        return _stepped(deps, call, filing, action, make)

    def together(inside: Deps) -> Filing:
        stepped = _stepped(inside, call, inside.filings.get(filing.id), action, make)
        post(inside, call, stepped)
        return stepped

    return deps.together(together)


def _stepped(deps: Deps, call: Call, filing: Filing, action: Action, make: Callable[[Filing], Changed]) -> Filing:
    if was_done(filing.history, call.request):
        return filing
    call.check_version(filing.version)
    step = step_for(filing, action, call.actor)
    changed, events = make(filing)
    entry = call.entry(deps.clock.now(), action, filing.state, step.target)
    stepped = replace(changed, state=step.target, updated_at=entry.at, history=(*filing.history, entry))
    saved = deps.filings.save(stepped, call, events)
    if events:
        deps.earlier.forget((saved.unit_id, saved.form, saved.item, saved.period))
    return saved
