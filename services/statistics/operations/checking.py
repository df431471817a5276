"""The output check of a release: its tables protected beside everything ever shown of the year, audited, and written down.

Growth tells of the year before as a table of it would, so that year is protected in the same way; what can't be protected
there has no growth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.statistics.disclosure.tables import TableFaulty
from services.statistics.disclosure.thresholds import Thresholds, load_thresholds
from services.statistics.model.releases import Checked, Fault, Hidden, Progress, Release
from services.statistics.model.snapshots import Snapshot
from services.statistics.operations.agreeing import Quantity, protected
from services.statistics.operations.books import BEFORE, Drawn
from services.statistics.operations.contents import content_of
from services.statistics.operations.controls import controls_of
from services.statistics.operations.handing_over import oversize_of
from services.statistics.operations.judging import Evidence, reviews_of
from services.statistics.operations.kinds import definitions_of
from services.statistics.operations.reporting import Weighed, report_of
from services.statistics.operations.views import Frozen, View, views_before, views_of
from services.statistics.ports.deps import Deps
from services.statistics.tables.definitions import Measure
from shared.contracts.statistics import digest_of, dump_tables

Heard = Callable[[Progress], None]
"""Hears how far a check is."""


@dataclass(frozen=True)
class Outcome:
    """What became of a check: the counts, its report, which cells are hidden, and the content where it passed."""

    checked: Checked
    report: bytes = field(repr=False)
    hidden: Hidden = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)


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
    oversize = oversize_of(deps, release, content)
    if oversize is not None:
        refused = replace(found, faults=(Fault.TOO_LARGE,))
        return Outcome(refused, report_of(refused, weighed, hidden, controls or (), oversize))
    return Outcome(replace(found, digest=digest_of(content)), report, hidden, content)


def _protected(
    deps: Deps, release: Release, snapshot: Snapshot, frozen: Frozen, thresholds: Thresholds, heard: Heard
) -> list[Quantity]:
    """Return all quantities of a release protected, those of the year before last. Raises `TableFaulty`."""
    wanted = [(view, each) for view in views_of(deps.tables, release, snapshot) for each in _measures(deps, view)]
    heard(Progress(0, len(wanted)))
    return protected(
        frozen,
        wanted,
        views_before(deps, release),
        thresholds,
        lambda done: heard(Progress(done, len(wanted))),
    )


def _measures(deps: Deps, view: View) -> tuple[Measure, ...]:
    keys = dict.fromkeys(key for each in view.definitions for key in each.measures)
    return tuple(deps.tables.measures[key] for key in keys)


def _faults(drawn: Sequence[Drawn], quantities: Iterable[Quantity]) -> tuple[Fault, ...]:
    found: Mapping[Fault, bool] = {
        Fault.NOTHING: not any(cell.value for each in drawn for cell in each.table.cells),
        Fault.RATE_MISSING: any(each.lacking for each in drawn),
        Fault.LEAK: any(each.findings for each in quantities),
    }
    return tuple(fault for fault, is_so in found.items() if is_so)
