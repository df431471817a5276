"""What each kind of release is: its title, for whom, of which periods, whether it is handed to exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.statistics.model.releases import Release, ReleaseKind
from services.statistics.tables.definitions import Audience, Definition, Rhythm, Tables
from shared.contracts.statistics import PERIOD
from shared.errors import Invalid, Problem
from shared.tabulation.tables import SAMPLE

YEAR_END = "-12"


@dataclass(frozen=True)
class KindRules:
    """A kind of release: `rhythms` are those of its periods; `has_rates` says that growth and shares stand beside."""

    title: str
    audience: Audience
    rhythms: frozenset[Rhythm]
    is_handed_over: bool = False
    has_rates: bool = False


MONTH, YEAR = frozenset({Rhythm.MONTH}), frozenset({Rhythm.YEAR})

RULES: Mapping[ReleaseKind, KindRules] = {
    ReleaseKind.MONTHLY: KindRules("服务外包月度统计资料", Audience.NBS, MONTH, is_handed_over=True),
    ReleaseKind.ANNUAL: KindRules("服务外包年度统计资料", Audience.NBS, YEAR, is_handed_over=True),
    ReleaseKind.BULLETIN: KindRules("服务外包产业发展情况", Audience.RELEASE, MONTH | YEAR, has_rates=True),
    ReleaseKind.YEARBOOK: KindRules("中国商务年鉴：服务外包", Audience.YEARBOOK, YEAR, has_rates=True),
}
"""All kinds. 附录（一）and（二）name the same tables, so the tables for 国家统计局 are those of the sharing database."""

_WANTED = {
    MONTH: "月份，如 2025-03",
    YEAR: "年份，如 2025",
    MONTH | YEAR: "月份，如 2025-03；或年份，如 2025",
}


def title_of(release: Release) -> str:
    """Return what a release is called; one of made-up facts says so first."""
    title = RULES[release.kind].title
    return f"【{SAMPLE}】{title}" if release.is_sample else title


def rhythm_of(period: str) -> Rhythm:
    """Return whether a period is a month or a year."""
    return Rhythm.MONTH if period[4:] else Rhythm.YEAR


def require_period_of(kind: ReleaseKind, period: str) -> None:
    """Raise `Invalid` for a period that this kind of release is not made for."""
    if not PERIOD[kind.value].fullmatch(period):
        wanted = _WANTED[RULES[kind].rhythms]
        raise Invalid([Problem("/period", "period_kind", "报告期的种类与资料不符。", wanted, "报告期")])


def years_of(kind: ReleaseKind, period: str) -> tuple[str, ...]:
    """Return the years that a release tells of: where growth stands beside, of the year before too."""
    year = int(period[:4])
    return (str(year), str(year - 1)) if RULES[kind].has_rates else (str(year),)


def definitions_of(tables: Tables, kind: ReleaseKind, period: str) -> tuple[Definition, ...]:
    """Return the tables of a release, in their order.

    A bulletin has those of the month for a year too (its sums to date), and those of the year at the end of one.
    """
    rules, rhythm = RULES[kind], rhythm_of(period)
    is_end = rhythm is Rhythm.YEAR or period.endswith(YEAR_END)
    wanted = Rhythm if len(rules.rhythms) > 1 and is_end else (rhythm,)
    return tuple(each for one in wanted for each in tables.of(rules.audience, one))
