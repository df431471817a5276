"""What units have not filed: what is expected of them, without what they filed or need not file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.filing.forms.model import Form, PeriodKind, Reporter
from services.filing.model.periods import Period
from services.filing.model.respondents import Respondent, Slot
from services.filing.operations.due import dues_of, statutory_due
from services.filing.operations.expected import demonstration_cities, expected_of, forms_expected
from services.filing.operations.instruments import is_decided
from services.filing.ports.deps import Deps
from services.filing.ports.reminding import Filed
from services.filing.reminding.owed import FormKey, Owed
from shared.identity.actor import COUNTRY

CITIES = "cities"
"""The cursor behind the last page of units: demonstration cities come last."""


@dataclass(frozen=True)
class Asked:
    """A form for a period."""

    form: Form
    period: Period


@dataclass(frozen=True)
class Debtor:
    """A unit with what it has not filed; nothing where it has filed all."""

    respondent: Respondent
    owed: tuple[Owed, ...]


@dataclass(frozen=True)
class DebtorPage:
    """Some units, and the cursor behind them."""

    debtors: tuple[Debtor, ...]
    cursor: str


def asked_between(deps: Deps, first: date, last: date) -> tuple[Asked, ...]:
    """Return the forms with a statutory last day between two days that can be filed, for each of their periods."""
    return tuple(
        Asked(form, period)
        for period in _periods(first, last)
        for edition, form in forms_expected(deps, period)
        if first <= statutory_due(form, period).on <= last
        and (period.last_day <= edition.valid_to or is_decided(deps, edition, period))
    )


def debtor_pages(deps: Deps, asked: Sequence[Asked], cursor: str) -> Iterator[DebtorPage]:
    """Yield all units of the country behind a cursor by pages, with what they have not filed; a few looks per page."""
    if cursor != CITIES:
        for page in deps.respondents.pages(COUNTRY, None, cursor):
            yield DebtorPage(debtors_of(deps, page, asked), page[-1].unit_id)
        yield DebtorPage(debtors_of(deps, _cities(asked), asked), CITIES)


def debtors_of(deps: Deps, respondents: Sequence[Respondent], asked: Sequence[Asked]) -> tuple[Debtor, ...]:
    """Return units with what is expected of them and was not filed."""
    if not respondents or not asked:
        return tuple(Debtor(each, ()) for each in respondents)
    forms = {each.form.key: each.form for each in asked}
    slots = [(each, slot) for each in asked for slot in expected_of(deps, respondents, each.form, each.period)]
    ids = sorted({slot.unit_id for _, slot in slots})
    filed, returned = _filed(deps, ids, forms.values(), {str(each.period) for each in asked})
    dues = dues_of(deps, [(each.form, each.period) for each in asked], ids)
    owed: dict[str, list[Owed]] = {}
    for each, slot in slots:
        key = FormKey(slot.form, slot.period, slot.item)
        due = dues.of(slot.unit_id, each.form, each.period)
        if (slot.unit_id, key) in filed or due.is_exempt:
            continue
        is_returned = (slot.unit_id, key) in returned
        is_month = each.form.period is PeriodKind.MONTH
        mine = Owed(key, each.form.title, each.period.label, due.on, is_month, is_returned)
        owed.setdefault(slot.unit_id, []).append(mine)
    return tuple(Debtor(each, tuple(owed.get(each.unit_id, ()))) for each in respondents)


def expected_slots(
    deps: Deps, respondents: Sequence[Respondent], asked: Iterable[Asked]
) -> frozenset[tuple[str, FormKey]]:
    """Return what is expected of units, filed or not."""
    found: list[Slot] = [slot for each in asked for slot in expected_of(deps, respondents, each.form, each.period)]
    return frozenset((slot.unit_id, FormKey(slot.form, slot.period, slot.item)) for slot in found)


def platforms_of(deps: Deps, owed: Mapping[str, Sequence[Owed]]) -> Mapping[str, str]:
    """Return the names of the platforms that owed forms are about, by id; one look for all units."""
    with_platforms = [unit_id for unit_id, forms in owed.items() if any(each.key.item for each in forms)]
    units = deps.units.find_all(with_platforms) if with_platforms else {}
    return {platform.id: platform.name for unit in units.values() for platform in unit.platforms}


def named(owed: Sequence[Owed], platforms: Mapping[str, str]) -> tuple[Owed, ...]:
    """Return owed forms with the platforms that they are about."""
    return tuple(replace(each, about=platforms.get(each.key.item, "")) for each in owed)


def _filed(
    deps: Deps, unit_ids: Collection[str], forms: Iterable[Form], periods: Collection[str]
) -> tuple[set[tuple[str, FormKey]], set[tuple[str, FormKey]]]:
    """Return what was filed and what was returned."""
    by_key = {form.key: form for form in forms}
    filed: set[tuple[str, FormKey]] = set()
    returned: set[tuple[str, FormKey]] = set()
    states: Iterable[Filed] = deps.reminding.states.of_units(unit_ids, by_key.keys(), periods) if unit_ids else ()
    for each in states:
        is_many = by_key[each.key.form].is_many  # any one of them counts for the period
        place = (each.unit_id, each.key._replace(item="") if is_many else each.key)
        if each.is_filed:
            filed.add(place)
        elif each.is_returned:
            returned.add(place)
    return filed, returned


def _periods(first: date, last: date) -> Iterator[Period]:
    """Yield the years and months of which a form may be due between two days."""
    for year in range(first.year - 2, last.year + 1):
        yield Period(year)
    month = Period(last.year, last.month)
    while month.last_day >= first - timedelta(days=366):
        yield month
        month = month.before


def _cities(asked: Sequence[Asked]) -> tuple[Respondent, ...]:
    """Return the demonstration cities of all these periods."""
    periods = {each.period for each in asked if each.form.reporter is Reporter.CITY}
    found = {each.unit_id: each for period in sorted(periods) for each in demonstration_cities(period, COUNTRY)}
    return tuple(found[unit_id] for unit_id in sorted(found))
