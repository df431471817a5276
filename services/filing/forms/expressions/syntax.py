"""The tree of an expression: frozen nodes, nothing that could run by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property


@dataclass(frozen=True)
class Literal:
    """A number, a text, a truth value, or a set of texts."""

    value: Decimal | str | bool | tuple[str, ...]


@dataclass(frozen=True)
class Ref:
    """A cell: `indicator` is empty for a part of the row at hand.

    `is_previous` reads the period before, `is_main` the national answers that a division's own ones stand beside.
    """

    indicator: str
    part: str = ""
    is_previous: bool = False
    is_main: bool = False

    @cached_property
    def is_own(self) -> bool:
        """Tell whether the cell belongs to the answers at hand."""
        return not (self.is_previous or self.is_main)

    def __str__(self) -> str:
        """Return the reference as it is written."""
        scope = "previous:" if self.is_previous else "main:" if self.is_main else ""
        return f"[{scope}{self.indicator}{'.' + self.part if self.part else ''}]"


@dataclass(frozen=True)
class Fact:
    """Something that the system knows: a fact of the context, declared by the edition."""

    name: str


@dataclass(frozen=True)
class Parameter:
    """A setting of the edition, such as a tolerance."""

    name: str


@dataclass(frozen=True)
class Binary:
    """Two sides and an operator: + - * / = != < <= > >= in, and, or."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Unary:
    """`not` or `-` before a node."""

    operator: str
    operand: Node


@dataclass(frozen=True)
class Call:
    """A function of the closed list, with its arguments."""

    name: str
    arguments: tuple[Node, ...]


Node = Literal | Ref | Fact | Parameter | Binary | Unary | Call


def nodes(root: Node) -> Iterator[Node]:
    """Yield the node and all below it, left to right."""
    yield root
    for child in children(root):
        yield from nodes(child)


def children(node: Node) -> tuple[Node, ...]:
    """Return what stands directly below a node."""
    match node:
        case Binary():
            return (node.left, node.right)
        case Unary():
            return (node.operand,)
        case Call():
            return node.arguments
        case _:
            return ()
