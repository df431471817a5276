"""Counting expected forms: anew, by pages of units, and kept up to date by what changed since.

What is kept is a count per place of units. Before it is read, the places whose units changed are counted anew, so that the
answer is of now and costs as much as changed. A place that is counted twice is counted right: kept counts are the same as
those of a count from nothing (`tests/integration/filing/test_completeness.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.filing.completeness.counts import Counts, counted, summed
from services.filing.completeness.expecting import is_expected_of_anybody
from services.filing.completeness.standing import Filed, Judged, judged
from services.filing.forms.model import Form, Reporter
from services.filing.ledger.reading import CONTRACT_FORM
from services.filing.model.periods import Period
from services.filing.model.respondents import Respondent
from services.filing.operations.due import Dues, dues_of, statutory_due
from services.filing.operations.expected import expected_of, kind_of, known_cities
from services.filing.ports.counts import Cell, Mark, Place
from services.filing.ports.deps import Deps
from shared.clock import local_date
from shared.codes import divisions
from shared.identity.actor import COUNTRY

MARGIN = timedelta(minutes=2)
"""So long what was changed before a count is looked at again, for a change is dated before it is stored."""

WHOLE_AFTER = timedelta(hours=24)
"""After so long everything is counted anew, whatever is said to have changed."""


@dataclass(frozen=True)
class Tally:
    """What some units are expected to file and how far it is, with the places of what is counted apart."""

    judged: tuple[Judged, ...]
    exempt: tuple[Place, ...]
    unexpected: tuple[Place, ...]


def is_kept(deps: Deps, form: Form, period: Period, division: str) -> bool:
    """Tell whether a division was counted before, so that its counts are brought up to date in no time."""
    return deps.counts.find_mark(form.key, str(period), _and_above(division, deps.clock.now())) is not None


def up_to_date(deps: Deps, form: Form, period: Period, division: str) -> tuple[Cell, ...]:
    """Return the counts of a form and period by place in a division as they are now."""
    if not is_expected_of_anybody(form, period):
        return ()
    now = deps.clock.now()
    mark = deps.counts.find_mark(form.key, str(period), _and_above(division, now))
    if mark is None or now - mark.whole_at > WHOLE_AFTER or not _refreshed(deps, form, period, division, mark):
        cells = count_all(deps, form, period, division)
        deps.counts.put(form.key, str(period), cells, now)
        deps.counts.drop_before(form.key, str(period), division, now)
        mark = Mark(division, now, now)
    deps.counts.put_mark(form.key, str(period), Mark(division, now, mark.whole_at))
    return tuple(deps.counts.cells(form.key, str(period), division))


def count_all(deps: Deps, form: Form, period: Period, division: str) -> tuple[Cell, ...]:
    """Return the counts of a form and period by place in a division, counted from nothing."""
    return _counted(tallies(deps, form, period, (division,)))


def tallies(deps: Deps, form: Form, period: Period, within: Collection[str]) -> Iterator[Tally]:
    """Yield what the units of divisions are expected to file and how far it is, by pages of units."""
    dues = dues_of(deps, ((form, period),))
    for page in respondents(deps, form, period, within):
        yield tally(deps, form, period, page, dues)


def respondents(deps: Deps, form: Form, period: Period, within: Collection[str]) -> Iterator[Sequence[Respondent]]:
    """Yield those of divisions who may file a form for a period, whether it is expected of them or not."""
    if form.reporter is Reporter.CITY:
        cities = known_cities(deps, period)
        yield [each for each in cities if not set(within).isdisjoint(each.path)]
    else:
        yield from deps.respondents.pages_within(within, kind_of(form))


def tally(deps: Deps, form: Form, period: Period, page: Sequence[Respondent], dues: Dues) -> Tally:
    """Return what these units are expected to file and how far it is."""
    by_slot: dict[tuple[str, str], list[Filed]] = defaultdict(list)
    for each in deps.respondents.filed([one.unit_id for one in page], form.key, str(period)):
        by_slot[each.unit_id, "" if form.is_many else each.item].append(each)
    day = statutory_due(form, period).on
    found, exempt, expected = [], [], set()
    for slot in expected_of(deps, page, form, period):
        due = dues.of(slot.unit_id, form, period) if slot.unit_id in dues.waivers else None
        if due is not None and due.is_exempt:
            exempt.append(slot.path)
            continue
        key = (slot.unit_id, slot.item)
        expected.add(key)
        found.append(judged(slot, due.on if due else day, by_slot.get(key, ())))
    paths = {each.unit_id: each.path for each in page}
    others = (key for key, filings in by_slot.items() if key not in expected and any(each.counts for each in filings))
    return Tally(tuple(found), tuple(exempt), tuple(paths[unit_id] for unit_id, _ in others))


def _refreshed(deps: Deps, form: Form, period: Period, division: str, mark: Mark) -> bool:
    """Count anew the places of a division whose units changed since a mark; say whether that was enough."""
    forms = (form.key, CONTRACT_FORM) if form.is_many else (form.key,)
    now = deps.clock.now()
    changed = deps.respondents.changed_since(division, forms, str(period), mark.as_of - MARGIN)
    if changed.has_moved:
        return False
    if form.reporter is Reporter.CITY:
        units = [each for each in known_cities(deps, period) if each.unit_id in changed.unit_ids]
    else:
        units = list(deps.respondents.find_all(changed.unit_ids))
    places = {each.path for each in units if division in each.path}
    if places:
        cells = _counted(tallies(deps, form, period, {path[0] for path in places}))
        found = {path: Counts() for path in places} | {each.path: each.counts for each in cells}
        deps.counts.put(form.key, str(period), [Cell(path, found[path]) for path in sorted(places)], now)
    return True


def _counted(pages: Iterable[Tally]) -> tuple[Cell, ...]:
    """Return the counts by place of pages of units."""
    parts: dict[Place, list[Counts]] = defaultdict(list)
    for page in pages:
        forms: dict[Place, list[Judged]] = defaultdict(list)
        for each in page.judged:
            forms[each.slot.path].append(each)
        for path in {*forms, *page.exempt, *page.unexpected}:
            parts[path].append(counted(forms[path], page.exempt.count(path), page.unexpected.count(path)))
    return tuple(Cell(path, summed(counts)) for path, counts in parts.items())


def _and_above(division: str, now: datetime) -> tuple[str, ...]:
    """Return a division and those that hold it: what was counted of one of them was counted of it."""
    if divisions.find(division, local_date(now)) is None:
        return (division, COUNTRY)
    return divisions.path(division, local_date(now))
