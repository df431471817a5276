"""Releases of a small table over the real database: filled, frozen, checked, signed off."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.statistics.model.releases import Release, ReleaseKind
from services.statistics.operations.releases import approve_release, check_next, prepare_release
from services.statistics.operations.snapshots import freeze_due
from services.statistics.ports.deps import Deps
from services.statistics.tables.definitions import Audience, AxisUse, Definition, Rhythm, Span, Tables
from services.statistics.tables.loading import load_tables
from shared.calls import Call
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.statistics_site import StatisticsSite, a_contract, a_firm, an_execution, close_period, told

MINISTRY = Call(Actor("m", Role.MINISTRY, division=COUNTRY))
HEAD = Actor("h", Role.STATISTICS_HEAD, division=COUNTRY)
MONTH = "2025-03"


def over_small_table(site: StatisticsSite) -> Deps:
    """Return statistics with one small table a month in the appendix: executions by nature, in both currencies."""
    audiences, measures = (Audience.NBS, Audience.SHARING), ("execution_cny", "execution_usd")
    axes = (AxisUse("nature", ("total", "nature")),)
    spans = (Span.PERIOD, Span.TO_DATE)
    small = Definition("small", "执行额分性质", "附录", 1, Rhythm.MONTH, audiences, measures, axes, spans)
    return replace(site.wired.deps, tables=Tables(load_tables().measures, {"small": small}))


def fill(site: StatisticsSite, month: str = MONTH, **usd: int) -> None:
    """Tell of executions of a month: eight firms in natures 1 and 2, and one alone in nature 3; all have told who they are."""
    said = [(f"{month}-{nature}-{firm}", nature, 100 + firm, f"u{firm}") for nature in "12" for firm in range(8)]
    said.append((f"{month}-3-9", "3", usd.get("alone", 40), "u9"))
    site.take(
        *(told(f"b{firm}", [a_firm(month[:4])], f"u{firm}") for firm in range(10)),
        told("c", [a_contract("c", month)], "u1"),
        *(
            told(filing, [an_execution("c", month, nature=nature, usd=Decimal(worth), cny=Decimal(worth * 7))], unit)
            for filing, nature, worth, unit in said
        ),
    )


def frozen(site: StatisticsSite, month: str = MONTH) -> None:
    """Fill and freeze a month."""
    fill(site, month)
    close_period(site, month, {"enterprise-3": 17})
    assert freeze_due(site.wired.deps) == 1


def checked(deps: Deps, month: str = MONTH) -> Release:
    """Prepare a release and have it checked."""
    release = prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, month)
    assert check_next(deps)
    return deps.releases.get(release.id)


def approved(deps: Deps, release: Release, actor: Actor = HEAD) -> Release:
    """Sign a release off as a head of statistics."""
    return approve_release(deps, Call(actor, version=release.version), release.id, "同意提供")
