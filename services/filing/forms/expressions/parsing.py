"""From text to tree: a tokenizer and a recursive descent, with limits on length and depth."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

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
)

LONGEST = 2000
DEEPEST = 40

FUNCTIONS = {
    "sum": 1,
    "count": 1,
    "given": 1,
    "missing": 1,
    "abs": 1,
    "year": 1,
    "month": 1,
}
"""Name and number of arguments of every function that exists."""

_NAME = r"[a-z_][a-z0-9_]*"
_TOKEN = re.compile(
    rf"""\s*(?:
    (?P<number>[0-9]+(?:\.[0-9]+)?)
  | "(?P<text>[^"]*)"
  | \[(?P<ref>[^\]\s]+)\]
  | @(?P<fact>{_NAME}(?:\.{_NAME})*)
  | \$(?P<parameter>{_NAME})
  | (?P<word>{_NAME})
  | (?P<mark><=|>=|!=|[-+*/=<>(){{}},])
)""",
    re.VERBOSE,
)
_REF = re.compile(r"(?P<scope>previous:|main:)?(?P<indicator>[a-z0-9_]*)(?:\.(?P<part>[a-z0-9_]+))?")
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">=", "in"})
_WORDS = frozenset({"and", "or", "not", "in", "true", "false"})


class SyntaxFault(ValueError):
    """The text is no expression; the argument says where (a position) and what was found wrong."""


def parse(text: str) -> Expression:
    """Return the tree of a text; raises SyntaxFault."""
    if len(text) > LONGEST:
        raise SyntaxFault("longer than allowed")
    return Expression(text, _Parser(_tokens(text)).whole())


_Token = tuple[str, str, int]


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise SyntaxFault(f"position {position}: not a part of the language")
        found.append((match.lastgroup, match[match.lastgroup], position))
        position = match.end()
    return found


class _Parser:
    """Reads tokens from left to right, one method per level of binding."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._either()
        if self._next < len(self._tokens):
            raise self._fault("more than one expression")
        return node

    def _either(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fault("nested too deeply")
        node = self._chain(("or",), self._both)
        self._depth -= 1
        return node

    def _both(self) -> Node:
        return self._chain(("and",), self._negation)

    def _negation(self) -> Node:
        return Unary("not", self._comparison()) if self._take("not") else self._comparison()

    def _comparison(self) -> Node:
        left = self._sum()
        for operator in _COMPARISONS:
            if self._take(operator):
                return Binary(operator, left, self._sum())
        return left

    def _sum(self) -> Node:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._chain(("*", "/"), self._factor)

    def _chain(self, operators: tuple[str, ...], below: Callable[[], Node]) -> Node:
        node = below()
        while (operator := next((each for each in operators if self._take(each)), "")) != "":
            node = Binary(operator, node, below())
        return node

    def _factor(self) -> Node:
        if self._take("("):
            node = self._either()
            self._expect(")")
            return node
        if self._take("-"):
            return Unary("-", self._factor())
        if self._take("{"):
            return self._set()
        return self._leaf()

    def _leaf(self) -> Node:
        if self._next >= len(self._tokens):
            raise self._fault("ends too early")
        kind, text, _ = self._tokens[self._next]
        self._next += 1
        match kind:
            case "number":
                return Literal(Decimal(text))
            case "text":
                return Literal(text)
            case "ref":
                return self._ref(text)
            case "fact":
                return Fact(text)
            case "parameter":
                return Parameter(text)
            case "word" if text in ("true", "false"):
                return Literal(text == "true")
            case "word" if text not in _WORDS:
                return self._call(text)
        raise self._fault("something else was expected")

    def _ref(self, text: str) -> Ref:
        found = _REF.fullmatch(text)
        if not found or not (found["indicator"] or found["part"]):
            raise self._fault("a reference is [code], [code.part], [.part], [previous:code.part] or [main:code.part]")
        scope = found["scope"]
        return Ref(found["indicator"], found["part"] or "", scope == "previous:", scope == "main:")

    def _set(self) -> Node:
        texts: list[str] = []
        while not self._take("}"):
            if texts:
                self._expect(",")
            node = self._leaf()
            if not isinstance(node, Literal) or not isinstance(node.value, str):
                raise self._fault("a set holds texts only")
            texts.append(node.value)
        return Literal(tuple(texts))

    def _call(self, name: str) -> Node:
        if name not in FUNCTIONS:
            raise self._fault(f"no function {name}")
        self._expect("(")
        arguments = [self._either()]
        while self._take(","):
            arguments.append(self._either())
        self._expect(")")
        if len(arguments) != FUNCTIONS[name]:
            raise self._fault(f"{name} takes {FUNCTIONS[name]}")
        return Call(name, tuple(arguments))

    def _take(self, mark: str) -> bool:
        if self._next < len(self._tokens):
            kind, text, _ = self._tokens[self._next]
            if kind in ("mark", "word") and text == mark:
                self._next += 1
                return True
        return False

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            raise self._fault(f"{mark} expected")

    def _fault(self, what: str) -> SyntaxFault:
        place = self._tokens[self._next][2] if self._next < len(self._tokens) else "end"
        return SyntaxFault(f"position {place}: {what}")
