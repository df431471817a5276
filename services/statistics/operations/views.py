"""Who has shown what of a year: the releases of all kinds, and what the growth rates of the next year tell of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from services.statistics.disclosure.tables import Book, Codes, Dimension, Key
from services.statistics.disclosure.tables import Release as Shown
from services.statistics.model.releases import SIGNED_OFF, Hidden, Release
from services.statistics.model.snapshots import Snapshot
from services.statistics.operations.books import (
    Drawn,
    Sight,
    axes_of,
    book_of,
    changed_cells,
    changed_table,
    codes_shown,
    shown_tables,
    silent_tables,
)
from services.statistics.operations.drafting import year_before
from services.statistics.operations.kinds import RULES, definitions_of
from services.statistics.operations.leaps import MOMENTS, Leaps, leaps_of, line_of
from services.statistics.operations.timeline import (
    Timeline,
    change_code,
    last_month,
    months_of,
    points_of,
    vintage_code,
)
from services.statistics.ports.deps import Deps
from services.statistics.ports.facts import Cells, OfSnapshots
from services.statistics.tables.definitions import Definition, Measure, Tables


@dataclass(frozen=True)
class View:
    """What a release shows of a year: the year that it is of, or the year before beside it."""

    release_id: str
    sight: Sight
    snapshot: Snapshot
    definitions: tuple[Definition, ...]
    hidden: Hidden = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Gathered:
    """One quantity of a year: the tables of a new view, shown and silent, and what was shown of it before."""

    drawn: tuple[Drawn, ...]
    shown: Shown
    register: tuple[Shown, ...]


class Frozen:
    """The cells of snapshots, each opened once for a check."""

    def __init__(self, cells: OfSnapshots) -> None:
        self.all = cells
        self._opened: dict[str, Cells] = {}

    def of(self, snapshot: Snapshot) -> Cells:
        """Return the cells of a snapshot."""
        return self._opened.setdefault(snapshot.digest, self.all.of(snapshot))


def views_of(tables: Tables, release: Release, snapshot: Snapshot) -> tuple[View, ...]:
    """Return what a release shows: its own year, and the year before where growth stands beside."""
    definitions = definitions_of(tables, release.kind, release.period)
    own = View(release.id, Sight(release.period), snapshot, definitions, release.hidden)
    if not RULES[release.kind].has_rates:
        return (own,)
    grown = tuple(each for each in definitions if each.growth)
    return (own, View(release.id, Sight(release.period, is_before=True), snapshot, grown, release.hidden))


def views_before(deps: Deps, release: Release) -> tuple[View, ...]:
    """Return what was shown by all releases, of whatever kind, that were signed off before this one was prepared."""
    return tuple(
        view
        for each in deps.releases.list_all()
        if each.id != release.id and each.created_at <= release.created_at and each.state in SIGNED_OFF
        if each.period[:4] in _years_near(release)
        for view in views_of(deps.tables, each, deps.snapshots.get(each.period, each.snapshot))
    )


def gather(frozen: Frozen, measure: Measure, new: View, before: Iterable[View]) -> Gathered:
    """Return one quantity of the year of a view, with all that was shown of the same quantity in that year before.

    Silent tables are drawn up for every table that was ever shown, over all months between any sums that were.
    """
    views = [new, *(each for each in before if each.sight.year == new.sight.year and _has(each, measure))]
    versions = _versions(frozen, measure, views)
    number = {each.digest: place for place, listed in enumerate(versions, 1) for each in listed}
    neighbours = Timeline(new.sight.year, _points(views, measure), len(versions))
    definitions = _definitions(views, measure)

    def shown(view: View) -> tuple[Drawn, ...]:
        vintage = vintage_code(number[view.snapshot.digest])
        return shown_tables(frozen.of(view.snapshot), view.sight, view.definitions, measure, vintage)

    own, register = shown(new), [(view, _not_withheld(view, shown(view))) for view in views[1:]]

    def gathered(timeline: Timeline, drawn: tuple[Drawn, ...]) -> Gathered:
        axes = axes_of(measure, definitions, new.sight, timeline)
        return Gathered(
            drawn,
            Shown(new.release_id, book_of(axes, drawn), {}),
            tuple(Shown(view.release_id, book_of(axes, listed), _hidden_of(view, listed)) for view, listed in register),
        )

    told = gathered(neighbours, own)
    leaps = leaps_of(told.shown, told.register, neighbours.points, len(versions))
    visible = [*own, *(each for _, listed in register for each in listed)]
    silent = [
        *_silent(frozen, measure, views, versions, neighbours),
        *_leaping(frozen, measure, views, versions, neighbours, leaps),
    ]
    timeline = replace(neighbours, leaps=leaps.pairs, jumps=leaps.jumps)
    return gathered(timeline, (*own, *_unseen(told.shown.book.dimensions, silent, visible)))


def _not_withheld(view: View, drawn: Iterable[Drawn]) -> tuple[Drawn, ...]:
    """Return the tables of which anything was shown: one that is hidden as a whole told nobody anything."""
    return tuple(each for each in drawn if len(set(view.hidden.get(each.table.id, ()))) < len(each.table.cells))


def _hidden_of(view: View, drawn: Iterable[Drawn]) -> Mapping[str, frozenset[tuple[str, ...]]]:
    return {each.table.id: frozenset(view.hidden.get(each.table.id, ())) for each in drawn}


def _unseen(axes: tuple[Dimension, ...], silent: Iterable[Drawn], visible: Iterable[Drawn]) -> Iterator[Drawn]:
    """Yield silent tables with the cells that somebody could reckon and no other table tells all of.

    Between two months or two versions nothing lies where only one of them was ever shown; but of cities, which add up to
    示范城市 together with municipalities, so that those of a month follow from what was shown of provinces.
    """
    book = Book(axes, ())
    seen: set[Key] = set()
    shown: dict[Key, set[Codes]] = {}
    for each in visible:
        for cell in each.table.cells:
            measure, codes = book.key(each.table, cell.codes)
            seen.add((measure, codes))
            shown.setdefault(line_of((measure, codes)), set()).add(codes[:MOMENTS])
    for each in silent:
        keys = {cell.codes: book.key(each.table, cell.codes) for cell in each.table.cells}
        left = tuple(
            cell
            for cell in each.table.cells
            if keys[cell.codes] not in seen
            and (_shows_cities(each.definition) or len(shown.get(line_of(keys[cell.codes]), ())) > 1)
        )
        if left:
            seen.update(keys[cell.codes] for cell in left)
            yield replace(each, table=replace(each.table, cells=left))


def _shows_cities(definition: Definition) -> bool:
    axis = definition.axis("place")
    return axis is not None and "city" in axis.levels


def _silent(
    frozen: Frozen,
    measure: Measure,
    views: Sequence[View],
    versions: Sequence[Sequence[Snapshot]],
    timeline: Timeline,
) -> list[Drawn]:
    """Return the tables that nobody shows: of each version, and of what changed from each to the next."""
    sight = views[0].sight
    definitions = _definitions(views, measure)
    known = {
        (each.key, view.snapshot.digest, code)
        for view in views
        for each in view.definitions
        for code in codes_shown(view.sight, each)
    }
    found: list[Drawn] = []
    for place, listed in enumerate(versions, 1):
        widest = _widest(listed)
        wanted = [
            (each, code)
            for each in definitions
            for code in _codes(timeline, listed)
            if not any((each.key, one.digest, code) in known for one in listed)
        ]
        found += silent_tables(frozen.of(widest), sight, wanted, measure, vintage_code(place))
    for place, (older, newer) in enumerate(pairwise(versions), 1):
        common = [code for code in _codes(timeline, older) if code in _codes(timeline, newer)]
        between = _widest(older), _widest(newer)
        found += [
            changed_table(frozen.all, between, sight, each, measure, code, change_code(place, place + 1))
            for each in definitions
            for code in common
        ]
    return found


def _leaping(
    frozen: Frozen,
    measure: Measure,
    views: Sequence[View],
    versions: Sequence[Sequence[Snapshot]],
    timeline: Timeline,
    leaps: Leaps,
) -> Iterator[Drawn]:
    """Yield the silent tables of what lies between sums and versions that aren't neighbours, with the cells that matter."""
    sight, definitions = views[0].sight, _definitions(views, measure)
    book = Book(axes_of(measure, definitions, sight, timeline), ())

    def only(found: Iterable[Drawn], lines: frozenset[Key]) -> Iterator[Drawn]:
        for each in found:
            kept = tuple(x for x in each.table.cells if line_of(book.key(each.table, x.codes)) in lines)
            yield replace(each, table=replace(each.table, cells=kept))

    for (pair, number), lines in sorted(leaps.months.items()):
        wanted = [(each, timeline.leap_code(*pair)) for each in definitions]
        cells = frozen.of(_widest(versions[number - 1]))
        yield from only(silent_tables(cells, sight, wanted, measure, vintage_code(number)), lines)
    for ((older, newer), code), lines in sorted(leaps.versions.items()):
        between = _widest(versions[older - 1]), _widest(versions[newer - 1])
        change = change_code(older, newer)
        changed = (changed_table(frozen.all, between, sight, each, measure, code, change) for each in definitions)
        yield from only(changed, lines)


