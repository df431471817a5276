"""View-models of closings: counts by form and level, how far a closing is, what its last look found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.model.closings import ClosingAnswer, GroupAnswer, PreviewAnswer
from services.portal.presenters.words import moment

_KINDS: Mapping[str, str] = {"enterprise": "企业", "platform": "平台", "city": "城市"}
LEVELS = ("单位", "区（县）级", "地（市）级", "省级", "商务部")
_SETTLED = {"approved", "final"}


@dataclass(frozen=True)
class FormLine:
    """How many filings of a form are settled or approved, and how many lie at each level."""

    form: str
    label: str
    final: int
    approved: int
    levels: tuple[int, ...]

    @property
    def missing(self) -> int:
        """How many are not approved."""
        return sum(self.levels)


@dataclass(frozen=True)
class ProvinceLine:
    """How many filings of a province are not approved, by level."""

    code: str
    name: str
    levels: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class PreviewView:
    """What closing a period would do."""

    answer: PreviewAnswer
    forms: tuple[FormLine, ...]
    provinces: tuple[ProvinceLine, ...]


@dataclass(frozen=True)
class ClosingView:
    """A closing, with its moments in words and its counts by form."""

    answer: ClosingAnswer
    closed_at: str
    counts: tuple[tuple[str, int], ...]
    looked_at: str


def form_label(form: str) -> str:
    """Return the short name of a form: 企业3表."""
    kind, _, number = form.partition("-")
    return f"{_KINDS.get(kind, kind)}{number}表"


def preview_view(answer: PreviewAnswer) -> PreviewView:
    """Return a preview by form, and what is not approved by province."""
    groups = answer["groups"]
    forms = tuple(_form_line(form, groups) for form in sorted({each["form"] for each in groups}))
    left = [each for each in groups if each["state"] not in _SETTLED]
    provinces = (
        ProvinceLine(code, name, levels, sum(levels))
        for code, name in sorted({(each["province"], each["province_name"]) for each in left})
        for levels in (_levels(each for each in left if each["province"] == code),)
    )
    return PreviewView(answer, forms, tuple(provinces))


def closing_view(answer: ClosingAnswer) -> ClosingView:
    """Return a closing."""
    looked = answer["verification"]
    return ClosingView(
        answer=answer,
        closed_at=moment(answer["closed_at"]),
        counts=tuple((form_label(form), count) for form, count in sorted(answer["counts"].items())),
        looked_at=moment(looked["ended_at"]) if looked and looked["ended_at"] else "",
    )


def recent_periods(today: date, closed: Iterable[str]) -> Sequence[str]:
    """Return the last months and years that may stand to be closed, the latest first, without those that are."""
    months = [_month_before(today, back) for back in range(1, 13)]
    years = [str(today.year - 1), str(today.year - 2)]
    done = set(closed)
    return [each for each in (*years, *months) if each not in done]


def _month_before(today: date, back: int) -> str:
    count = today.year * 12 + today.month - 1 - back
    return f"{count // 12}-{count % 12 + 1:02}"


def _form_line(form: str, groups: Sequence[GroupAnswer]) -> FormLine:
    mine = [each for each in groups if each["form"] == form]
    counted = {state: sum(each["count"] for each in mine if each["state"] == state) for state in _SETTLED}
    levels = _levels(each for each in mine if each["state"] not in _SETTLED)
    return FormLine(form, form_label(form), counted["final"], counted["approved"], levels)


def _levels(groups: Iterable[GroupAnswer]) -> tuple[int, ...]:
    found = dict.fromkeys(LEVELS, 0)
    for each in groups:
        found[each["level_label"]] = found.get(each["level_label"], 0) + each["count"]
    return tuple(found[level] for level in LEVELS)
