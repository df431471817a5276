"""The survey as anybody may read it: how long an edition is valid, its forms, its rules; and decisions about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.model.filing import CollectionDecision
from services.portal.model.filing_words import SEVERITIES, SEVERITY_TONES
from services.portal.model.survey import EditionAnswer, RuleAnswer
from services.portal.presenters.words import Badge, chinese_date, moment, period_label


@dataclass(frozen=True)
class DecisionView:
    """A decision of the ministry to collect periods under an approval that has ended."""

    document: str
    ground: str
    edition: str
    periods: str
    decided_at: str


@dataclass(frozen=True)
class ValidityView:
    """By whose approval an edition is collected, how long it is valid, and what was decided for the time after."""

    id: str
    title: str
    made_by: str
    approved_by: str
    approval: str
    valid_from: str
    valid_to: str
    is_expired: bool
    decisions: tuple[DecisionView, ...]
    """Those that cover the period in question; all of the edition where there is none in question."""

    is_decision_known: bool
    """Whether the page may know of decisions at all; a public one does not."""


@dataclass(frozen=True)
class RuleView:
    """A rule."""

    id: str
    badge: Badge
    title: str
    reason: str
    source: str
    codes: str
    formula: str
    condition: str


@dataclass(frozen=True)
class FormRules:
    """The rules of a form."""

    key: str
    label: str
    rules: tuple[RuleView, ...]


@dataclass(frozen=True)
class RulesView:
    """The rules of an edition, narrowed by form and severity; `counts` are those of what is shown."""

    edition: ValidityView
    forms: tuple[tuple[str, str], ...]
    severities: tuple[tuple[str, str], ...]
    groups: tuple[FormRules, ...]
    form: str
    severity: str
    shown: int
    total: int


def validity_view(
    edition: EditionAnswer, decisions: Iterable[CollectionDecision] | None = None, period: str = ""
) -> ValidityView:
    """Return the card of an edition, for a period (2025 or 2025-03) where one is filed; without decisions on public pages."""
    known = decisions or ()
    applying = [each for each in known if each["edition"] == edition["id"] and (not period or _covers(each, period))]
    return ValidityView(
        id=edition["id"],
        title=edition["title"],
        made_by=edition["made_by"],
        approved_by=edition["approved_by"],
        approval=edition["approval"],
        valid_from=chinese_date(date.fromisoformat(edition["valid_from"])),
        valid_to=chinese_date(date.fromisoformat(edition["valid_to"])),
        is_expired=edition["is_expired"],
        decisions=decision_views(applying),
        is_decision_known=decisions is not None,
    )


def decision_views(decisions: Iterable[CollectionDecision]) -> tuple[DecisionView, ...]:
    """Return decisions in their order."""
    return tuple(
        DecisionView(
            document=each["document"],
            ground=each["ground"],
            edition=each["edition"],
            periods=f"{period_label(each['from_period'])} 至 {period_label(each['to_period'])}",
            decided_at=moment(each["decided_at"]),
        )
        for each in decisions
    )


def rules_view(edition: EditionAnswer, rules: Sequence[RuleAnswer], form: str, severity: str) -> RulesView:
    """Return the rules that are asked for, form by form; what names no form or severity narrows nothing."""
    labels = {each["key"]: f"{each['number']}　{each['title']}" for each in edition["forms"]}
    form = form if form in labels else ""
    severity = severity if severity in SEVERITIES else ""
    wanted = [
        each for each in rules if (not form or each["form"] == form) and (not severity or each["severity"] == severity)
    ]
    groups = tuple(
        FormRules(key, label, tuple(_rule(each) for each in wanted if each["form"] == key))
        for key, label in labels.items()
        if any(each["form"] == key for each in wanted)
    )
    return RulesView(
        edition=validity_view(edition),
        forms=tuple(labels.items()),
        severities=tuple(SEVERITIES.items()),
        groups=groups,
        form=form,
        severity=severity,
        shown=len(wanted),
        total=len(rules),
    )


def _covers(decision: CollectionDecision, period: str) -> bool:
    """Whether a period ends within those that are decided."""
    return _end(decision["from_period"]) <= _end(period) <= _end(decision["to_period"])


def _end(period: str) -> str:
    """Return the month in which a period ends."""
    return period if "-" in period else f"{period}-12"


def _rule(rule: RuleAnswer) -> RuleView:
    severity = rule["severity"]
    return RuleView(
        id=rule["id"],
        badge=Badge(SEVERITIES.get(severity, severity), SEVERITY_TONES.get(severity, "secondary")),
        title=rule["title"],
        reason=rule["reason"],
        source=rule["source"],
        codes="、".join(code for code in rule["codes"] if code.isdecimal()),
        formula=rule["formula"],
        condition=rule["condition"],
    )
