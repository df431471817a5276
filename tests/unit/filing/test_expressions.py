"""The language of equations: what it takes, what it refuses, and that it reckons exactly as plain arithmetic does."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.filing.forms.answers import Answer, Given, NotApplicable, Value
from services.filing.forms.expressions.evaluation import Absent
from services.filing.forms.expressions.expression import evaluate, is_met, refs
from services.filing.forms.expressions.parsing import DEEPEST, LONGEST, SyntaxFault, parse
from services.filing.forms.expressions.syntax import Ref

numbers = st.decimals(min_value=-(10**6), max_value=10**6, places=2, allow_nan=False, allow_infinity=False)


class Cells:
    """A scope of named cells."""

    def __init__(self, **cells: Answer) -> None:
        self.cells = cells

    def cell(self, ref: Ref) -> Answer | None:
        return self.cells.get(ref.indicator)

    def column(self, ref: Ref) -> list[Answer | None] | None:
        found = self.cells.get(ref.indicator)
        return None if found is None else [found, found]

    def fact(self, name: str) -> Value | bool | None:
        return {"known": True, "day": 7}.get(name)

    def parameter(self, name: str) -> Value:
        return {"limit": Decimal(10)}[name]


def _cells(**values: Value) -> Cells:
    return Cells(**{name: Given(value) for name, value in values.items()})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * 3", Decimal(9)),
        ("10 - 2 - 3", Decimal(5)),
        ("8 / 2 / 2", Decimal(2)),
        ("-[a] + 1", Decimal(-4)),
        ("1 / 0", Absent.UNKNOWN),
        ("[a] = 5", True),
        ("[a] <= 4.9", False),
        ("[a] > 4 and [a] < 6", True),
        ('[a] > 6 or [b] = "x"', True),
        ("not [a] = 5", False),
        ('[b] in {"x", "y"}', True),
        ('"x" in [c]', True),
        ('"z" in [c]', False),
        ("[a] = $limit", False),
        ("@known = true", True),
        ("@day + 1", Decimal(8)),
        ("@nothing = 1", Absent.UNKNOWN),
        ("@nothing = 1 or [a] = 5", True),
        ("@nothing = 1 and [a] = 6", False),
        ("@nothing = 1 and [a] = 5", Absent.UNKNOWN),
        ("[missing] = 5", Absent.UNKNOWN),
        ("missing([missing])", True),
        ("given([missing])", False),
        ("given([a])", True),
        ("sum([a])", Decimal(10)),
        ("count([a])", Decimal(2)),
        ("sum([missing])", Absent.UNKNOWN),
        ("abs(3 - [a])", Decimal(2)),
        ("[b] = 5", Absent.UNKNOWN),
        ("year([month])", Decimal(2024)),
        ("month([month])", Decimal(2)),
    ],
)
def test_an_expression_has_the_value_that_it_says(text: str, expected: object) -> None:
    scope = _cells(a=5, b="x", c=("x", "y"), month="2024-02")

    result = evaluate(parse(text), scope)

    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "1 2",
        "(1",
        "[a] = [b] = [c]",
        "unknown([a])",
        "sum()",
        "sum([a], [b])",
        "__import__",
        "[a].b",
        "a + 1",
        "{1}",
        "[A]",
        "[previous:]",
        "'x'",
        "1 ; 2",
        "lambda: 1",
        "(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1),
        "1" * (LONGEST + 1),
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(SyntaxFault):
        parse(text)


def test_the_cells_of_an_expression_are_told_in_order_and_once() -> None:
    expression = parse("[601.2] >= [602.2] + [previous:601.2] + [602.2] + [.part]")

    found = [str(ref) for ref in refs(expression)]

    assert found == ["[601.2]", "[602.2]", "[previous:601.2]", "[.part]"]


def test_what_does_not_apply_adds_nothing_and_decides_nothing() -> None:
    scope = Cells(a=Given(Decimal(3)), b=NotApplicable("无"))

    sums = evaluate(parse("[a] + [b]"), scope), evaluate(parse("[a] - [b]"), scope)
    verdicts = is_met(parse("[b] = 0"), scope), is_met(parse("[b] + [b] = 0"), scope)

    assert sums == (Decimal(3), Decimal(3))
    assert verdicts == (None, None)


@given(numbers, numbers, numbers)
def test_sums_and_differences_are_those_of_exact_decimals(a: Decimal, b: Decimal, c: Decimal) -> None:
    scope = _cells(a=a, b=b, c=c)

    result = evaluate(parse("[a] + [b] - [c] * 2"), scope)

    assert result == a + b - c * 2


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_refused_and_nothing_else_happens(text: str) -> None:
    try:
        root = parse(text).root
    except SyntaxFault:
        return

    assert root is not None
