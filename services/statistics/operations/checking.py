"""The output check of a release: its tables protected beside everything ever shown of the year, audited, and written down.

What hides a cell in one currency hides it in the other: whoever knows the rate would read it there. Growth tells of the
year before as a table of it would, so that year is protected in the same way; what can't be protected there has no growth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.statistics.disclosure.audit.auditing import audit
from services.statistics.disclosure.audit.report import Finding
from services.statistics.disclosure.protection import protect
from services.statistics.disclosure.suppression.suppressing import Pattern
from services.statistics.disclosure.tables import Release as Shown
from services.statistics.disclosure.tables import TableFaulty
from services.statistics.disclosure.thresholds import Thresholds, load_thresholds
from services.statistics.model.releases import Checked, Fault, Hidden, Progress, Release
from services.statistics.model.snapshots import Snapshot
from services.statistics.operations.books import BEFORE, Drawn
from services.statistics.operations.contents import content_of
from services.statistics.operations.controls import controls_of
from services.statistics.operations.judging import Evidence, reviews_of
from services.statistics.operations.kinds import definitions_of
from services.statistics.operations.reporting import Weighed, report_of
from services.statistics.operations.views import Frozen, View, gather, views_before, views_of
from services.statistics.ports.deps import Deps
from services.statistics.tables.definitions import Measure
from shared.contracts.statistics import digest_of, dump_tables

CURRENCIES = ("_cny", "_usd")

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
    """One quantity of a view with its tables, as they are protected, and what was shown of it before."""

    measure: Measure
    view: View
    drawn: tuple[Drawn, ...]
    shown: Shown
    register: tuple[Shown, ...]
    pattern: Pattern
    findings: tuple[Finding, ...]

    @property
    def is_before(self) -> bool:
        """Whether it is of the year before."""
        return self.view.sight.is_before

    @property
    def visible(self) -> tuple[Drawn, ...]:
        """The tables that are shown."""
        return tuple(each for each in self.drawn if not each.is_silent)


def check(deps: Deps, release: Release, snapshot: Snapshot, heard: Heard) -> Outcome:
    """Return the verdict on a release, made from the snapshot alone: the same snapshot gives the same content.

    `heard` is told after each quantity how far it is.
    """
    thresholds = load_thresholds(release.final_on)
    frozen = Frozen(deps.cells)
    counts = Checked(thresholds.id, snapshot.digest, len(definitions_of(deps.tables, release.kind, release.period)))
    try:
        quantities = _protected(deps, release, snapshot, frozen, thresholds, heard)
    except TableFaulty:
        contradicted = replace(counts, faults=(Fault.CONTRADICTION,))
        return Outcome(contradicted, report_of(contradicted, [], {}, ()))
    own = [each for each in quantities if not each.is_before]
    drawn = [each for quantity in own for each in quantity.visible]
    before = [each for quantity in quantities if quantity.is_before for each in quantity.visible]
    hidden = {table: tuple(sorted(codes)) for each in quantities for table, codes in each.shown.hidden.items() if codes}
    controls = controls_of(deps, snapshot)
    found = replace(
        counts,
        cells=sum(len(each.table.cells) for each in drawn),
        unsafe=sum(each.pattern.unsafe for each in own),
        hidden=sum(len(codes) for table, codes in hidden.items() if not table.endswith(BEFORE)),
        findings=sum(len(each.findings) for each in own),
        faults=_faults(drawn, own),
        reviews=reviews_of(Evidence(drawn, before, hidden, controls, frozen.of(snapshot), release.period)),
    )
    weighed = [Weighed(each.measure, each.drawn, each.shown.book, each.pattern, each.findings) for each in own]
    report = report_of(found, weighed, hidden, controls or ())
    if found.faults:
        return Outcome(found, report)
    content = dump_tables(content_of(release, snapshot, drawn, before, hidden))
    return Outcome(replace(found, digest=digest_of(content)), report, hidden, content)


def _protected(
    deps: Deps, release: Release, snapshot: Snapshot, frozen: Frozen, thresholds: Thresholds, heard: Heard
) -> list[_Quantity]:
    """Return all quantities of a release protected, those of the year before last; hears after each. Raises `TableFaulty`."""
    shown = views_before(deps, release)
    wanted = [(view, each) for view in views_of(deps.tables, release, snapshot) for each in _measures(deps, view)]
    found: list[_Quantity] = []
    for view, measure in wanted:
        heard(Progress(len(found), len(wanted)))
        gathered = gather(frozen, deps.tables, measure, view, shown)
        protected = protect(gathered.shown.book, thresholds, gathered.register, release_id=release.id)
        report = protected.report
        quantity = _Quantity(
            measure, view, gathered.drawn, protected.release, gathered.register, protected.pattern, report.findings
        )
        found.append(quantity)
    heard(Progress(len(found), len(wanted)))
    return [_withheld(each) if each.is_before and each.findings else each for each in _aligned(found, thresholds)]


def _measures(deps: Deps, view: View) -> tuple[Measure, ...]:
    keys = dict.fromkeys(key for each in view.definitions for key in each.measures)
    return tuple(deps.tables.measures[key] for key in keys)


def _withheld(quantity: _Quantity) -> _Quantity:
    """Return a quantity of which nothing is shown."""
    hidden = {each.table.id: frozenset(cell.codes for cell in each.table.cells) for each in quantity.visible}
    return replace(quantity, shown=replace(quantity.shown, hidden=hidden), findings=())


def _aligned(quantities: Sequence[_Quantity], thresholds: Thresholds) -> list[_Quantity]:
    """Return the quantities with those cells hidden in each currency that are hidden in any, audited anew."""
    found = []
    for each in quantities:
        twins = [
            other for other in quantities if (other.view, _stem(other.measure)) == (each.view, _stem(each.measure))
        ]
        hidden = {
            drawn.table.id: frozenset().union(*(_hidden_in(twin, drawn) for twin in twins)) for drawn in each.visible
        }
        if hidden == {table: each.shown.hidden.get(table, frozenset()) for table in hidden}:
            found.append(each)
            continue
        shown = replace(each.shown, hidden=hidden)
        report = audit(shown, thresholds, each.register)
        found.append(replace(each, shown=shown, findings=report.findings))
    return found


def _stem(measure: Measure) -> str:
    return measure.key.removesuffix(CURRENCIES[0]).removesuffix(CURRENCIES[1])


def _hidden_in(quantity: _Quantity, drawn: Drawn) -> frozenset[tuple[str, ...]]:
    """Return what a quantity hides in the table that stands at the same place."""
    place = drawn.definition.key, drawn.span
    own = next((each for each in quantity.visible if (each.definition.key, each.span) == place), None)
    return quantity.shown.hidden.get(own.table.id, frozenset()) if own else frozenset()


def _faults(drawn: Sequence[Drawn], quantities: Iterable[_Quantity]) -> tuple[Fault, ...]:
    found: Mapping[Fault, bool] = {
        Fault.NOTHING: not any(cell.value for each in drawn for cell in each.table.cells),
        Fault.RATE_MISSING: any(each.lacking for each in drawn),
        Fault.LEAK: any(each.findings for each in quantities),
    }
    return tuple(fault for fault, is_so in found.items() if is_so)
