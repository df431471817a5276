"""Who is expected to file which form for which period; the one rule that the agenda, reminders and counts go by.

The rule itself is `completeness.expecting`; here it is asked of many units at a time, with one look at their contracts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.filing.completeness.expecting import BASICS_FORM, TYPES, is_expected_of_anybody, slots_of
from services.filing.forms.model import Edition, Form
from services.filing.model.periods import Period
from services.filing.model.respondents import Respondent, Slot, city_respondent
from services.filing.model.units import UnitType
from services.filing.ports.deps import Deps
from shared.clock import local_date
from shared.codes import divisions, lists
from shared.codes.schemes import Scheme
from shared.identity.actor import COUNTRY


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


def kind_of(form: Form) -> UnitType | None:
    """Return the type of the units that may file a form by themselves, None where there are several."""
    return None if form.key == BASICS_FORM else TYPES[form.filer]  # 企业1表 is for platform operators too


def demonstration_cities(period: Period, division: str) -> tuple[Respondent, ...]:
    """Return the demonstration cities in a division on the last day of a period."""
    day = period.last_day
    listed = lists.entries(Scheme.DEMONSTRATION_CITY, day)
    cities = (city_on(each.code, day) for each in listed)
    return tuple(each for each in cities if each is not None and division in each.path)


def known_cities(deps: Deps, period: Period) -> tuple[Respondent, ...]:
    """Return the demonstration cities of a period, and those that are on the list only since."""
    then = demonstration_cities(period, COUNTRY)
    codes = {each.division for each in then}
    today = local_date(deps.clock.now())
    since = (city_on(each.code, today) for each in lists.entries(Scheme.DEMONSTRATION_CITY, today))
    return (*then, *(each for each in since if each is not None and each.division not in codes))


def city_on(division: str, day: date) -> Respondent | None:
    """Return a demonstration city as a respondent, None where the division is none on that day."""
    found = lists.find(Scheme.DEMONSTRATION_CITY, division, day)
    return city_respondent(division, divisions.path(division, day), found.valid_from or day) if found else None
