"""What happens by itself when its day has come: papers that end, expiry, the end of a suspension, late reviews.

Any number of workers may do this at once: each round is bound to the version that was read, and what was told stands in
the registration, in the same write. After a downtime, of several notices about one paper only the last one goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import structlog

from services.registration.form.terms import TERMS
from services.registration.form.validity import Item, Task, agenda
from services.registration.model.registration import Registration
from services.registration.model.standing import Ending, Ground
from services.registration.model.states import Action
from services.registration.operations import events
from services.registration.operations.changes import Changed, step_of_standing
from services.registration.operations.standings import resumed
from services.registration.operations.telling import tell_department, tell_level_above, tell_operator
from services.registration.policy import SYSTEM
from services.registration.ports import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.crypto.errors import CryptoError
from shared.errors import NotFound, StaleVersion
from shared.messaging.events import Outgoing

log = structlog.get_logger()

AT_ONCE = 200
"""Registrations that one round takes up."""


def watch(deps: Deps, correlation_id: str) -> int:
    """Do what is due with each registration that waits for today or an earlier day; return how many were looked at.

    Actor: the service. Events: those of the steps, and notices. A registration that changed meanwhile, or can't be
    read, does not hold up the others.
    """
    call = Call(SYSTEM, correlation_id)
    today = local_date(deps.clock.now())
    due = deps.registrations.list_to_watch(today, AT_ONCE)
    for registration_id in due:
        try:
            watch_one(deps, call, registration_id, today)
        except (StaleVersion, NotFound):
            log.info("watch_passed_over", registration_id=registration_id)
        except CryptoError as error:
            log.error("watch_unreadable", registration_id=registration_id, error=type(error).__name__)
    return len(due)


def watch_one(deps: Deps, call: Call, registration_id: str, today: date) -> Registration:
    """Do what is due with one registration, one step after the other. Raises `NotFound`, `StaleVersion`."""
    registration = deps.registrations.get(registration_id)
    items = [item for item in agenda(registration) if item.on <= today]
    expiry = next((item for item in items if item.task is Task.EXPIRE), None)
    if expiry is not None:
        return step_of_standing(
            deps, call, registration, Action.EXPIRE, lambda each: _expired(deps, each, items, expiry)
        )
    ends = next((item for item in items if item.task is Task.END_SUSPENSION), None)
    if ends is not None:
        registration = step_of_standing(
            deps,
            call,
            registration,
            Action.END_SUSPENSION,
            lambda each: resumed(_noted(each, [ends]), ends.key, "暂停期满"),
        )
        items = [item for item in items if item is not ends]
    if not items:
        return registration
    return step_of_standing(
        deps, call, registration, Action.WATCH, lambda each: (_noted(each, items), _notices(each, items, today))
    )


def _expired(deps: Deps, registration: Registration, items: Sequence[Item], item: Item) -> Changed:
    now = deps.clock.now()
    ending = Ending(Ground.PAPERS_EXPIRED, "", item.on, now, SYSTEM.account_id)
    life = replace(_noted(registration, items).life, suspension=None, closing=None, ending=ending)
    expired = replace(registration, life=life)
    home = registration.home or ""
    return expired, (
        events.told(expired, "expired"),
        tell_operator(expired, "expired", item.key, "standing", on=item.on.isoformat()),
        tell_department(expired, "expired_department", item.key, home, on=item.on.isoformat()),
    )


def _noted(registration: Registration, items: Iterable[Item]) -> Registration:
    told = (*registration.life.told, *(item.key for item in items))
    return replace(registration, life=replace(registration.life, told=told))


def _notices(registration: Registration, items: Sequence[Item], today: date) -> tuple[Outgoing, ...]:
    notices: list[Outgoing] = []
    nearest = {item.paper.key: item for item in items if item.paper is not None}  # the last one is the nearest day
    for item in nearest.values():
        notices.append(_paper_ends(registration, item, today))
    for item in items:
        if item.task is Task.REVIEW_LATE:
            department = registration.division or ""
            due = item.key.rpartition("/")[2]
            notices.append(tell_department(registration, "review_late", item.key, department, due=due))
            notices.append(tell_level_above(registration, "review_late_above", item.key, department, due=due))
        elif item.task is Task.STATEMENT_OVER:
            home = registration.home or ""
            notices.append(tell_department(registration, "statement_over", item.key, home))
    return tuple(notices)


def _paper_ends(registration: Registration, item: Item, today: date) -> Outgoing:
    paper = item.paper
    if paper is None:  # only items of papers come here
        raise ValueError(item.task)
    left = (paper.until - today).days
    said = f"还有{left}日到期" if left > 0 else "今日到期" if left == 0 else f"已过期{-left}日"
    values = {"paper": paper.label, "until": paper.until.isoformat(), "left": said, "grace": str(TERMS.grace_days)}
    return tell_operator(registration, "paper_ends", item.key, "standing", **values)
