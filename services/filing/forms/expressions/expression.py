"""A parsed expression, and what can be asked of it in a scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from services.filing.forms.expressions.evaluation import Clause, Result, Run, Scope, clauses_of, compiled
from services.filing.forms.expressions.syntax import Binary, Node, Ref, nodes


@dataclass(frozen=True)
class Expression:
    """A tree with the text that it came from; it is compiled when it is first asked."""

    text: str
    root: Node

    @cached_property
    def run(self) -> Run:
        """What the tree was compiled to."""
        return compiled(self.root)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The members of the chain of `and` that it is."""
        return clauses_of(self.root)


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
    return expression.run(scope)


def is_met(expression: Expression, scope: Scope) -> bool | None:
    """Tell whether a condition holds; None where that is not known."""
    result = expression.run(scope)
    return result if isinstance(result, bool) else None


def compared(expression: Expression, scope: Scope) -> Compared | None:
    """Return the comparison that makes a condition false: the first such of a chain of `and`.

    None where no single comparison does, as in a chain of `or`.
    """
    failed = next((each for each in expression.clauses if each.run(scope) is False), None)
    if failed is None or failed.comparison is None or failed.actual is None or failed.expected is None:
        return None
    tolerance = failed.tolerance(scope) if failed.tolerance is not None else None
    return Compared(failed.comparison, failed.actual(scope), failed.expected(scope), tolerance)


def refs(expression: Expression) -> tuple[Ref, ...]:
    """Return the cells that an expression reads, each once, in the order of the text."""
    return tuple(dict.fromkeys(node for node in nodes(expression.root) if isinstance(node, Ref)))
