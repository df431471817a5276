"""Findings in words: what was expected, by codes and with the value, and what stands there instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from services.filing.forms.answers import Place
from services.filing.forms.checks import BUILT_IN, Finding
from services.filing.forms.describing.formulas import Speech, formula, number_text, place_text
from services.filing.forms.expressions.evaluation import Result, difference
from services.filing.forms.expressions.syntax import Binary, Literal, Node, Parameter, Ref
from services.filing.forms.kinds.numbers import Whole
from services.filing.forms.model import Edition, Form

_NUMBERS: Mapping[str, str] = {
    "=": "等于",
    "!=": "不同于",
    "<": "小于",
    "<=": "不大于",
    ">": "大于",
    ">=": "不小于",
    "in": "属于",
}
_DAYS: Mapping[str, str] = {**_NUMBERS, "<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"}
_TEXTS: Mapping[str, str] = {**_NUMBERS, "=": "为"}


def finding_text(edition: Edition, form: Form, finding: Finding) -> str:
    """Return a finding as a sentence or two: what is wrong, and what the rule expects."""
    return whole_text(form, finding, expected_text(edition, form, finding))


def whole_text(form: Form, finding: Finding, expected: str) -> str:
    """Return a finding as `finding_text` does, where the words of what was expected are there already."""
    if finding.rule in BUILT_IN and finding.places:
        return f"{place_text(form, finding.places[0])}：{finding.title}"
    row = next((place.row for place in finding.places if place.row is not None), None)
    return "".join(
        (f"第 {row + 1} 行：" if row is not None else "", finding.title, f"{expected}。" if expected else "")
    )


def expected_text(edition: Edition, form: Form, finding: Finding) -> str:
    """Return what was expected, as 604 应等于 605+…+609 = 120，现为 130; empty where the title says all there is."""
    comparison = finding.comparison
    if comparison is None or finding.expected is None or finding.actual is None:
        return ""
    speech = _speech(edition, form, finding)
    if isinstance(finding.actual, bool) or isinstance(finding.expected, bool):
        return ""
    pair = difference(comparison)
    if pair is not None:
        return _near(pair, comparison.right, finding, speech)
    left = formula(comparison.left, speech)
    expected = _valued(comparison.right, finding.expected, comparison.left, speech)
    actual = _value(finding.actual, comparison.left, speech)
    return f"{left} 应{_verbs(finding.actual)[comparison.operator]} {expected}，现为 {actual}"


def wanted_text(edition: Edition, form: Form, finding: Finding, place: Place) -> str:
    """Return in a few words what should stand at one of the finding's places: 120, 大于 0, 605+…+609 等于 120.

    What is expected of another place than this one is said of that place by its name. Empty where the title says all.
    """
    comparison = finding.comparison
    if comparison is None or finding.expected is None or finding.actual is None:
        return ""
    if isinstance(finding.expected, bool):
        return ("是" if finding.expected else "否") if comparison.operator == "=" else ""
    speech = _speech(edition, form, finding)
    pair = difference(comparison)
    subject = pair.left if pair else comparison.left
    is_of_place = isinstance(subject, Ref) and _is_at(subject, place, speech)
    value = _value(finding.expected, subject, speech)
    if pair is not None:
        words = f"与 {value} 相差不超过 {_value(finding.tolerance, subject, speech)}"
    elif is_of_place and comparison.operator in ("=", "in"):
        return value
    else:
        words = f"{_verbs(finding.actual)[comparison.operator]} {value}"
    return words if is_of_place else f"{formula(subject, speech)} {words}"


def _is_at(ref: Ref, place: Place, speech: Speech) -> bool:
    """Tell whether a reference leads to the place, of this period and in this form."""
    indicator = speech.indicator(ref)
    if indicator is None or ref.is_previous or ref.is_main:
        return False
    return (indicator.code, ref.part) == (place.indicator, place.part)


def _verbs(actual: Result) -> Mapping[str, str]:
    if isinstance(actual, date):
        return _DAYS
    return _TEXTS if isinstance(actual, str) else _NUMBERS


def _near(pair: Binary, bound: Node, finding: Finding, speech: Speech) -> str:
    left = formula(pair.left, speech)
    expected, actual, tolerance = (
        _value(value, pair.left, speech) for value in (finding.expected, finding.actual, finding.tolerance)
    )
    return f"{left} 与 {formula(pair.right, speech)}（{expected}）相差应不超过 {tolerance}，现为 {actual}"


def _valued(node: Node, value: Result | None, beside: Node, speech: Speech) -> str:
    """Return the words of a node with its value; a literal and a setting are their values."""
    text = _value(value, beside, speech)
    return text if isinstance(node, (Literal, Parameter)) else f"{formula(node, speech)} = {text}"


def _value(value: Result | None, beside: Node, speech: Speech) -> str:
    """Return a value as the cell that it is compared with would show it."""
    kind = speech.kind(beside)
    match value:
        case Decimal():
            return number_text(value)
        case str() if kind is not None and not isinstance(kind, Whole):
            return kind.show(value)
        case tuple() if kind is not None:
            return "、".join(map(kind.show, value))
        case tuple():
            return "、".join(value)
        case date():
            return f"{value:%Y}年{value:%m}月{value:%d}日"
        case _:
            return str(value)


def _speech(edition: Edition, form: Form, finding: Finding) -> Speech:
    rule = next((each for each in form.rules if each.id == finding.rule), None)
    return Speech(edition, form, form.indicator(rule.each) if rule and rule.each else None)
