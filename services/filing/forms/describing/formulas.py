"""Expressions in words: cells by code and label, facts and settings by their names, 605+…+609 for a long sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from services.filing.forms.answers import Place, Value
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
from services.filing.forms.kinds.choices import Choices
from services.filing.forms.kinds.kind import Kind
from services.filing.forms.model import Edition, Form, Indicator, Part

OWN_FACTS: Mapping[str, str] = {
    "today": "今天",
    "filed_on": "首次报送日期",
    "period_year": "报告年度",
    "period_month": "报告月份",
}
"""What the facts of every context are called; the edition names the others."""

_LONGEST_SUM = 3
_PLACES = Decimal("0.000001")
_WORDS: Mapping[str, str] = {"=": "=", "!=": "≠", "<=": "≤", ">=": "≥", "*": "×", "/": "÷", "in": "属于"}
_WORDS_OF_LOGIC: Mapping[str, str] = {"and": "，且 ", "or": "，或 "}
_BINDING: Mapping[str, int] = {"or": 0, "and": 1, "+": 3, "-": 3, "*": 4, "/": 4}
_COMPARISON = 2
_CALLS: Mapping[str, str] = {
    "sum": "{}之和",
    "count": "{}的行数",
    "given": "已填 {}",
    "missing": "未填 {}",
    "abs": "|{}|",
    "year": "{} 的年份",
    "month": "{} 的月份",
}
_SCOPES: Mapping[tuple[bool, bool], str] = {
    (False, False): "",
    (True, False): "上期审定的 ",
    (False, True): "国家表的 ",
}
_DENIED: Mapping[str, str] = {"given": "未填 {}", "missing": "已答 {}"}


@dataclass(frozen=True)
class Speech:
    """In whose terms is spoken: an edition, a form, and the repeated indicator that a rule is over."""

    edition: Edition
    form: Form
    row: Indicator | None = None

    def home(self, ref: Ref) -> Form:
        """Return the form that a cell belongs to: the national one for a cell that stands beside a division's own."""
        extras = next((each for each in self.edition.extras if each.form.key == self.form.key), None)
        found = self.edition.form(extras.main) if extras and ref.is_main else None
        return found or self.form

    def indicator(self, ref: Ref) -> Indicator | None:
        """Return the indicator that a reference leads to, None where it leads nowhere."""
        return self.home(ref).indicator(ref.indicator) if ref.indicator else self.row

    def kind(self, node: Node) -> Kind | None:
        """Return the kind of the cell that a node is, None where it is none."""
        indicator = self.indicator(node) if isinstance(node, Ref) else None
        part = indicator.part(node.part) if indicator and isinstance(node, Ref) else None
        return part.kind if part else None


def formula(node: Node, speech: Speech) -> str:
    """Return a condition or a value in words."""
    match node:
        case Literal():
            return _literal(node.value)
        case Ref():
            return _cell(node, speech)
        case Fact():
            return OWN_FACTS.get(node.name) or speech.edition.facts[node.name]
        case Parameter():
            return _literal(speech.edition.parameters[node.name])
        case Unary():
            return _unary(node, speech)
        case Call():
            return _CALLS[node.name].format(formula(node.arguments[0], speech))
        case Binary():
            return _binary(node, speech)


def place_text(form: Form, place: Place) -> str:
    """Return where an answer stands: 601 采购商数量（本年）, 119 投资者 第 2 行 占比（%）."""
    indicator = form.indicator(place.indicator)
    if indicator is None:
        return place.indicator
    part = indicator.part(place.part)
    words = [_code(indicator), indicator.full_name]
    if place.row is not None:
        words.append(f"第 {place.row + 1} 行")
    label = part.label if part and part.label != indicator.name else ""
    if form.columns and label:
        return " ".join(filter(None, words)) + f"（{label}）"
    return " ".join(filter(None, [*words, label]))


