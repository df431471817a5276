"""From tree and answers to a value, in three-valued logic: what is not known decides nothing.

A missing cell is *unknown*: an equation over it does not fail, since asking for the missing answer is another matter.
A cell that does not apply adds nothing to a sum and is unknown in a comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation
from enum import Enum
from typing import Protocol

from services.filing.forms.answers import Answer, Given, NotApplicable, Value
from services.filing.forms.expressions.syntax import (
    Binary,
    Call,
    Expression,
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


@dataclass(frozen=True)
class Compared:
    """The comparison that failed and what it compared: for the message beside the field, kept out of logs.

    `tolerance` is there where the difference of two values was bounded: `abs(actual - expected) <= tolerance`.
    """

    comparison: Binary
    actual: Result = field(repr=False)
    expected: Result = field(repr=False)
    tolerance: Result | None = field(default=None, repr=False)


def evaluate(expression: Expression, scope: Scope) -> Result:
    """Return the value of an expression in a scope."""
    return _value(expression.root, scope)


def is_met(expression: Expression, scope: Scope) -> bool | None:
    """Tell whether a condition holds; None where that is not known."""
    result = evaluate(expression, scope)
    return result if isinstance(result, bool) else None


def compared(expression: Expression, scope: Scope) -> Compared | None:
    """Return the comparison that makes a condition false: the first such of a chain of `and`.

    None where no single comparison does, as in a chain of `or`.
    """
    node: Node | None = expression.root
    while isinstance(node, Binary) and node.operator == "and":
        node = next((side for side in (node.left, node.right) if _value(side, scope) is False), None)
    if not isinstance(node, Binary) or node.operator not in _COMPARE:
        return None
    pair = difference(node)
    if pair is None:
        return Compared(node, _value(node.left, scope), _value(node.right, scope))
    return Compared(node, _value(pair.left, scope), _value(pair.right, scope), _value(node.right, scope))


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


def _value(node: Node, scope: Scope) -> Result:
    match node:
        case Literal():
            return node.value
        case Ref():
            return _of(scope.cell(node))
        case Fact():
            fact = scope.fact(node.name)
            return Absent.UNKNOWN if fact is None else of_value(fact)
        case Parameter():
            return of_value(scope.parameter(node.name))
        case Unary():
            return _unary(node.operator, _value(node.operand, scope))
        case Call():
            return _call(node, scope)
        case Binary():
            return _binary(node, scope)


def _of(answer: Answer | None) -> Result:
    match answer:
        case Given():
            return of_value(answer.value)
        case NotApplicable():
            return Absent.NOT_APPLICABLE
        case None:
            return Absent.UNKNOWN


def _unary(operator: str, operand: Result) -> Result:
    if operator == "not":
        return not operand if isinstance(operand, bool) else Absent.UNKNOWN
    return -operand if isinstance(operand, Decimal) else Absent.UNKNOWN


def _binary(node: Binary, scope: Scope) -> Result:
    left = _value(node.left, scope)
    if node.operator in ("and", "or"):
        return _logic(node.operator, left, _value(node.right, scope))
    right = _value(node.right, scope)
    if node.operator in _COMPARE:
        return _compare(node.operator, left, right)
    return _reckon(node.operator, left, right)


def _logic(operator: str, left: Result, right: Result) -> Result:
    decisive = operator == "or"
    if left is decisive or right is decisive:
        return decisive
    return (not decisive) if isinstance(left, bool) and isinstance(right, bool) else Absent.UNKNOWN


def _compare(operator: str, left: Result, right: Result) -> Result:
    if isinstance(left, Absent) or isinstance(right, Absent):
        return Absent.UNKNOWN
    if operator == "in":
        return left in right if isinstance(right, tuple) else Absent.UNKNOWN
    if type(left) is not type(right) and not (isinstance(left, date) and isinstance(right, date)):
        return Absent.UNKNOWN
    return _COMPARE[operator](left, right)


def _reckon(operator: str, left: Result, right: Result) -> Result:
    if operator in ("+", "-") and Absent.NOT_APPLICABLE in (left, right):
        left = Decimal(0) if left is Absent.NOT_APPLICABLE and right is not left else left
        right = Decimal(0) if right is Absent.NOT_APPLICABLE and left is not right else right
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return Absent.NOT_APPLICABLE if left is right is Absent.NOT_APPLICABLE else Absent.UNKNOWN
    try:
        return _ARITHMETIC[operator](left, right)
    except (DivisionByZero, InvalidOperation):
        return Absent.UNKNOWN


def _call(node: Call, scope: Scope) -> Result:
    argument = node.arguments[0]
    if node.name in _OVER_ROWS and isinstance(argument, Ref):
        return _OVER_ROWS[node.name](scope.column(argument))
    result = _value(argument, scope)
    return _FUNCTIONS[node.name](result)


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

_COMPARE: Mapping[str, Callable[..., bool]] = {
    "=": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
    "in": lambda left, right: left in right,
}

_ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
}
