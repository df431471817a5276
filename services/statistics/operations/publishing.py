"""Publication: the ministry sets the day, the service publishes on it, and from then on everybody reads the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import structlog

from services.statistics.errors import DayCome
from services.statistics.model.releases import Published, Release, ReleaseAction, ReleaseState
from services.statistics.policy import SYSTEM
from services.statistics.ports.deps import Deps
from services.statistics.workflow import step_for
from shared.calls import Call
from shared.clock import local_date
from shared.contracts.statistics import load_tables
from shared.errors import Invalid, NotFound, Problem, StaleVersion
from shared.history import was_done
from shared.paging import Page
from shared.tabulation.tables import Table, TableSet, table_set_of

log = structlog.get_logger()


def schedule_release(deps: Deps, call: Call, release_id: str, publish_on: date) -> Release:
    """Set the day on which a release is published, or another one before that day has come.

    Actor: the ministry, its head of statistics. From: approved, scheduled. To: scheduled. Events: none. Days are those
    of Asia/Shanghai; today is published at once. Raises `Invalid` for a day that is over, `DayCome`, `NotFound`,
    `Conflict`, `NotAllowed`, `StaleVersion`.
    """
    release = deps.releases.get(release_id)
    if was_done(release.history, call.request):
        return release
    call.check_version(release.version)
    step = step_for(release, ReleaseAction.SCHEDULE, call.actor)
    now = deps.clock.now()
    today = local_date(now)
    if release.publish_on is not None and release.publish_on <= today:
        raise DayCome
    if publish_on < today:
        wanted = f"{today.isoformat()} 或以后"
        raise Invalid([Problem("/publish_on", "day_over", "发布日期不能早于今天。", wanted, "发布日期")])
    entry = call.entry(now, ReleaseAction.SCHEDULE, release.state, step.target)
    history = (*release.history, entry)
    scheduled = replace(release, state=step.target, publish_on=publish_on, updated_at=entry.at, history=history)
    return deps.releases.save(scheduled, call)


def publish_due(deps: Deps) -> int:
    """Publish every release whose day has come; return how many that were. Actor: the service. Events: none.

    From: scheduled. To: published, for good. Of any number of workers one does it.
    """
    return sum(_is_published(deps, each) for each in deps.releases.list_due(local_date(deps.clock.now())))


def list_published(deps: Deps, cursor: str, limit: int) -> Page[Published]:
    """Return a page of the published releases, the newest first. Actor: everybody. Raises `Malformed`."""
    page = deps.releases.list_published(cursor, limit)
    versions = {
        (kind, period): deps.releases.list_of(kind, period)
        for kind, period in dict.fromkeys((each.kind, each.period) for each in page.items)
    }
    items = tuple(_beside(each, versions[each.kind, each.period]) for each in page.items)
    return Page(items, page.next_cursor)


def read_published(deps: Deps, release_id: str) -> tuple[Published, TableSet]:
    """Return a published release with its tables. Actor: everybody. Raises `NotFound`, before its day too."""
    release = deps.releases.get(release_id)
    if release.state is not ReleaseState.PUBLISHED:
        raise NotFound
    made = deps.opened.find(release.id)
    if made is None:
        made = table_set_of(load_tables(deps.releases.content(release)))
        deps.opened.keep(release.id, made)
    return _beside(release, deps.releases.list_of(release.kind, release.period)), made


def read_published_table(deps: Deps, release_id: str, code: str) -> tuple[Published, TableSet, Table]:
    """Return a table of a published release. Actor: everybody. Raises `NotFound`."""
    published, made = read_published(deps, release_id)
    table = made.table(code)
    if table is None:
        raise NotFound
    return published, made, table


def _is_published(deps: Deps, release: Release) -> bool:
    call = Call(SYSTEM, correlation_id=release.id)
    step = step_for(release, ReleaseAction.PUBLISH, SYSTEM)
    entry = call.entry(deps.clock.now(), ReleaseAction.PUBLISH, release.state, step.target)
    history = (*release.history, entry)
    published = replace(release, state=step.target, published_at=entry.at, updated_at=entry.at, history=history)
    try:
        deps.releases.save(published, call)
    except StaleVersion:
        log.info("release_changed_meanwhile", release_id=release.id)
        return False
    log.info("release_published", release_id=release.id)
    return True


def _beside(release: Release, versions: Sequence[Release]) -> Published:
    """Return a release with its published neighbours; versions that nobody may read are not named."""
    shown = {each.number: each.id for each in versions if each.state is ReleaseState.PUBLISHED}
    before = [number for number in shown if number < release.number]
    after = [number for number in shown if number > release.number]
    return Published(release, shown[max(before)] if before else "", shown[max(after)] if after else "")