def number_text(number: Decimal) -> str:
    """Return a number in plain digits, rounded to six places where it has more."""
    exponent = number.as_tuple().exponent
    short = number.quantize(_PLACES, ROUND_HALF_UP) if isinstance(exponent, int) and exponent < -6 else number
    plain = format(short, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _literal(value: Value | bool) -> str:
    match value:
        case bool():
            return "是" if value else "否"
        case Decimal():
            return number_text(value)
        case tuple():
            return "、".join(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _unary(node: Unary, speech: Speech) -> str:
    operand = node.operand
    if node.operator == "not" and isinstance(operand, Call) and operand.name in _DENIED:
        return _DENIED[operand.name].format(formula(operand.arguments[0], speech))
    return f"并非 {formula(operand, speech)}" if node.operator == "not" else f"-{formula(operand, speech)}"


def _cell(ref: Ref, speech: Speech) -> str:
    indicator = speech.indicator(ref)
    if indicator is None:
        return str(ref)
    part = indicator.part(ref.part)
    words = " ".join(filter(None, (_code(indicator), _label(speech.home(ref), indicator, part))))
    return f"{_SCOPES[ref.is_previous, ref.is_main]}{words}"


def _label(form: Form, indicator: Indicator, part: Part | None) -> str:
    """Return what distinguishes the cell from others; nothing in this year's column of a table, whose code says all."""
    if part is None:
        return indicator.name
    if form.columns:
        return "" if part.key == form.columns[-1][0] else part.label
    return f"{part.label}（{part.unit}）" if part.unit and part.unit not in part.label else part.label


def _code(indicator: Indicator) -> str:
    return indicator.code if indicator.is_printed else ""


def _binary(node: Binary, speech: Speech) -> str:
    if isinstance(node.right, Literal) and isinstance(node.right.value, bool):
        return formula(node.left, speech) if node.right.value else f"没有：{formula(node.left, speech)}"
    if node.operator == "+":
        terms = _terms(node)
        if _is_run(terms):
            return f"{formula(terms[0], speech)}+…+{formula(terms[-1], speech)}"
    left, right = _side(node.left, node, speech), _side(node.right, node, speech)
    if node.operator in _WORDS_OF_LOGIC:
        return f"{left}{_WORDS_OF_LOGIC[node.operator]}{right}"
    word = _WORDS.get(node.operator, node.operator)
    return f"{left}{word}{right}" if node.operator in ("+", "-", "*", "/") else f"{left} {word} {right}"


def _side(node: Node, above: Binary, speech: Speech) -> str:
    """Return one side of an operator: an option by its label, and brackets where they are needed."""
    if isinstance(node, Literal):
        other = above.left if node is above.right else above.right
        return _options(node, speech.kind(other))
    words = formula(node, speech)
    if not isinstance(node, Binary):
        return words
    own, outer = _BINDING.get(node.operator, _COMPARISON), _BINDING.get(above.operator, _COMPARISON)
    is_looser = own < outer or (own == outer and node is above.right and above.operator in ("-", "/"))
    return f"（{words}）" if is_looser else words


def _options(literal: Literal, kind: Kind | None) -> str:
    match literal.value:
        case str() if kind is not None:
            return kind.show((literal.value,) if isinstance(kind, Choices) else literal.value)
        case tuple() if kind is not None:
            return "、".join(map(kind.show, literal.value))
        case _:
            return _literal(literal.value)


def _terms(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Binary) and node.operator == "+":
        return (*_terms(node.left), *_terms(node.right))
    return (node,)


def _is_run(terms: tuple[Node, ...]) -> bool:
    """Tell whether the terms are cells of one column whose codes follow each other."""
    cells = [term for term in terms if isinstance(term, Ref) and term.indicator.isdecimal()]
    if (
        len(cells) < len(terms)
        or len(terms) <= _LONGEST_SUM
        or len({(each.part, each.is_previous, each.is_main) for each in cells}) > 1
    ):
        return False
    codes = [int(each.indicator) for each in cells]
    return codes == list(range(codes[0], codes[0] + len(codes)))
