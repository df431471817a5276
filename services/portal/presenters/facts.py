"""View-models of the facts of a material: what is typed, what it is compared with, what is still to be settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.casework import NO_END, FactAnswer, TypedFacts

_TONES = {"agrees": "success", "differs": "danger", "missing": "warning", "not_comparable": "secondary"}
_INPUTS = {"date": "date", "term": "date"}


@dataclass(frozen=True)
class AgainstView:
    """One comparison in words."""

    label: str
    value: str
    result: str
    tone: str


@dataclass(frozen=True)
class FactView:
    """A fact with its controls: `name` is the stem of their names."""

    name: str
    key: str
    label: str
    kind: str
    input_type: str
    value: str
    is_absent: bool
    is_endless: bool
    stated: str
    proposed: str
    is_expected: bool
    is_recorded: bool
    is_disputed: bool
    is_settled: bool
    reason: str
    is_carried: bool
    comparisons: tuple[AgainstView, ...]

    @property
    def has_shown(self) -> bool:
        """Whether somebody or something proposes a value that is not taken yet."""
        return not self.is_recorded and bool(self.stated or self.proposed)


def fact_views(
    facts: Iterable[FactAnswer],
    slot: str,
    typed: TypedFacts | None = None,
    reasons: Mapping[str, str] | None = None,
    carried: Iterable[str] = (),
) -> tuple[FactView, ...]:
    """Return the facts of a material for the reviewer; `typed` and `reasons` are what could not be saved yet."""
    taken = set(carried)
    return tuple(
        _view(
            fact,
            fact["read"] if typed is None else typed.get(fact["key"]),
            fact["reason"] if reasons is None else reasons.get(fact["key"], ""),
            is_carried=f"/facts/{fact['key']}" in taken,
        )
        for fact in facts
        if fact["material"] == slot
    )


def stated_views(facts: Iterable[FactAnswer], slot: str) -> tuple[FactView, ...]:
    """Return the facts of a material for the filer, who states them ahead of the review."""
    return tuple(_view(fact, fact["stated"], "", is_carried=False) for fact in facts if fact["material"] == slot)


def value_words(value: object) -> str:
    """Return a fact's value in words; '' for none, 未载明 for one that does not stand there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "有" if value else "没有"
    if isinstance(value, list):
        return "、".join(str(entry) for entry in value)
    return str(value) or "未载明"


def _view(fact: FactAnswer, value: object, reason: str, *, is_carried: bool) -> FactView:
    is_endless = value == NO_END
    text = {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else str(value or "")
    return FactView(
        name=f"fact-{fact['key']}",
        key=fact["key"],
        label=fact["label"],
        kind=fact["kind"],
        input_type=_INPUTS.get(fact["kind"], "text"),
        value="" if is_endless else text,
        is_absent=value == "",
        is_endless=is_endless,
        stated=value_words(fact["stated"]),
        proposed=value_words(fact["proposed"]),
        is_expected=fact["is_expected"],
        is_recorded=fact["is_recorded"],
        is_disputed=fact["is_disputed"],
        is_settled=fact["is_settled"],
        reason=reason,
        is_carried=is_carried,
        comparisons=tuple(
            AgainstView(
                f"{one['source_label']}（{one['label']}）" if one["source"] == "material" else one["label"],
                value_words(one["value"]) if one["value"] != "" else "",
                one["result_label"],
                _TONES[one["result"]],
            )
            for one in fact["comparisons"]
        ),
    )
