"""From a tree to a function of the answers, in three-valued logic: what is not known decides nothing.

A tree is compiled once, to functions within functions, so that a check walks no tree.

A missing cell is *unknown*: an equation over it does not fail, since asking for the missing answer is another matter.
A cell that does not apply adds nothing to a sum and is unknown in a comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation
from enum import Enum
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Protocol

from services.filing.forms.answers import Answer, Given, Value
from services.filing.forms.expressions.syntax import (
    Binary,
    Call,
    Fact,
    Literal,
    Node,
    Parameter,
    Ref,
    Unary,
)


class Absent(Enum):
    """Why there is no value: nobody gave one, or the item does not apply."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


Result = Decimal | str | date | bool | tuple[str, ...] | Absent


class Scope(Protocol):
    """Where references lead: the answers at hand, those of the period before, facts and parameters."""

    def cell(self, ref: Ref) -> Answer | None:
        """Return the answer of a cell outside rows, or of the row at hand; None where missing."""

    def column(self, ref: Ref) -> Sequence[Answer | None] | None:
        """Return one cell of every row of a repeated indicator; None where there is no answer at all."""

    def fact(self, name: str) -> Value | bool | None:
        """Return a fact, None where it is not known."""

    def parameter(self, name: str) -> Value:
        """Return a setting of the edition."""


Run = Callable[[Scope], Result]
"""An expression, or a part of it, as it was compiled."""


@dataclass(frozen=True)
class Clause:
    """One member of a chain of `and`: whether it holds, and what it compares where it is a comparison.

    `tolerance` is there where the difference of two values is bounded: `abs(actual - expected) <= tolerance`.
    """

    run: Run
    comparison: Binary | None = None
    actual: Run | None = None
    expected: Run | None = None
    tolerance: Run | None = None


def clauses_of(root: Node) -> tuple[Clause, ...]:
    """Return the members of the chain of `and` that a condition is, left to right; itself where it is none."""
    if isinstance(root, Binary) and root.operator == "and":
        return (*clauses_of(root.left), *clauses_of(root.right))
    run = compiled(root)
    if not isinstance(root, Binary) or root.operator not in _COMPARE:
        return (Clause(run),)
    pair = difference(root)
    if pair is None:
        return (Clause(run, root, compiled(root.left), compiled(root.right)),)
    return (Clause(run, root, compiled(pair.left), compiled(pair.right), compiled(root.right)),)


def difference(comparison: Binary) -> Binary | None:
    """Return the `x - y` of a comparison `abs(x - y) <= z`, None for any other."""
    left = comparison.left
    if comparison.operator not in ("<", "<=") or not isinstance(left, Call) or left.name != "abs":
        return None
    inner = left.arguments[0]
    return inner if isinstance(inner, Binary) and inner.operator == "-" else None