def _versions(frozen: Frozen, measure: Measure, views: Sequence[View]) -> list[list[Snapshot]]:
    """Return the snapshots of views in the order in which they were frozen, those together that say the same.

    They are compared over the months that both have: more months alone are no other version.
    """
    distinct = {each.snapshot.digest: each.snapshot for each in views}
    ordered = sorted(
        distinct.values(), key=lambda each: (each.frozen_at is None, each.frozen_at, each.period, each.number)
    )
    versions: list[list[Snapshot]] = []
    for snapshot in ordered:
        if versions and _is_same(frozen, measure, views, _widest(versions[-1]), snapshot):
            versions[-1].append(snapshot)
        else:
            versions.append([snapshot])
    return versions


def _is_same(frozen: Frozen, measure: Measure, views: Sequence[View], older: Snapshot, newer: Snapshot) -> bool:
    timeline = Timeline(views[0].sight.year, _points(views, measure))
    codes = [code for code in _codes(timeline, [older]) if code in _codes(timeline, [newer])]
    sight = views[0].sight
    return not any(
        changed_cells(frozen.all, (older, newer), sight, each, measure, code)
        for each in _definitions(views, measure)
        for code in codes
    )


def _codes(timeline: Timeline, snapshots: Sequence[Snapshot]) -> list[str]:
    """Return the codes of a timeline that lie within what the widest of some snapshots froze."""
    until = last_month(_widest(snapshots).period)
    return [code for code in timeline.codes() if int(months_of(code)[1][5:]) <= until]


def _widest(snapshots: Sequence[Snapshot]) -> Snapshot:
    """Return the snapshot of the latest period: all that say the same say no more than it."""
    return max(snapshots, key=lambda each: (last_month(each.period), not each.period[4:], each.number))


def _points(views: Iterable[View], measure: Measure) -> tuple[int, ...]:
    return points_of(
        (view.sight.period_of(each), span)
        for view in views
        for each in view.definitions
        if measure.key in each.measures
        for span in each.spans
    )


def _definitions(views: Iterable[View], measure: Measure) -> tuple[Definition, ...]:
    found: Mapping[str, Definition] = {
        each.key: each for view in views for each in view.definitions if measure.key in each.measures
    }
    return tuple(found.values())


def _has(view: View, measure: Measure) -> bool:
    return any(measure.key in each.measures for each in view.definitions)


def _years_near(release: Release) -> frozenset[str]:
    """Return the years whose releases tell of the same figures: growth tells of the year before."""
    before = year_before(release.period)[:4]
    after = str(int(release.period[:4]) + 1)
    return frozenset({before, release.period[:4], after})
