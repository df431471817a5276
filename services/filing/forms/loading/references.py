"""Whether the expressions of a form lead somewhere: to cells that exist, facts and settings that are declared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.filing.forms.expressions.evaluation import OVER_ROWS
from services.filing.forms.expressions.expression import Expression
from services.filing.forms.expressions.syntax import (
    Binary,
    Call,
    Fact,
    Literal,
    Node,
    Parameter,
    Ref,
    Unary,
    children,
)
from services.filing.forms.kinds.kind import Wrong
from services.filing.forms.loading.faults import Faults
from services.filing.forms.model import Form, Indicator, Part

_ARITHMETIC = frozenset({"+", "-", "*", "/"})


@dataclass(frozen=True)
class Ground:
    """What an expression may lead to: the form's indicators, the row it is evaluated for, facts and settings.

    `main` is the national form, where the form holds a division's own indicators.
    """

    form: Form
    facts: frozenset[str]
    parameters: frozenset[str]
    row: Indicator | None = None
    main: Form | None = None


def check_expression(expression: Expression | None, ground: Ground, place: str, faults: Faults) -> None:
    """Note a fault for every reference that leads nowhere, and for every sum of what is no number."""
    if expression is not None:
        for code, detail in _walk(expression.root, ground, is_over_rows=False):
            faults.add(place, code, detail)


def _walk(node: Node, ground: Ground, *, is_over_rows: bool) -> Iterable[tuple[str, str]]:
    match node:
        case Ref():
            yield from _reference(node, ground, is_over_rows)
        case Fact() if node.name not in ground.facts:
            yield "unknown_fact", node.name
        case Parameter() if node.name not in ground.parameters:
            yield "unknown_parameter", node.name
        case Binary():
            yield from _codes(node, ground)
    if _wants_numbers(node):
        yield from _numbers(node, ground)
    over = isinstance(node, Call) and node.name in OVER_ROWS
    if over and not all(isinstance(child, Ref) for child in children(node)):
        yield "not_a_column", ""
    for child in children(node):
        yield from _walk(child, ground, is_over_rows=over)


def _reference(ref: Ref, ground: Ground, is_over_rows: bool) -> Iterable[tuple[str, str]]:
    indicator = target(ref, ground)
    if indicator is None:
        yield "unknown_code", str(ref)
        return
    if is_over_rows != (indicator.is_rows and bool(ref.indicator)):
        yield "row_or_not", str(ref)
    if is_over_rows and not ref.part:
        return
    part = indicator.part(ref.part)
    if part is None:
        yield "unknown_part", str(ref)
    elif part.is_dash:
        yield "dash_with_value", str(ref)


def target(ref: Ref, ground: Ground) -> Indicator | None:
    """Return the indicator that a reference leads to, None where it leads nowhere."""
    if ref.is_main:
        return ground.main.indicator(ref.indicator) if ground.main else None
    return ground.form.indicator(ref.indicator) if ref.indicator else ground.row


def _part(node: Node, ground: Ground) -> Part | None:
    indicator = target(node, ground) if isinstance(node, Ref) else None
    return indicator.part(node.part) if indicator and isinstance(node, Ref) else None


def _wants_numbers(node: Node) -> bool:
    match node:
        case Binary():
            return node.operator in _ARITHMETIC
        case Unary():
            return node.operator == "-"
        case Call():
            return node.name in ("sum", "abs")
        case _:
            return False


def _numbers(node: Node, ground: Ground) -> Iterable[tuple[str, str]]:
    for child in children(node):
        part = _part(child, ground)
        if part is not None and part.kind is not None and not part.kind.is_number:
            yield "not_a_number", str(child)
        if isinstance(child, Literal) and not _is_number(child):
            yield "not_a_number", str(child.value)


def _is_number(literal: Literal) -> bool:
    return not isinstance(literal.value, (str, bool, tuple))


def _codes(node: Binary, ground: Ground) -> Iterable[tuple[str, str]]:
    """Yield codes that the compared cell could never hold, such as a class that the list does not have."""
    if node.operator not in ("=", "!=", "in"):
        return
    for cell, other in ((node.left, node.right), (node.right, node.left)):
        part = _part(cell, ground)
        if part is None or part.kind is None or not isinstance(other, Literal):
            continue
        texts = other.value if isinstance(other.value, tuple) else (other.value,)
        for text in texts:
            if isinstance(text, str) and not _can_hold(part, text):
                yield "code_unknown", text


def _can_hold(part: Part, text: str) -> bool:
    if part.kind is None:
        return False
    is_many = part.kind_name in ("choices", "cities", "countries", "names")
    try:
        part.kind.read([text] if is_many else text)
    except Wrong:
        return False
    return True
