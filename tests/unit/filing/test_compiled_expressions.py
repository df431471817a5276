"""What an expression is compiled to gives what walking its tree gives, for every rule and cell of the editions."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pytest

from services.filing.forms.answers import Answer, Given, NotApplicable, Value
from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.expressions.evaluation import Absent
from services.filing.forms.expressions.expression import Expression, compared, evaluate
from services.filing.forms.expressions.parsing import parse
from services.filing.forms.expressions.syntax import Literal, Ref, nodes
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition, Form
from tests.support.expression_walk import walk, walk_to_failed

SCOPES = 60
EDITIONS = load_catalogue(KnownLists()).editions
FORMS = [
    pytest.param(edition, form, id=f"{edition.id} {form.key}")
    for edition in EDITIONS
    for form in (*edition.forms, *(extras.form for extras in edition.extras))
]
CHAINS = (
    "[a] = 1 and ([b] > 2 and abs([a] - [b]) <= 3) and [b] != [a]",
    "[a] = 1 and ([b] = 2 or [c] = 3) and [c] < 4",
    "not ([a] < 3 and [b] < 3) or given([c]) and missing([d])",
    "[a] / [b] * 2 - -[c] >= [d] and 1 <= [d]",
    "sum([a]) - sum([b]) = count([c]) or year([d]) = month([d]) + 2020",
)


class Drawn:
    """A scope in which anything may stand in any cell: the same wherever it is asked twice."""

    def __init__(self, seed: int, texts: list[str], parameters: dict[str, Value]) -> None:
        self.random = random.Random(seed)
        self.texts = texts
        self.parameters = parameters
        self.cells: dict[Ref, Answer | None] = {}
        self.columns: dict[Ref, list[Answer | None] | None] = {}
        self.facts: dict[str, Value | bool | None] = {}

    def cell(self, ref: Ref) -> Answer | None:
        if ref not in self.cells:
            self.cells[ref] = self._answer()
        return self.cells[ref]

    def column(self, ref: Ref) -> list[Answer | None] | None:
        if ref not in self.columns:
            rows = self.random.choice([None, 0, 1, 3])
            self.columns[ref] = None if rows is None else [self._answer() for _ in range(rows)]
        return self.columns[ref]

    def fact(self, name: str) -> Value | bool | None:
        if name not in self.facts:
            self.facts[name] = self.random.choice([None, True, False, self._value()])
        return self.facts[name]

    def parameter(self, name: str) -> Value:
        return self.parameters.get(name, Decimal(3))

    def _answer(self) -> Answer | None:
        return self.random.choice([None, NotApplicable("无"), *(Given(self._value()) for _ in range(6))])

    def _value(self) -> Value:
        texts = (self.random.choice(self.texts), self.random.choice(self.texts))
        number = self.random.choice([0, 1, 2, 3, self.random.randint(0, 10**6)])
        month = f"20{self.random.randint(18, 26)}-0{self.random.randint(1, 9)}"
        day = date(self.random.randint(2018, 2026), self.random.randint(1, 12), self.random.randint(1, 28))
        choices: list[Value] = [number, number, Decimal(number) / 4, texts[0], texts[1], texts, month, day]
        return self.random.choice(choices)


def _differences(expression: Expression, parameters: dict[str, Value]) -> list[tuple[str, int]]:
    literals = [node.value for node in nodes(expression.root) if isinstance(node, Literal)]
    texts = ["甲", *(each for each in literals if isinstance(each, str))]
    texts += [text for each in literals if isinstance(each, tuple) for text in each]
    found = []
    for seed in range(SCOPES):
        scope = Drawn(seed, texts, parameters)
        value, walked = evaluate(expression, scope), walk(expression.root, scope)
        same = value == walked and type(value) is type(walked)
        if not same or (value is False and compared(expression, scope) != walk_to_failed(expression.root, scope)):
            found.append((expression.text, seed))
    return found


@pytest.mark.parametrize(("edition", "form"), FORMS)
def test_a_compiled_form_decides_as_its_trees_do(edition: Edition, form: Form) -> None:
    cells = [part for indicator in form.indicators for part in indicator.parts]
    asked = [each for part in cells for each in (part.required_when, part.only_when, part.computed, part.suggested)]
    asked += [each for rule in form.rules for each in (rule.check, rule.when)]

    found = [_differences(each, dict(edition.parameters)) for each in asked if each is not None]

    assert [each for each in found if each] == []


@pytest.mark.parametrize("text", CHAINS)
def test_a_compiled_chain_decides_as_its_tree_does(text: str) -> None:
    expression = parse(text)

    found = _differences(expression, {})

    assert found == []


def test_the_scopes_decide_either_way_and_leave_open() -> None:
    expressions = [rule.check for edition in EDITIONS for form in edition.forms for rule in form.rules if rule.check]

    results = {
        result if isinstance(result := evaluate(each, Drawn(seed, ["甲"], {})), (bool, Absent)) else None
        for each in expressions
        for seed in range(SCOPES)
    }

    assert {True, False, Absent.UNKNOWN} <= results
