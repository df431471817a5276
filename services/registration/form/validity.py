"""How long a registration is good for: the ends of validity that were read from the papers in force. Pure.

The registration needs all its papers (指引 四（二）), so that the first one to end ends it, once the grace is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.registration.form.deadline import deadline
from services.registration.form.facts import expiries
from services.registration.form.terms import TERMS, Terms
from services.registration.model.registration import Registration
from services.registration.model.standing import IN_FORCE, ClosingKind

ONE_DAY = timedelta(days=1)


class Task(StrEnum):
    """What the watch does by itself when its day has come."""

    PAPER_ENDS = "paper_ends"
    EXPIRE = "expire"
    END_SUSPENSION = "end_suspension"
    STATEMENT_OVER = "statement_over"
    REVIEW_LATE = "review_late"


@dataclass(frozen=True)
class Paper:
    """A paper with its last good day."""

    key: str
    label: str
    until: date


@dataclass(frozen=True)
class Item:
    """Something to do from the day `on`; `key` names the very occasion, `paper` and `days` an end of validity."""

    on: date
    task: Task
    key: str
    paper: Paper | None = None
    days: int = 0


def papers(registration: Registration) -> tuple[Paper, ...]:
    """Return the papers in force that end some day, the first to end first."""
    revision = registration.in_force
    read = {} if revision is None else {**revision.stated, **(revision.review.facts if revision.review else {})}
    found = [Paper(end.fact.key, end.fact.label, end.until) for end in expiries(read) if end.until is not None]
    return tuple(sorted(found, key=lambda paper: (paper.until, paper.key)))


def valid_until(registration: Registration) -> date | None:
    """Return the last day on which all papers in force are good; None where none of them ends."""
    return next((paper.until for paper in papers(registration)), None)


def expires_on(registration: Registration, terms: Terms = TERMS) -> date | None:
    """Return the first day on which the registration is expired, unless a change brings new papers before."""
    until = valid_until(registration)
    return None if until is None else until + ONE_DAY * (terms.grace_days + 1)


def agenda(registration: Registration, terms: Terms = TERMS) -> tuple[Item, ...]:
    """Return what the watch still has to do with a registration, the next first."""
    items = [*_of_the_standing(registration, terms), *_of_the_application(registration, terms)]
    return tuple(sorted((item for item in items if item.key not in registration.life.told), key=lambda item: item.on))


def next_watch(registration: Registration, terms: Terms = TERMS) -> date | None:
    """Return the day on which the watch is to look at the registration, None where there is nothing to wait for."""
    return next((item.on for item in agenda(registration, terms)), None)


def _of_the_standing(registration: Registration, terms: Terms) -> Iterable[Item]:
    life = registration.life
    if life.closing is not None and life.closing.kind is ClosingKind.ANNOUNCED and life.closing.statement_until:
        until = life.closing.statement_until
        yield Item(until + ONE_DAY, Task.STATEMENT_OVER, f"statement/{until.isoformat()}")
    if life.standing not in IN_FORCE:
        return
    for paper in papers(registration):
        for days in terms.notice_days:
            key = f"{paper.key}/{paper.until.isoformat()}/{days}"
            yield Item(paper.until - days * ONE_DAY, Task.PAPER_ENDS, key, paper, days)
    ends = expires_on(registration, terms)
    if ends is not None:
        yield Item(ends, Task.EXPIRE, f"expire/{ends.isoformat()}")
    if life.suspension is not None and life.suspension.until is not None:
        until = life.suspension.until
        yield Item(until, Task.END_SUSPENSION, f"resume/{life.suspension.at.isoformat()}")


def _of_the_application(registration: Registration, terms: Terms) -> Iterable[Item]:
    limit = deadline(registration.history, terms)
    if limit is not None:
        yield Item(limit.due + ONE_DAY, Task.REVIEW_LATE, f"late/{registration.revision}/{limit.due.isoformat()}")
