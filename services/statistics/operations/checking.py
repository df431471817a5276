"""The output check of a release: its tables protected beside everything released of the year, audited, and written down.

What hides a cell in one currency hides it in the other: whoever knows the rate would read it there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from services.statistics.disclosure.audit.auditing import audit
from services.statistics.disclosure.audit.report import Finding
from services.statistics.disclosure.protection import protect
from services.statistics.disclosure.suppression.suppressing import Pattern
from services.statistics.disclosure.tables import Release as Shown
from services.statistics.disclosure.tables import TableFaulty
from services.statistics.disclosure.thresholds import Thresholds, load_thresholds
from services.statistics.model.releases import SIGNED_OFF, Checked, Fault, Hidden, Progress, Release, Review
from services.statistics.model.snapshots import Snapshot
from services.statistics.operations.books import SILENT, Drawn, book_of, drawn_tables, silent_codes
from services.statistics.operations.contents import content_of
from services.statistics.operations.kinds import definitions_of
from services.statistics.operations.reporting import Weighed, report_of
from services.statistics.ports.deps import Deps
from services.statistics.tables.definitions import Definition, Measure
from shared.contracts.statistics import digest_of, dump_tables

CURRENCIES = ("_cny", "_usd")

MOSTLY = Decimal(1) / 3
"""A table of which more than this part is hidden says little."""

Heard = Callable[[Progress], None]
"""Hears how far a check is."""


@dataclass(frozen=True)
class Outcome:
    """What became of a check: the counts, its report, which cells are hidden, and the content where it passed."""

    checked: Checked
    report: bytes = field(repr=False)
    hidden: Hidden = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Quantity:
    """One quantity with its tables, as they are protected, and what was released of it before."""

    measure: Measure
    drawn: tuple[Drawn, ...]
    shown: Shown
    register: tuple[Shown, ...]
    pattern: Pattern
    findings: tuple[Finding, ...]


def check(deps: Deps, release: Release, snapshot: Snapshot, heard: Heard) -> Outcome:
    """Return the verdict on a release, made from the snapshot alone: the same snapshot gives the same content.

    `heard` is told after each quantity how far it is.
    """
    thresholds = load_thresholds(release.final_on)
    definitions = definitions_of(deps.tables, release.kind, release.period)
    counts = Checked(thresholds.id, snapshot.digest, tables=len(definitions))
    measures = _measures(deps, definitions)
    quantities: list[_Quantity] = []
    try:
        for measure in measures:
            heard(Progress(len(quantities), len(measures)))
            quantities.append(_protected(deps, release, thresholds, definitions, measure))
        heard(Progress(len(quantities), len(measures)))
        aligned = _aligned(quantities, thresholds)
    except TableFaulty:
        contradicted = _with(counts, faults=(Fault.CONTRADICTION,))
        return Outcome(contradicted, report_of(contradicted, [], {}, ()))
    drawn = [each for quantity in aligned for each in quantity.drawn]
    hidden = {table: tuple(sorted(codes)) for each in aligned for table, codes in each.shown.hidden.items() if codes}
    found = _with(
        counts,
        cells=sum(len(each.table.cells) for each in drawn if not each.span.startswith(SILENT)),
        unsafe=sum(each.pattern.unsafe for each in aligned),
        hidden=sum(map(len, hidden.values())),
        findings=sum(len(each.findings) for each in aligned),
        faults=_faults(drawn, aligned),
        reviews=_reviews(drawn, hidden),
    )
    weighed = [Weighed(each.measure, each.drawn, each.shown.book, each.pattern, each.findings) for each in aligned]
    report = report_of(found, weighed, hidden, ())
    if found.faults:
        return Outcome(found, report)
    content = dump_tables(content_of(release, snapshot, drawn, hidden))
    return Outcome(_with(found, digest=digest_of(content)), report, hidden, content)


def _measures(deps: Deps, definitions: Iterable[Definition]) -> tuple[Measure, ...]:
    keys = dict.fromkeys(key for each in definitions for key in each.measures)
    return tuple(deps.tables.measures[key] for key in keys)


def _protected(
    deps: Deps, release: Release, thresholds: Thresholds, definitions: Sequence[Definition], measure: Measure
) -> _Quantity:
    linked = tuple(deps.tables.tables.values())
    earlier = [each for each in deps.releases.list_all() if _is_linked(each, release)]
    silent = silent_codes(release.period, (each.period for each in earlier))
    cells = deps.cells.of(deps.snapshots.get(release.period))
    drawn = drawn_tables(cells, definitions, measure, release.period, silent)
    book = book_of(drawn, linked, release.period)
    register = tuple(_registered(deps, earlier, linked, measure))
    found = protect(book, thresholds, register, release_id=release.id)
    return _Quantity(measure, drawn, found.release, register, found.pattern, found.report.findings)


def _is_linked(other: Release, release: Release) -> bool:
    """Tell whether a release was approved and is of the same year, so that one can be reckoned from the other."""
    is_other = other.id != release.id and other.created_at <= release.created_at
    return is_other and other.state in SIGNED_OFF and other.period[:4] == release.period[:4]


def _registered(
    deps: Deps, earlier: Iterable[Release], linked: Sequence[Definition], measure: Measure
) -> Iterator[Shown]:
    """Yield what was released of a quantity in the same year, each as its own snapshot has it."""
    for each in earlier:
        definitions = definitions_of(deps.tables, each.kind, each.period)
        drawn = drawn_tables(deps.cells.of(deps.snapshots.get(each.period)), definitions, measure, each.period)
        if drawn:
            book = book_of(drawn, linked, each.period)
            hidden = {one.table.id: frozenset(each.hidden.get(one.table.id, ())) for one in drawn}
            yield Shown(each.id, book, hidden)


def _aligned(quantities: Sequence[_Quantity], thresholds: Thresholds) -> list[_Quantity]:
    """Return the quantities with those cells hidden in each currency that are hidden in any, audited anew."""
    found = []
    for each in quantities:
        twins = [other for other in quantities if _stem(other.measure) == _stem(each.measure)]
        hidden = {
            drawn.table.id: frozenset().union(*(_hidden_in(twin, drawn) for twin in twins)) for drawn in each.drawn
        }
        if hidden == {table: each.shown.hidden.get(table, frozenset()) for table in hidden}:
            found.append(each)
            continue
        shown = Shown(each.shown.id, each.shown.book, hidden)
        report = audit(shown, thresholds, each.register)
        found.append(_Quantity(each.measure, each.drawn, shown, each.register, each.pattern, report.findings))
    return found


def _stem(measure: Measure) -> str:
    return measure.key.removesuffix(CURRENCIES[0]).removesuffix(CURRENCIES[1])


def _hidden_in(quantity: _Quantity, drawn: Drawn) -> frozenset[tuple[str, ...]]:
    """Return what a quantity hides in the table that stands at the same place."""
    place = drawn.definition.key, drawn.span
    own = next((each for each in quantity.drawn if (each.definition.key, each.span) == place), None)
    return quantity.shown.hidden.get(own.table.id, frozenset()) if own else frozenset()


def _faults(drawn: Sequence[Drawn], quantities: Sequence[_Quantity]) -> tuple[Fault, ...]:
    found = {
        Fault.NOTHING: not any(cell.value for each in drawn for cell in each.table.cells),
        Fault.RATE_MISSING: any(each.lacking for each in drawn),
        Fault.LEAK: any(each.findings for each in quantities),
    }
    return tuple(fault for fault, is_so in found.items() if is_so)


def _reviews(drawn: Sequence[Drawn], hidden: Hidden) -> tuple[Review, ...]:
    found = {Review.MOSTLY_HIDDEN: any(_is_mostly_hidden(each, hidden) for each in drawn)}
    return tuple(review for review, is_so in found.items() if is_so)


def _is_mostly_hidden(drawn: Drawn, hidden: Hidden) -> bool:
    gone = frozenset(hidden.get(drawn.table.id, ()))
    lost = sum(abs(cell.value) for cell in drawn.table.cells if cell.codes in gone)
    return lost > MOSTLY * sum(abs(cell.value) for cell in drawn.table.cells)


def _with(checked: Checked, **changes: object) -> Checked:
    return replace(checked, **changes)  # type: ignore[arg-type]  # fields of its own, from this module
