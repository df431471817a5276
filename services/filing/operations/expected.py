"""Who is expected to file which form for which period; the one rule that the agenda, reminders and counts go by.

The rule itself is `completeness.expecting`; here it is asked of one unit, or of all in a division by pages of units, with
one look at the contracts per page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from services.filing.completeness.expecting import BASICS_FORM, TYPES, is_expected_of_anybody, slots_of
from services.filing.forms.model import Edition, Form, Reporter
from services.filing.model.periods import Period
from services.filing.model.respondents import Respondent, Slot, city_respondent
from services.filing.ports.deps import Deps
from shared.codes import divisions, lists
from shared.codes.schemes import Scheme


def forms_expected(deps: Deps, period: Period) -> tuple[tuple[Edition, Form], ...]:
    """Return the forms that anybody is expected to file for a period, with the edition in force."""
    in_force = deps.catalogue.on(period.last_day)
    if in_force is None:
        return ()
    return tuple((in_force.edition, form) for form in in_force.edition.forms if is_expected_of_anybody(form, period))


def expected_of(deps: Deps, respondents: Sequence[Respondent], form: Form, period: Period) -> tuple[Slot, ...]:
    """Return what is expected of these units of a form for a period; one look at their contracts, where they matter."""
    with_contract: frozenset[str] = frozenset()
    if form.is_many and not form.is_event:
        with_contract = deps.respondents.with_contract([each.unit_id for each in respondents], period)
    return tuple(
        slot
        for each in respondents
        for slot in slots_of(each, form, period, has_contract=each.unit_id in with_contract)
    )


def pages_expected(deps: Deps, form: Form, period: Period, division: str) -> Iterator[tuple[Slot, ...]]:
    """Yield what is expected of a form for a period in a division and all below it, by pages of units.

    A unit is counted where it is placed now. A page may be empty.
    """
    for page in respondent_pages(deps, form, period, division):
        yield expected_of(deps, page, form, period)


def respondent_pages(deps: Deps, form: Form, period: Period, division: str) -> Iterator[Sequence[Respondent]]:
    """Yield those in a division, and in all below it, of whom a form may be expected for a period."""
    if not is_expected_of_anybody(form, period):
        return
    if form.reporter is Reporter.CITY:
        yield demonstration_cities(period, division)
        return
    # 企业1表 is for operators of platforms too, so that units of both types are looked at
    kind = None if form.key == BASICS_FORM else TYPES[form.filer]
    yield from deps.respondents.pages(division, kind)


def demonstration_cities(period: Period, division: str) -> tuple[Respondent, ...]:
    """Return the demonstration cities in a division on the last day of a period."""
    day = period.last_day
    listed = lists.entries(Scheme.DEMONSTRATION_CITY, day)
    cities = (city_on(each.code, day) for each in listed)
    return tuple(each for each in cities if each is not None and division in each.path)


def city_on(division: str, day: date) -> Respondent | None:
    """Return a demonstration city as a respondent, None where the division is none on that day."""
    found = lists.find(Scheme.DEMONSTRATION_CITY, division, day)
    return city_respondent(division, divisions.path(division, day), found.valid_from or day) if found else None
