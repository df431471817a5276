"""Protecting the quantities of a release: what one currency hides the other hides too, from the start.

Whoever knows the rate would read a cell of one currency in the other. So each begins with what its twin hides, in turns,
until both hide the same; a pattern that another was not begun with is never widened afterwards without a new audit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from services.statistics.disclosure.audit.auditing import audit
from services.statistics.disclosure.audit.report import Finding
from services.statistics.disclosure.protection import protect
from services.statistics.disclosure.suppression.suppressing import Pains, Pattern
from services.statistics.disclosure.tables import Release as Shown
from services.statistics.disclosure.tables import TableFaulty
from services.statistics.disclosure.thresholds import Thresholds
from services.statistics.operations.books import Drawn
from services.statistics.operations.views import Frozen, Gathered, View, gather
from services.statistics.tables.definitions import Measure

TURNS = 3
"""So often each of two twins takes up what the other hides, before both are hidden together and audited."""

SMALL = 1000
"""Up to so many cells, with those shown before, the best pattern is looked for; a good one beyond."""

Place = tuple[str, str]
"""A table, whatever its currency: its definition and its span."""
Codes = frozenset[tuple[str, ...]]
Agreed = Mapping[Place, Codes]

NOTHING: Codes = frozenset()


@dataclass(frozen=True)
class Quantity:
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

    @property
    def hidden(self) -> Agreed:
        """What it hides, by the place of each table."""
        return {_place(each): self.shown.hidden.get(each.table.id, NOTHING) for each in self.visible}


def protected(
    frozen: Frozen,
    wanted: Sequence[tuple[View, Measure]],
    before: Sequence[View],
    thresholds: Thresholds,
    done: Callable[[int], None],
) -> list[Quantity]:
    """Return the quantities of views protected; `done` is told how many are. Raises `TableFaulty`.

    Of the year before nothing is shown of a quantity that can't be protected.
    """
    found: list[Quantity] = []
    for twins in _twins(wanted):
        gathered = [(view, each, gather(frozen, each, view, before)) for view, each in twins]
        try:
            found += _agreed(gathered, thresholds)
        except TableFaulty:
            if not twins[0][0].sight.is_before:
                raise
            found += [_nothing_of(*each) for each in gathered]
        done(len(found))
    return [_withheld(each) if each.is_before and each.findings else each for each in found]


def _twins(wanted: Iterable[tuple[View, Measure]]) -> list[list[tuple[View, Measure]]]:
    """Return the quantities together that are the same in two currencies, in their order."""
    found: dict[tuple[bool, str], list[tuple[View, Measure]]] = {}
    for view, measure in wanted:
        found.setdefault((view.sight.is_before, measure.quantity), []).append((view, measure))
    return list(found.values())


def _agreed(twins: Sequence[tuple[View, Measure, Gathered]], thresholds: Thresholds) -> list[Quantity]:
    """Return twins that hide the same."""
    found: dict[str, Quantity] = {}
    agreed: dict[Place, Codes] = {}
    for _ in range(TURNS):
        for view, measure, gathered in twins:
            if measure.key in found and _hides(found[measure.key], agreed):
                continue
            quantity = _protected(view, measure, gathered, agreed, thresholds)
            found[measure.key] = quantity
            agreed |= {place: agreed.get(place, NOTHING) | codes for place, codes in quantity.hidden.items()}
        if all(_hides(each, agreed) for each in found.values()):
            return list(found.values())
    return [each if _hides(each, agreed) else _widened(each, agreed, thresholds) for each in found.values()]


def _protected(view: View, measure: Measure, gathered: Gathered, agreed: Agreed, thresholds: Thresholds) -> Quantity:
    also = {each.table.id: agreed.get(_place(each), NOTHING) for each in gathered.drawn if not each.is_silent}
    made = protect(
        gathered.shown.book,
        thresholds,
        gathered.register,
        release_id=view.release_id,
        pains=_pains(gathered),
        also=also,
    )
    return Quantity(measure, view, gathered.drawn, made.release, gathered.register, made.pattern, made.report.findings)


def _pains(gathered: Gathered) -> Pains:
    """Return how hard to look for the best pattern: by cells, so that the same release is always protected alike."""
    books = [gathered.shown.book, *(each.book for each in gathered.register)]
    cells = sum(len(table.cells) for book in books for table in book.tables)
    return Pains.USUAL if cells <= SMALL else Pains.QUICK


def _hides(quantity: Quantity, agreed: Agreed) -> bool:
    return all(codes == agreed.get(place, NOTHING) for place, codes in quantity.hidden.items())


def _widened(quantity: Quantity, agreed: Agreed, thresholds: Thresholds) -> Quantity:
    """Return a quantity that hides what was agreed, audited anew."""
    hidden = {each.table.id: agreed.get(_place(each), NOTHING) for each in quantity.visible}
    shown = replace(quantity.shown, hidden=hidden)
    return replace(
        quantity, shown=shown, findings=audit(shown, thresholds, quantity.register, with_intervals=False).findings
    )


def _nothing_of(view: View, measure: Measure, gathered: Gathered) -> Quantity:
    pattern = Pattern({}, 0, 0, Decimal(0), Decimal(0), is_best=False)
    return _withheld(Quantity(measure, view, gathered.drawn, gathered.shown, gathered.register, pattern, ()))


def _withheld(quantity: Quantity) -> Quantity:
    """Return a quantity of which nothing is shown."""
    hidden = {each.table.id: frozenset(cell.codes for cell in each.table.cells) for each in quantity.visible}
    return replace(quantity, shown=replace(quantity.shown, hidden=hidden), findings=())


def _place(drawn: Drawn) -> Place:
    return drawn.definition.key, drawn.span
