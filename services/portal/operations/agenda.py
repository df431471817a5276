"""What a person's unit has to file, and whether filing knows the unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.model.filing import TaskAnswer, UnitAnswer
from services.portal.model.session import Account
from services.portal.model.survey import FormAnswer
from services.portal.ports import Deps
from shared.errors import NotFound, Unavailable
from shared.identity.actor import UNIT_ROLES


@dataclass(frozen=True)
class Agenda:
    """What is to be filed; `unit` is None for a department, and for a unit that filing does not know (`is_unknown`).

    `events` are the forms of the newest edition; `is_silent` where the service does not answer.
    """

    tasks: Sequence[TaskAnswer] = ()
    unit: UnitAnswer | None = None
    is_unknown: bool = False
    forms: Sequence[FormAnswer] = ()
    is_silent: bool = False


def agenda_of(deps: Deps, token: str, account: Account) -> Agenda:
    """Return what the person's unit has to file; pages do without while the service does not answer."""
    try:
        return _agenda(deps, token, account)
    except Unavailable:
        return Agenda(is_silent=True)


def _agenda(deps: Deps, token: str, account: Account) -> Agenda:
    if account.role not in UNIT_ROLES:
        return Agenda(deps.filings.tasks(token))
    try:
        unit = deps.filings.own_unit(token)
    except NotFound:
        return Agenda(is_unknown=True)
    return Agenda(deps.filings.tasks(token), unit, forms=_forms(deps))


def _forms(deps: Deps) -> tuple[FormAnswer, ...]:
    editions = deps.survey.editions()
    newest = max(editions, key=lambda each: each["valid_from"], default=None)
    return tuple(deps.survey.form(newest["id"], each["key"]) for each in newest["forms"]) if newest else ()
