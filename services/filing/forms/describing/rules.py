"""The public catalogue of rules: what is checked, why, and by what words of the regulation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from services.filing.forms.checks import NOT_ASKED, REQUIRED, ROWS_TOO_FEW
from services.filing.forms.describing.formulas import Speech, formula
from services.filing.forms.expressions.expression import refs
from services.filing.forms.model import Edition, Form, Indicator, Rule, Severity
from services.filing.forms.wording import message


@dataclass(frozen=True)
class RuleCard:
    """One rule of a form as anybody may read it.

    `codes` are the indicators concerned, `formula` is what must hold and `condition` when, in words; both are empty
    where the title says it.
    """

    id: str
    form: str
    title: str
    reason: str
    source: str
    severity: Severity
    codes: tuple[str, ...]
    formula: str = ""
    condition: str = ""


def describe(edition: Edition) -> tuple[RuleCard, ...]:
    """Return the rules of every form in the order of the edition, those that each form has by itself first.

    Rules of the divisions' own indicators come last; their `form` is the id of the set.
    """
    forms = (*edition.forms, *(each.form for each in edition.extras))
    return tuple(card for form in forms for card in describe_form(edition, form))


def describe_form(edition: Edition, form: Form) -> tuple[RuleCard, ...]:
    """Return the rules of one form."""
    return (*_built_in(form), *(_card(edition, form, rule) for rule in form.rules))


def _card(edition: Edition, form: Form, rule: Rule) -> RuleCard:
    speech = Speech(edition, form, form.indicator(rule.each) if rule.each else None)
    return RuleCard(
        id=rule.id,
        form=form.key,
        title=rule.title,
        reason=rule.reason,
        source=rule.source,
        severity=rule.severity,
        codes=_codes(rule),
        formula=formula(rule.check.root, speech) if rule.check else "",
        condition=formula(rule.when.root, speech) if rule.when else "",
    )


def _codes(rule: Rule) -> tuple[str, ...]:
    read = [ref for expression in (rule.check, rule.when) if expression for ref in refs(expression)]
    named = [ref.indicator or rule.each for ref in (*rule.places, *read) if not ref.is_main]
    return tuple(dict.fromkeys([*named, *([rule.each] if rule.each else [])]))


@dataclass(frozen=True)
class _BuiltIn:
    """A check that needs no rule: why there is one, and which indicators it can concern."""

    reason: str
    concerns: Callable[[Indicator], bool]


def _is_demanded(indicator: Indicator) -> bool:
    return any(
        not part.is_dash and part.computed is None and (part.is_required or part.required_when is not None)
        for part in indicator.parts
    )


_SOURCE = "《统计法》第七条；三、四"
_BUILT_IN: Mapping[str, _BuiltIn] = {
    REQUIRED: _BuiltIn("应填的项目都要填写；没有发生的填 0，可以不适用的写明理由。", _is_demanded),
    NOT_ASKED: _BuiltIn(
        "有的项目只在一定情形下填写，情形不符就不能填。",
        lambda indicator: any(part.only_when is not None for part in indicator.parts),
    ),
    ROWS_TOO_FEW: _BuiltIn(
        "这一项至少要填一定的行数。", lambda indicator: indicator.is_rows and indicator.min_rows > 0
    ),
}


def _built_in(form: Form) -> Iterator[RuleCard]:
    for rule, about in _BUILT_IN.items():
        codes = tuple(indicator.code for indicator in form.indicators if about.concerns(indicator))
        if codes:
            yield RuleCard(rule, form.key, message(rule), about.reason, _SOURCE, Severity.ERROR, codes)
