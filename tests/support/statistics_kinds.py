"""Small tables of every kind of release, and small countries to plant something in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from services.statistics.model.releases import Release, ReleaseKind, Verdict
from services.statistics.operations.releases import approve_release, check_next, prepare_release
from services.statistics.operations.snapshots import freeze_due
from services.statistics.ports.deps import Deps
from services.statistics.tables.definitions import Audience, AxisUse, Definition, Rhythm, Span, Tables
from services.statistics.tables.loading import load_tables
from shared.calls import Call
from shared.contracts.statistics import load_tables as load_content
from tests.support.statistics_releases import HEAD, MINISTRY
from tests.support.statistics_site import StatisticsSite, a_contract, a_firm, an_execution, close_period, told

NATURE = AxisUse("nature", ("total", "nature"))
PROVINCES = AxisUse("place", ("nation", "province"))
REGIONS = AxisUse("place", ("nation", "region"))
AMOUNTS = ("execution_cny", "execution_usd")
BOTH = (Span.PERIOD, Span.TO_DATE)

PATHS: Mapping[str, Sequence[str]] = {
    code: (f"{code[:2]}0106", f"{code[:2]}0100", code, "000000")
    for code in ("310000", "320000", "330000", "340000", "440000", "510000")
}


def _month(key: str, audience: Audience, *axes: AxisUse, **said: object) -> Definition:
    known = Definition(key, key, "附录", 1, Rhythm.MONTH, (audience,), AMOUNTS, axes, (Span.TO_DATE,))
    return replace(known, **said)  # type: ignore[arg-type]  # fields of a definition


def _year(key: str, audience: Audience, *axes: AxisUse, **said: object) -> Definition:
    return _month(key, audience, *axes, rhythm=Rhythm.YEAR, spans=(Span.PERIOD,), **said)


SMALL = (
    _month("m_nature", Audience.NBS, NATURE, spans=BOTH),
    _year("y_nature", Audience.NBS, NATURE),
    _month("b_nature", Audience.RELEASE, NATURE, growth=True, shares="nature"),
    _year("k_nature", Audience.YEARBOOK, NATURE, growth=True),
)
"""Executions by nature, for everybody."""

PLACES = (
    _month("m_place", Audience.NBS, PROVINCES, NATURE),
    _month("b_region", Audience.RELEASE, REGIONS, only=(("nature", ("2",)),), shares="place"),
)
"""Provinces by nature for 国家统计局; regions, of offshore execution alone, for the website."""


def over(site: StatisticsSite, definitions: Sequence[Definition]) -> Deps:
    """Return statistics with these tables alone."""
    return replace(site.wired.deps, tables=Tables(load_tables().measures, {each.key: each for each in definitions}))


def tell(site: StatisticsSite, month: str, amounts: Mapping[str, Sequence[int]], version: int = 1) -> int:
    """Tell of executions of a month by nature, in 万美元: the first firm's, the second's, and so on; 0 for none."""
    filed = [(nature, firm, usd) for nature, listed in amounts.items() for firm, usd in enumerate(listed) if usd]
    site.take(
        *(told(f"b{firm}", [a_firm(month[:4])], f"u{firm}") for firm in range(10)),
        told("c", [a_contract("c", month)], "u1"),
        *(
            told(
                f"{month}-{nature}-{firm}",
                [an_execution("c", month, nature=nature, usd=Decimal(usd), cny=Decimal(usd * 7))],
                f"u{firm}",
                version=version,
            )
            for nature, firm, usd in filed
        ),
    )
    return len(filed)


def tell_provinces(site: StatisticsSite, month: str, amounts: Mapping[str, Sequence[int]]) -> int:
    """Tell of offshore executions of a month by province; each firm is in one province."""
    filed = [(code, firm, usd) for code, listed in amounts.items() for firm, usd in enumerate(listed)]
    site.take(
        told("c", [a_contract("c", month)], "u1"),
        *(told(f"b{code}{firm}", [a_firm(month[:4])], f"{code}{firm}", path=PATHS[code]) for code, firm, _ in filed),
        *(
            told(
                f"{month}-{code}-{firm}",
                [an_execution("c", month, usd=Decimal(usd), cny=Decimal(usd * 7))],
                f"{code}{firm}",
                path=PATHS[code],
            )
            for code, firm, usd in filed
        ),
    )
    return len(filed)


def closed(site: StatisticsSite, period: str, executions: int) -> None:
    """Close a period and freeze it."""
    close_period(site, period, {"enterprise-3": executions})
    assert freeze_due(site.wired.deps) == 1


def checked(deps: Deps, kind: ReleaseKind, period: str) -> Release:
    """Prepare a release and have it checked."""
    release = prepare_release(deps, MINISTRY, kind, period)
    assert check_next(deps)
    return deps.releases.get(release.id)


def released(deps: Deps, kind: ReleaseKind, period: str) -> Release:
    """Prepare a release, have it checked, and sign it off, with a reason where one is asked for."""
    release = checked(deps, kind, period)
    assert release.checked is not None
    assert release.checked.faults == ()
    reason = "已核对" if release.checked.verdict is Verdict.REVIEW else ""
    return approve_release(deps, Call(HEAD, version=release.version), release.id, "同意提供", reason)


def hidden_in(release: Release, table: str) -> frozenset[tuple[str, ...]]:
    """Return the codes that a table hides in USD, by the name of the table with its span."""
    definition, _, span = table.partition(".")
    return frozenset(release.hidden.get(f"{definition}.execution_usd.{span}", ()))


def cells_of(deps: Deps, release: Release, table: str) -> Mapping[tuple[str, ...], str | None]:
    """Return what a release says in a table, by measure and codes; None for what is hidden."""
    content = load_content(deps.releases.content(release))
    (found,) = [each for each in content["tables"] if each["code"] == table]  # type: ignore[attr-defined]  # a content
    return {(each["measure"], *each["at"]): each["value"] for each in found["cells"]}
