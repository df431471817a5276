"""Reminding units of what they have not filed: by the calendar, by a department's word; and taking it back on receipt."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.filing.model.respondents import Respondent
from services.filing.model.units import CITY_UNIT
from services.filing.operations.expected import city_on, forms_expected
from services.filing.operations.instruments import is_decided, read_period
from services.filing.operations.owing import (
    Asked,
    Debtor,
    asked_between,
    debtor_pages,
    debtors_of,
    expected_slots,
    named,
    platforms_of,
)
from services.filing.operations.reminder_notices import settled_notice, tell_debtor
from services.filing.policy import owner_is_in_sight
from services.filing.ports.deps import Deps
from services.filing.reminding.owed import REMINDER, URGED, FormKey, OpenNotice, Owed, Record
from services.filing.reminding.terms import the_terms
from shared.calls import Call
from shared.clock import local_date
from shared.codes import divisions
from shared.errors import StaleVersion
from shared.identity.actor import COUNTRY
from shared.messaging.events import Outgoing
from shared.scheduling.jobs import Progress, day_of

LONGEST_EXTENSION = timedelta(days=190)
"""So far beyond its statutory day a form may be due for a unit and is still looked at."""

TRIES = 3
SETTLE, URGE = "settle", "urge"
"""Acts in the history of a record."""


class Fate(StrEnum):
    """What became of one form that a unit was to be urged to."""

    SENT = "sent"
    URGED_TODAY = "urged_today"
    NOT_OWED = "not_owed"
    NOT_EXPECTED = "not_expected"
    NOT_FOUND = "not_found"
    CHANGED_MEANWHILE = "changed_meanwhile"


@dataclass(frozen=True)
class ToUrge:
    """A form of a unit, as a department names it."""

    unit_id: str
    form: str
    period: str
    item: str = ""


def remind_units(deps: Deps, progress: Progress) -> None:
    """Remind all units of what they have not filed, those alone for which a step of the table has come.

    Actor: none (a scheduled job; it goes on behind its cursor, and doing it twice tells nobody twice). Events: a notice
    per unit with all that it is told of, in the same write as the record of it.
    """
    on, terms = day_of(progress), the_terms().reminders
    least, most = terms.reach
    asked = asked_between(deps, on - timedelta(days=most) - LONGEST_EXTENSION, on - timedelta(days=least))
    for page in debtor_pages(deps, asked, progress.cursor):
        debtors = {each.respondent.unit_id: each for each in page.debtors if each.owed}
        records = deps.reminding.records.find_all(debtors.keys())
        news = {unit_id: records[unit_id].remind(each.owed, on, terms) for unit_id, each in debtors.items()}
        platforms = platforms_of(deps, {unit_id: owed for unit_id, (_, owed) in news.items()})
        told: list[tuple[Record, Outgoing]] = [
            (record, tell_debtor(debtors[unit_id], REMINDER, record.open[-1].once, named(owed, platforms), on))
            for unit_id, (record, owed) in news.items()
            if owed
        ]
        stored = deps.reminding.records.save_all(told, deps.clock.now(), "")
        progress.counts["units"] = progress.counts.get("units", 0) + len(page.debtors)
        progress.counts["reminded"] = progress.counts.get("reminded", 0) + stored
        progress.note(page.cursor)


def settle_filed(deps: Deps, call: Call, unit_id: str, form: str, period: str) -> int:
    """Take back the notices that ask for nothing more once a unit has filed a form; return how many.

    Actor: the service, on the fact that a form was submitted; twice does no harm. Events: `notice_settled` for each.
    Raises `StaleVersion`.
    """
    record = deps.reminding.records.find_all((unit_id,))[unit_id]
    asked = {key for each in record.open for key in each.keys if (key.form, key.period) == (form, period)}
    if not asked:
        return 0
    filed = {each.key for each in deps.reminding.states.of_units((unit_id,), (form,), (period,)) if each.is_filed}
    changed = record
    done: list[OpenNotice] = []
    for key in sorted(asked):
        if key in filed or (not key.item and filed):  # of a form with no item any filing counts
            changed, notices = changed.settle(key)
            done += notices
    if changed == record:
        return 0
    now = deps.clock.now()
    act = call.entry(now, SETTLE, None, None)
    deps.reminding.records.save(changed, act, [settled_notice(each) for each in done], now, call.correlation_id)
    return len(done)


def urge_units(deps: Deps, call: Call, wanted: Sequence[ToUrge]) -> tuple[Fate, ...]:
    """Urge units of the actor's area to file forms that are missing; return what became of each, in the given order.

    Actor: a department or the ministry, for units in its sight. Each form of a unit at most once a day, whoever asks.
    Events: one notice per unit. Raises `Invalid` for a period that is none.
    """
    on = local_date(deps.clock.now())
    seen = _in_sight(deps, call, {each.unit_id for each in wanted})
    asked = _asked(deps, {(each.form, each.period) for each in wanted})
    expected = expected_slots(deps, seen, asked)
    debtors = {each.respondent.unit_id: each for each in debtors_of(deps, seen, asked)}
    owed = {(unit_id, one.key): one for unit_id, each in debtors.items() for one in each.owed}
    places = [(each.unit_id, FormKey(each.form, each.period, each.item)) for each in wanted]
    fates = {place: Fate.NOT_OWED if place in expected else Fate.NOT_EXPECTED for place in places}
    fates |= {place: Fate.NOT_FOUND for place in places if place[0] not in debtors}
    for unit_id in dict.fromkeys(unit_id for unit_id, key in places if (unit_id, key) in owed):
        mine = [owed[place] for place in dict.fromkeys(places) if place[0] == unit_id and place in owed]
        fates |= {(unit_id, key): fate for key, fate in _urge(deps, call, debtors[unit_id], mine, on).items()}
    return tuple(fates[place] for place in places)


def _urge(deps: Deps, call: Call, debtor: Debtor, owed: Sequence[Owed], on: date) -> Mapping[FormKey, Fate]:
    """Urge one unit, and return what became of each form."""
    unit_id = debtor.respondent.unit_id
    for _ in range(TRIES):
        record, fresh = deps.reminding.records.find_all((unit_id,))[unit_id].urge(owed, on)
        fates = {each.key: Fate.SENT if each in fresh else Fate.URGED_TODAY for each in owed}
        if not fresh:
            return fates
        now = deps.clock.now()
        said = named(fresh, platforms_of(deps, {unit_id: fresh}))
        told = tell_debtor(debtor, URGED, record.open[-1].once, said, on, department=_department(call, on))
        try:
            act = call.entry(now, URGE, None, None)
            deps.reminding.records.save(record, act, [told], now, call.correlation_id)
        except StaleVersion:
            continue
        return fates
    return {each.key: Fate.CHANGED_MEANWHILE for each in owed}


def _in_sight(deps: Deps, call: Call, unit_ids: Collection[str]) -> tuple[Respondent, ...]:
    """Return those of the units that the actor sees and is not itself."""
    today = local_date(deps.clock.now())
    cities = [city_on(each.removeprefix(CITY_UNIT), today) for each in unit_ids if each.startswith(CITY_UNIT)]
    found = (*deps.respondents.find_all(unit_ids), *(each for each in cities if each is not None))
    own = f"{CITY_UNIT}{call.actor.division}"
    return tuple(
        each for each in found if each.unit_id != own and owner_is_in_sight(call.actor, each.unit_id, each.path)
    )


def _asked(deps: Deps, wanted: Collection[tuple[str, str]]) -> tuple[Asked, ...]:
    """Return the forms of periods that can be filed by now; without those that nobody is expected to file."""
    found, today = [], local_date(deps.clock.now())
    for form_key, text in sorted(wanted):
        period = read_period(text, "/items")
        if period.first_day > today:
            continue
        for edition, form in forms_expected(deps, period):
            is_open = period.last_day <= edition.valid_to or is_decided(deps, edition, period)
            if form.key == form_key and is_open:
                found.append(Asked(form, period))
    return tuple(found)


def _department(call: Call, on: date) -> str:
    """Return how the department of the actor is called."""
    division = call.actor.division or COUNTRY
    return "商务部" if division == COUNTRY else f"{divisions.last_name(division, on)}商务主管部门"
