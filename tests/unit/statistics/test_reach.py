"""How far a correction reaches: the released cells of its own facts, by how much, and nothing of what is hidden or to come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from typing import cast

import orjson
import pytest

from services.statistics.model.facts import Value
from services.statistics.model.placing import Fact
from services.statistics.model.reaches import Corrected, Reach, ReachedCell, Sight
from services.statistics.model.releases import Release, ReleaseKind, ReleaseState
from services.statistics.operations.reach import OWNERSHIP_MOVES, reach_of
from services.statistics.ports.deps import Deps
from shared.audit import Reads
from shared.calls import Call
from shared.clock import FixedClock
from shared.contracts.filing import FactKind
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.statistics_kept import NOW, KeptOutdated, KeptReleases, make_deps, make_release

FIRM = Actor("e", Role.ENTERPRISE, unit_id="u1", division="330106")
CITY = Actor("c", Role.CITY_REVIEWER, division="330100")
MINISTRY = Actor("m", Role.MINISTRY, division=COUNTRY)
PLACES = {"000000": "全国", "330000": "浙江省"}
NATURES = {"total": "合计", "2": "离岸合同", "3": "境外合同"}
SPANS = {"period": "本月", "to_date": "本年累计"}


class Kept(KeptReleases):
    """Keeps releases whose one table has executions by province and nature: each cell is worth 1000, that abroad hidden."""

    def content(self, release: Release) -> bytes:
        """Return the table."""
        return orjson.dumps({"title": "服务外包月度统计资料", "tables": [table()]})


@dataclass
class Noted:
    """Keeps what was read."""

    acts: list[tuple[str, str]]

    def record(self, call: Call, act: str, target: str, detail: str = "") -> None:
        """Keep a read."""
        self.acts.append((act, target))


def table() -> dict[str, object]:
    """Return a table as it was handed over."""
    cells = [
        {
            "at": list(at),
            "measure": "execution_usd",
            "status": "suppressed" if at[2] == "3" else "published",
            "value": None if at[2] == "3" else "1000.00",
        }
        for at in product(SPANS, PLACES, NATURES)
    ]
    codes = (("span", SPANS), ("place", PLACES), ("nature", NATURES))
    dimensions = [
        {"code": code, "items": [{"code": key, "title": title} for key, title in named.items()]}
        for code, named in codes
    ]
    return {"code": "monthly_province", "title": "分省发展情况", "dimensions": dimensions, "cells": cells}


def execution(usd: str, nature: str = "2", month: str = "2025-03") -> Fact:
    """Return an execution of a firm in Hangzhou."""
    values: dict[str, Value] = {"province": "330000", "city": "330100", "nature": nature, "usd": Decimal(usd)}
    return Fact(FactKind.EXECUTION, month, values)


def corrected(before: str = "10", after: str | None = "25.5", **changes: str) -> Corrected:
    """Return a correction of one execution."""
    now = (execution(after, **changes),) if after is not None else None
    return Corrected((execution(before, **changes),), now)


@pytest.fixture
def deps() -> Deps:
    """Return statistics with March published, and nothing else."""
    kept = Kept()
    kept.put(make_release(ReleaseState.PUBLISHED))
    return replace(make_deps(kept, FixedClock(NOW)), reads=cast(Reads, Noted([])))


def cells(reach: Reach) -> dict[tuple[str, ...], ReachedCell]:
    """Return the cells of the only table by where they stand."""
    (release,) = reach.releases
    (found,) = release.tables
    assert found.count == len(found.cells) == release.count
    return {each.at: each for each in found.cells}


def test_a_correction_names_each_released_cell_with_what_it_was_and_will_be(deps: Deps) -> None:
    found = cells(reach_of(deps, Call(CITY), corrected()))

    assert found.keys() == set(product(SPANS.values(), PLACES.values(), ["合计", "离岸合同"]))
    for cell in found.values():
        assert (cell.value, cell.change, cell.after) == (Decimal("1000.00"), Decimal("15.50"), Decimal("1015.50"))
        assert (cell.measure, cell.unit, cell.sight) == ("执行额（美元）", "万美元", Sight.SHOWN)


def test_what_moves_to_another_nature_leaves_one_cell_and_enters_another(deps: Deps) -> None:
    moved = Corrected((execution("10", "2"),), (execution("10", "1"),))
    found = cells(reach_of(deps, Call(CITY), moved))

    assert {at[2]: cell.change for at, cell in found.items()} == {"离岸合同": Decimal("-10.00")}


def test_a_hidden_cell_is_marked_and_says_nothing(deps: Deps) -> None:
    found = cells(reach_of(deps, Call(MINISTRY), corrected(nature="3")))

    hidden = [cell for at, cell in found.items() if at[2] == "境外合同"]
    assert len(hidden) == 4
    assert all((cell.sight, cell.value, cell.change, cell.after) == (Sight.HIDDEN, None, None, None) for cell in hidden)


def test_before_anything_is_corrected_the_cells_are_named_without_a_change(deps: Deps) -> None:
    found = cells(reach_of(deps, Call(FIRM), corrected(after=None)))

    assert {(cell.value, cell.change, cell.after) for cell in found.values()} == {(Decimal("1000.00"), None, None)}


def test_a_month_before_is_reached_in_the_year_to_date_alone(deps: Deps) -> None:
    found = cells(reach_of(deps, Call(FIRM), corrected(month="2025-02")))

    assert {at[0] for at in found} == {"本年累计"}


@pytest.mark.parametrize("month", ["2025-04", "2024-03"])
def test_what_no_released_set_counts_reaches_nothing(deps: Deps, month: str) -> None:
    assert reach_of(deps, Call(FIRM), corrected(month=month)).releases == ()


def test_what_changes_nothing_reaches_nothing(deps: Deps) -> None:
    assert reach_of(deps, Call(FIRM), corrected(after="10")).releases == ()


@pytest.mark.parametrize("state", [ReleaseState.APPROVED, ReleaseState.SCHEDULED])
def test_before_its_day_a_set_is_named_without_values_to_all_but_the_ministry(state: ReleaseState) -> None:
    kept = Kept()
    kept.put(make_release(state))
    deps = replace(make_deps(kept, FixedClock(NOW)), reads=cast(Reads, Noted([])))

    others, ministry = (cells(reach_of(deps, Call(who), corrected())) for who in (CITY, MINISTRY))

    assert {(each.sight, each.value, each.after) for each in others.values()} == {(Sight.EMBARGOED, None, None)}
    assert {each.value for each in ministry.values()} == {Decimal("1000.00")}


def test_whether_a_cell_is_hidden_is_not_told_before_its_day() -> None:
    kept = Kept()
    kept.put(make_release(ReleaseState.SCHEDULED))
    deps = replace(make_deps(kept, FixedClock(NOW)), reads=cast(Reads, Noted([])))

    found = cells(reach_of(deps, Call(CITY), corrected(nature="3")))

    assert {each.sight for each in found.values()} == {Sight.EMBARGOED}


def test_of_each_set_the_latest_version_counts_and_drafts_don_t(deps: Deps) -> None:
    kept = cast(Kept, deps.releases)
    second = kept.put(make_release(ReleaseState.APPROVED, number=2))
    kept.put(make_release(ReleaseState.PASSED, number=3))

    found = reach_of(deps, Call(FIRM), corrected())

    assert [each.release.id for each in found.releases] == [second.id]
    assert found.releases[0].holders == ("国家统计局", "部门间统计信息共享数据库")


def test_what_is_published_is_on_the_website_too(deps: Deps) -> None:
    (found,) = reach_of(deps, Call(FIRM), corrected()).releases

    assert found.holders[-1] == "商务部网站"


def test_a_bulletin_is_handed_to_nobody() -> None:
    kept = Kept()
    kept.put(replace(make_release(), kind=ReleaseKind.BULLETIN))
    deps = replace(make_deps(kept, FixedClock(NOW)), reads=cast(Reads, Noted([])))

    assert reach_of(deps, Call(FIRM), corrected()).releases == ()  # its tables are others than those of the appendix


def test_of_a_set_that_is_outdated_no_value_to_come_is_told(deps: Deps) -> None:
    (release,) = deps.releases.list_all()
    since = datetime(2025, 5, 1, tzinfo=UTC)
    deps = replace(deps, outdated=KeptOutdated({release.id: since}))

    found = reach_of(deps, Call(CITY), corrected())

    assert found.releases[0].outdated_since == since
    assert {(each.change, each.after) for each in cells(found).values()} == {(Decimal("15.50"), None)}


def test_another_registration_type_is_said_in_words(deps: Deps) -> None:
    old, new = (Fact(FactKind.UNIT, "2025", {"ownership": code}) for code in ("173", "330"))

    assert reach_of(deps, Call(FIRM), Corrected((old,), (new,))).notes == (OWNERSHIP_MOVES,)
    assert reach_of(deps, Call(FIRM), Corrected((old,), (old,))).notes == ()


def test_the_read_is_recorded(deps: Deps) -> None:
    reach_of(deps, Call(CITY), corrected())

    assert cast(Noted, deps.reads).acts == [("read_reach", "2025")]
