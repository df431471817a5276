"""Where single facts count: the same as what the engine reckons of millions of them, for a few that are at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

from services.statistics.model.cells import COUNTED_IN, LINES, Axis, Codes, Question
from services.statistics.model.facts import Value
from shared.contracts.filing import FactKind


@dataclass(frozen=True)
class Fact:
    """One fact, whatever filing it is of; `values` are those of its line with its place and what is said of its unit."""

    kind: FactKind
    counted_in: str
    values: Mapping[str, Value] = field(repr=False)


def sums_of(question: Question, facts: Iterable[Fact]) -> dict[Codes, Decimal]:
    """Return by cell what facts add up to in it; one whose measure is not known adds nothing, but its cell is there."""
    found: dict[Codes, Decimal] = {}
    for fact in facts:
        for codes in cells_of(question, fact):
            found[codes] = found.get(codes, Decimal(0)) + _amount(question, fact)
    return found


def cells_of(question: Question, fact: Fact) -> Iterator[Codes]:
    """Yield the cells of a question that a fact counts in."""
    is_within = fact.kind is question.kind and question.first <= fact.counted_in <= question.last
    if is_within and all(_text(fact, column) in wanted for column, wanted in question.only):
        yield from product(*(_nodes(axis, _text(fact, axis.column)) for axis in question.axes))


def _nodes(axis: Axis, value: str) -> Codes:
    return axis.nodes.get(value, axis.nodes.get("", ()))


def _text(fact: Fact, column: str) -> str:
    value = fact.counted_in if column == COUNTED_IN else fact.values.get(column)
    return value if isinstance(value, str) else ""


def _amount(question: Question, fact: Fact) -> Decimal:
    if question.measure == LINES:
        return Decimal(1)
    value = fact.values.get(question.measure)
    return value if isinstance(value, Decimal) else Decimal(0)
