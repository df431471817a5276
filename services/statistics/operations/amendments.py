"""Amendments: what was settled after a period was frozen makes the sets that were released of it outdated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import structlog

from services.statistics.model.facts import partition_of
from services.statistics.model.releases import Release
from services.statistics.model.snapshots import MONTHLY, is_within
from services.statistics.operations.kinds import RULES, definitions_of, title_of
from services.statistics.operations.reach import latest_of
from services.statistics.ports.deps import Deps
from shared.contracts.filing import FactKind
from shared.contracts.notification import NOTICE_DUE, READER, Notice, in_role
from shared.contracts.statistics import OWNER
from shared.identity.actor import Role
from shared.messaging.events import Outgoing

TOLD = (Role.MINISTRY, Role.STATISTICS_HEAD, Role.SHARING_DESK)
"""Who is told: who prepares the next version, who signs it off, and who keeps in touch with those who have this one."""

OCCASION = f"{OWNER}.release_outdated"
YEARS_OF_UNITS = 3
"""For so many years before its own the basic information of a unit may be the latest one there is."""

log = structlog.get_logger()


def mark_outdated(deps: Deps) -> int:
    """Mark the sets whose facts were corrected after they were frozen; return how many are so now for the first time.

    Of each set that is its latest version. Actor: the service. Events: a notice to each of `TOLD`. Any number of workers
    may do this at once.
    """
    latest = list(latest_of(deps.releases.list_all()))
    known = deps.outdated.since_of(each.id for each in latest)
    fresh = [each for each in latest if each.id not in known and is_amended(deps, each)]
    return sum(_is_marked(deps, each, deps.clock.now()) for each in fresh)


def is_amended(deps: Deps, release: Release) -> bool:
    """Tell whether any of the facts that a release is made of was settled otherwise after they were frozen."""
    frozen_at = deps.snapshots.get(release.period, release.snapshot).frozen_at
    return frozen_at is not None and deps.facts.is_settled_since(partitions_of(deps, release), frozen_at)


def partitions_of(deps: Deps, release: Release) -> tuple[str, ...]:
    """Return the partitions that the values of a release are reckoned from, those of the year before where growth is shown."""
    definitions = definitions_of(deps.tables, release.kind, release.period)
    kinds = {deps.tables.measures[key].kind for each in definitions for key in each.measures} | {FactKind.UNIT}
    year = int(release.period[:4])
    first = year - 1 if RULES[release.kind].has_rates else year
    found = (key for kind in kinds for key in _keys(kind, first, year))
    return tuple(sorted(key for key in found if is_within(key, release.period)))


def outdated_since(deps: Deps, releases: Iterable[Release]) -> Mapping[str, datetime]:
    """Return by id since when releases are outdated. Actor: whoever may read releases."""
    return deps.outdated.since_of([each.id for each in releases])


def _keys(kind: FactKind, first: int, last: int) -> Iterator[str]:
    for year in range(first - YEARS_OF_UNITS if kind is FactKind.UNIT else first, last + 1):
        months = [f"{year}-{month:02}" for month in range(1, 13)] if kind in MONTHLY else [str(year)]
        yield from (partition_of(kind, each) for each in months)


def _is_marked(deps: Deps, release: Release, at: datetime) -> bool:
    if not deps.outdated.mark(release, at, [_notice(release, role) for role in TOLD]):
        return False
    log.info("release_outdated", release_id=release.id, period=release.period)
    return True


def _notice(release: Release, role: Role) -> Outgoing:
    notice = Notice(
        occasion=OCCASION,
        once=release.id,
        to=in_role(role, None),
        values={"title": title_of(release), "period": release.period, "number": str(release.number)},
        link="" if role is Role.SHARING_DESK else f"/statistics/releases/{release.id}",
    )
    return Outgoing(NOTICE_DUE[OWNER].type, notice.clear, READER, dict(notice.values))
