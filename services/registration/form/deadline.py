"""By when an application is to be decided: counted in working days, not while it lies with the applicant. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.registration.form.terms import TERMS, Terms
from services.registration.model.states import Action, State
from shared.calendar.working_days import add_working_days, working_days_between
from shared.clock import local_date
from shared.history import HistoryEntry

_BEGINS = frozenset({Action.SUBMIT, Action.UNDO})
_ENDS = frozenset({Action.RETURN, Action.REJECT, Action.APPROVE, Action.WITHDRAW, Action.DEREGISTER})


@dataclass(frozen=True)
class Deadline:
    """The last day of the promise; `used` are the working days before the present submission."""

    due: date
    used: int
    is_provisional: bool
    explanation: str


def deadline(history: Iterable[HistoryEntry], terms: Terms = TERMS) -> Deadline | None:
    """Return by when the department is to decide, None where nothing lies with it.

    An application begins with its first submission; one that was returned goes on where it stopped.
    """
    used, is_provisional, since = 0, False, None
    for entry in history:
        if entry.action in _BEGINS:
            if entry.action == Action.SUBMIT and entry.from_state != State.RETURNED:
                used, is_provisional = 0, False
            since = local_date(entry.at)
        elif entry.action in _ENDS and since is not None:
            count = working_days_between(since, local_date(entry.at))
            used, is_provisional = used + count.days, is_provisional or count.is_provisional
            since = None
    if since is None:
        return None
    due = add_working_days(since, max(terms.review_days - used, 0))
    before = f"此前审核已用{used}个工作日；" if used else ""
    return Deadline(
        due.on, used, is_provisional or due.is_provisional, f"{before}{due.explanation}{terms.review_ground}"
    )