def of_value(value: Value | bool) -> Result:
    """Return a value as expressions reckon with it: whole numbers become exact decimals."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def compiled(node: Node) -> Run:
    """Return the function that a tree stands for: from the scope to its value."""
    match node:
        case Literal():
            return _constant(node.value)
        case Ref():
            return _cell(node)
        case Fact():
            return _fact(node.name)
        case Parameter():
            return _parameter(node.name)
        case Unary():
            return _unary(node.operator, compiled(node.operand))
        case Call():
            return _call(node)
        case Binary():
            return _binary(node.operator, compiled(node.left), compiled(node.right))


def _constant(value: Result) -> Run:
    return lambda _: value


def _cell(ref: Ref) -> Run:
    return lambda scope: _of(scope.cell(ref))


def _fact(name: str) -> Run:
    def run(scope: Scope) -> Result:
        fact = scope.fact(name)
        return Absent.UNKNOWN if fact is None else of_value(fact)

    return run


def _parameter(name: str) -> Run:
    return lambda scope: of_value(scope.parameter(name))


def _of(answer: Answer | None) -> Result:
    if answer is None:
        return Absent.UNKNOWN
    return of_value(answer.value) if isinstance(answer, Given) else Absent.NOT_APPLICABLE


def _unary(operator: str, operand: Run) -> Run:
    def negation(scope: Scope) -> Result:
        result = operand(scope)
        return not result if isinstance(result, bool) else Absent.UNKNOWN

    def minus(scope: Scope) -> Result:
        result = operand(scope)
        return -result if isinstance(result, Decimal) else Absent.UNKNOWN

    return negation if operator == "not" else minus


def _binary(operator: str, left: Run, right: Run) -> Run:
    if operator in ("and", "or"):
        return _logic(left, right, decisive=operator == "or")
    if operator in _COMPARE:
        compare = _COMPARE[operator]
        return lambda scope: _compare(compare, left(scope), right(scope))
    reckon = _ARITHMETIC[operator]
    adds = operator in ("+", "-")
    return lambda scope: _reckon(reckon, left(scope), right(scope), adds=adds)


def _logic(left: Run, right: Run, *, decisive: bool) -> Run:
    """Return `or` where True decides, `and` where False does: the right side is asked only where the left decides nothing."""

    def run(scope: Scope) -> Result:
        first = left(scope)
        if first is decisive:
            return decisive
        second = right(scope)
        if second is decisive:
            return decisive
        return (not decisive) if isinstance(first, bool) and isinstance(second, bool) else Absent.UNKNOWN

    return run


def _compare(compare: Callable[..., bool], left: Result, right: Result) -> Result:
    if isinstance(left, Absent) or isinstance(right, Absent):
        return Absent.UNKNOWN
    if compare is _is_in:
        return compare(left, right) if isinstance(right, tuple) else Absent.UNKNOWN
    if type(left) is not type(right) and not (isinstance(left, date) and isinstance(right, date)):
        return Absent.UNKNOWN
    return compare(left, right)


def _reckon(reckon: Callable[[Decimal, Decimal], Decimal], left: Result, right: Result, *, adds: bool) -> Result:
    if adds and (left is Absent.NOT_APPLICABLE or right is Absent.NOT_APPLICABLE):
        left = Decimal(0) if left is Absent.NOT_APPLICABLE and right is not left else left
        right = Decimal(0) if right is Absent.NOT_APPLICABLE and left is not right else right
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return Absent.NOT_APPLICABLE if left is right is Absent.NOT_APPLICABLE else Absent.UNKNOWN
    try:
        return reckon(left, right)
    except (DivisionByZero, InvalidOperation):
        return Absent.UNKNOWN


def _call(node: Call) -> Run:
    argument = node.arguments[0]
    if node.name in _OVER_ROWS and isinstance(argument, Ref):
        return _column(_OVER_ROWS[node.name], argument)
    function, value = _FUNCTIONS[node.name], compiled(argument)
    return lambda scope: function(value(scope))


def _column(function: Callable[[Sequence[Answer | None] | None], Result], ref: Ref) -> Run:
    return lambda scope: function(scope.column(ref))


def _sum(column: Sequence[Answer | None] | None) -> Result:
    """Add up a column; unknown as soon as one row has no value, since a part of a sum is no sum."""
    if column is None:
        return Absent.UNKNOWN
    total = Decimal(0)
    for answer in column:
        result = _of(answer)
        if isinstance(result, Decimal):
            total += result
        elif result is not Absent.NOT_APPLICABLE:
            return Absent.UNKNOWN
    return total


def _count(column: Sequence[Answer | None] | None) -> Result:
    return Absent.UNKNOWN if column is None else Decimal(len(column))


def _abs(result: Result) -> Result:
    return abs(result) if isinstance(result, Decimal) else Absent.UNKNOWN


def _year(result: Result) -> Result:
    if isinstance(result, date):
        return Decimal(result.year)
    return Decimal(result[:4]) if isinstance(result, str) and result[:4].isdecimal() else Absent.UNKNOWN


def _month(result: Result) -> Result:
    if isinstance(result, date):
        return Decimal(result.month)
    return Decimal(result[5:7]) if isinstance(result, str) and result[5:7].isdecimal() else Absent.UNKNOWN


_OVER_ROWS: Mapping[str, Callable[[Sequence[Answer | None] | None], Result]] = {"sum": _sum, "count": _count}
OVER_ROWS = frozenset(_OVER_ROWS)
"""Functions whose argument is a repeated indicator or one of its columns."""

_FUNCTIONS: Mapping[str, Callable[[Result], Result]] = {
    "given": lambda result: not isinstance(result, Absent) and result != (),
    "missing": lambda result: result is Absent.UNKNOWN,
    "abs": _abs,
    "year": _year,
    "month": _month,
}


def _is_in(left: object, right: tuple[str, ...]) -> bool:
    return left in right


_COMPARE: Mapping[str, Callable[..., bool]] = {
    "=": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "in": _is_in,
}

_ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {"+": add, "-": sub, "*": mul, "/": truediv}
