"""What a person has to judge before a release is signed off: each code at its bound, and nothing below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from services.statistics.disclosure.tables import Cell, Table
from services.statistics.model.cells import Cell as Counted
from services.statistics.model.cells import Question
from services.statistics.model.releases import Review
from services.statistics.operations.books import BEFORE, Drawn
from services.statistics.operations.judging import JUDGED, Evidence, reviews_of
from services.statistics.operations.reporting import Control
from services.statistics.tables.definitions import Audience, AxisUse, Definition, Rhythm
from services.statistics.tables.loading import load_tables

MEASURE = load_tables().measures["execution_usd"]
CLASSES = AxisUse("business_class", ("total", "large"))
TABLE = Definition("t", "表", "附录", 1, Rhythm.MONTH, (Audience.NBS,), (MEASURE.key,), (CLASSES,), ())
ID = "t.execution_usd.to_date"


@dataclass
class Owners:
    """Answers how many units have told who owns them."""

    units: Mapping[str, int] = field(default_factory=lambda: {"total": 100})

    def ask(self, question: Question) -> tuple[Counted, ...]:
        """Return the units of each kind of owner."""
        return tuple(Counted((code,), Decimal(n), n, n, (), n, 0) for code, n in self.units.items())

    def ask_all(self, questions: Sequence[Question]) -> tuple[tuple[Counted, ...], ...]:
        """Return the same for each question."""
        return tuple(map(self.ask, questions))


def drawn(values: Mapping[str, int], name: str = ID, lacking: int = 0) -> Drawn:
    """Return a table by business class."""
    cells = tuple(Cell((code,), Decimal(value)) for code, value in values.items())
    return Drawn(TABLE, MEASURE, "to_date", Table(name, MEASURE.key, ("business_class",), cells), lacking)


GOOD = drawn({"total": 300, "ITO": 100, "BPO": 95, "KPO": 95, "unknown": 10})
CONTROL = Control("enterprise-3", MEASURE.key, Decimal(300), Decimal(300))
RIGHT = Evidence([GOOD], [], {}, [CONTROL], Owners(), "2025-03")


def before(total: int, lacking: int = 0) -> Drawn:
    return drawn({"total": total}, ID + BEFORE, lacking)


CASES: Mapping[str, tuple[Evidence, tuple[Review, ...]]] = {
    "nothing to judge": (RIGHT, ()),
    "a third is hidden": (replace(RIGHT, hidden={ID: (("ITO",), ("BPO",))}), ()),
    "more than a third is hidden": (replace(RIGHT, hidden={ID: (("total",),)}), (Review.MOSTLY_HIDDEN,)),
    "another sum": (replace(RIGHT, controls=[replace(CONTROL, filing=Decimal(299))]), (Review.CONTROL_DIFFERENCE,)),
    "no sums": (replace(RIGHT, controls=None), (Review.CONTROL_MISSING,)),
    "twice as much": (replace(RIGHT, before=[before(150)]), ()),
    "more than twice as much": (replace(RIGHT, before=[before(149)]), (Review.GROWTH_IMPLAUSIBLE,)),
    "half as much": (replace(RIGHT, before=[before(600)]), ()),
    "less than half as much": (replace(RIGHT, before=[before(601)]), (Review.GROWTH_IMPLAUSIBLE,)),
    "nothing a year before": (replace(RIGHT, before=[before(0)]), ()),
    "a rate missing a year before": (replace(RIGHT, before=[before(300, lacking=1)]), (Review.BEFORE_INCOMPLETE,)),
    "much without a class": (
        replace(RIGHT, drawn=[drawn({"total": 300, "ITO": 284, "unknown": 16})]),
        (Review.CLASS_UNKNOWN,),
    ),
    "a twentieth without basics": (replace(RIGHT, cells=Owners({"total": 100, "unknown": 5})), ()),
    "more without basics": (replace(RIGHT, cells=Owners({"total": 100, "unknown": 6})), (Review.HOLDING_UNKNOWN,)),
}


@pytest.mark.parametrize("case", list(CASES))
def test_each_code_is_told_where_it_is_so(case: str) -> None:
    evidence, expected = CASES[case]

    assert reviews_of(evidence) == expected


def test_every_code_has_its_rule() -> None:
    assert set(JUDGED) == set(Review)
