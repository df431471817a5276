"""The language of equations said once more, by walking the tree each time: what the compiled one is held against."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation

from services.filing.forms.answers import Answer, Given, NotApplicable, Value
from services.filing.forms.expressions.evaluation import Absent, Result, Scope, difference
from services.filing.forms.expressions.expression import Compared
from services.filing.forms.expressions.syntax import Binary, Call, Fact, Literal, Node, Parameter, Ref, Unary

_COMPARE: Mapping[str, Callable[..., bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda left, right: left in right,
}
_ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def walk(node: Node, scope: Scope) -> Result:
    """Return the value of a tree in a scope; both sides of every operator are evaluated."""
    match node:
        case Literal():
            return node.value
        case Ref():
            return _of_answer(scope.cell(node))
        case Fact():
            return _of_value(scope.fact(node.name))
        case Parameter():
            return _of_value(scope.parameter(node.name))
        case Unary():
            return _unary(node.operator, walk(node.operand, scope))
        case Call():
            return _call(node, scope)
        case Binary():
            return _binary(node.operator, walk(node.left, scope), walk(node.right, scope))


def walk_to_failed(root: Node, scope: Scope) -> Compared | None:
    """Return the comparison that makes a condition false, found from the top of its tree."""
    node: Node | None = root
    while isinstance(node, Binary) and node.operator == "and":
        node = next((side for side in (node.left, node.right) if walk(side, scope) is False), None)
    if not isinstance(node, Binary) or node.operator not in _COMPARE or walk(node, scope) is not False:
        return None
    pair = difference(node)
    if pair is None:
        return Compared(node, walk(node.left, scope), walk(node.right, scope))
    return Compared(node, walk(pair.left, scope), walk(pair.right, scope), walk(node.right, scope))


def _of_answer(answer: Answer | None) -> Result:
    if isinstance(answer, NotApplicable):
        return Absent.NOT_APPLICABLE
    return _of_value(answer.value if isinstance(answer, Given) else None)


def _of_value(value: Value | bool | None) -> Result:
    if value is None:
        return Absent.UNKNOWN
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _unary(sign: str, operand: Result) -> Result:
    if sign == "not":
        return not operand if isinstance(operand, bool) else Absent.UNKNOWN
    return -operand if isinstance(operand, Decimal) else Absent.UNKNOWN


def _binary(sign: str, left: Result, right: Result) -> Result:
    if sign in ("and", "or"):
        decisive = sign == "or"
        if decisive in (each for each in (left, right) if isinstance(each, bool)):
            return decisive
        return (not decisive) if isinstance(left, bool) and isinstance(right, bool) else Absent.UNKNOWN
    return _compare(sign, left, right) if sign in _COMPARE else _reckon(sign, left, right)


def _compare(sign: str, left: Result, right: Result) -> Result:
    if isinstance(left, Absent) or isinstance(right, Absent):
        return Absent.UNKNOWN
    if sign == "in":
        return _COMPARE[sign](left, right) if isinstance(right, tuple) else Absent.UNKNOWN
    if type(left) is not type(right) and not (isinstance(left, date) and isinstance(right, date)):
        return Absent.UNKNOWN
    return _COMPARE[sign](left, right)


def _reckon(sign: str, left: Result, right: Result) -> Result:
    if left is right is Absent.NOT_APPLICABLE:
        return Absent.NOT_APPLICABLE
    one, other = (
        Decimal(0) if each is Absent.NOT_APPLICABLE and sign in ("+", "-") else each for each in (left, right)
    )
    if not isinstance(one, Decimal) or not isinstance(other, Decimal):
        return Absent.UNKNOWN
    try:
        return _ARITHMETIC[sign](one, other)
    except (DivisionByZero, InvalidOperation):
        return Absent.UNKNOWN


def _call(node: Call, scope: Scope) -> Result:
    argument = node.arguments[0]
    if node.name in ("sum", "count") and isinstance(argument, Ref):
        column = scope.column(argument)
        if column is None:
            return Absent.UNKNOWN
        return _sum([_of_answer(each) for each in column]) if node.name == "sum" else Decimal(len(column))
    result = walk(argument, scope)
    match node.name:
        case "given":
            return not isinstance(result, Absent) and result != ()
        case "missing":
            return result is Absent.UNKNOWN
        case "abs":
            return abs(result) if isinstance(result, Decimal) else Absent.UNKNOWN
        case name:
            return _of_day(name, result)


def _sum(column: list[Result]) -> Result:
    added = [each for each in column if each is not Absent.NOT_APPLICABLE]
    numbers = [each for each in added if isinstance(each, Decimal)]
    return sum(numbers, Decimal(0)) if len(numbers) == len(added) else Absent.UNKNOWN


def _of_day(name: str, result: Result) -> Result:
    if isinstance(result, date):
        return Decimal(result.year if name == "year" else result.month)
    digits = (result[:4] if name == "year" else result[5:7]) if isinstance(result, str) else ""
    return Decimal(digits) if digits.isdecimal() else Absent.UNKNOWN
