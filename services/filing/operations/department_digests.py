"""What each department is told of its work on a working day, and the level above of what stays undone."""

from __future__ import annotations

from datetime import date, timedelta

from services.filing.operations.owing import Debtor, asked_between, debtor_pages
from services.filing.operations.reminder_notices import tell_department
from services.filing.ports.deps import Deps
from services.filing.reminding.digests import Tally
from services.filing.reminding.terms import the_terms
from shared.codes import divisions
from shared.scheduling.jobs import Progress, day_of

LOOKS_BACK = timedelta(days=400)
"""What was due longer ago is no longer counted as overdue: a year's forms until those of the next year are."""

AT_ONCE = 200


def tell_departments(deps: Deps, progress: Progress) -> None:
    """Tell every department with anything to tell what waits, what is late, and who has not filed.

    Actor: none (a scheduled job; one that is begun again counts anew, and tells nobody twice on a day). Events: a notice
    per department. Counted in one pass over what waits and one over the units.
    """
    on, terms = day_of(progress), the_terms().digests
    tally = Tally(on, terms)
    for each in deps.reminding.states.lying():
        is_known = divisions.find(each.division, on) is not None
        chain = divisions.path(each.division, on) if is_known else (each.division,)
        tally.add_waiting(chain, each.since, each.count)
    for page in debtor_pages(deps, asked_between(deps, on - LOOKS_BACK, on), ""):
        for debtor in page.debtors:
            _count(tally, debtor, on)
        progress.note("")
    digests = tally.digests()
    for first in range(0, len(digests), AT_ONCE):
        told = {each.division: tell_department(each, on, terms) for each in digests[first : first + AT_ONCE]}
        counted = deps.reminding.departments.tell(told, on, deps.clock.now(), "")
        progress.counts["told"] = progress.counts.get("told", 0) + counted
        progress.note("")


def _count(tally: Tally, debtor: Debtor, on: date) -> None:
    """Count a unit once per form, by the oldest of its periods that it owes."""
    oldest: dict[str, tuple[str, date]] = {}
    for each in sorted(debtor.owed, key=lambda one: one.due):
        oldest.setdefault(each.key.form, (each.title, each.due))
    for title, due in oldest.values():
        tally.add_overdue(debtor.respondent.path, title, due)
