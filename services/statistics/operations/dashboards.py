"""Dashboards: what a department sees of its own division for a month, from what is in force now, small cells masked."""

from __future__ import annotations

import re

from services.statistics.disclosure.thresholds import load_thresholds
from services.statistics.model.dashboards import Dashboard, PanelShown
from services.statistics.operations.dashboard_blocks import ask_blocks, blocks_of
from services.statistics.operations.dashboard_books import Cells, masks_of
from services.statistics.operations.dashboard_panels import Board, panel_shown
from services.statistics.operations.drafting import last_day, year_before
from services.statistics.operations.scopes import Scope, is_within, scope_of
from services.statistics.policy import own_division
from services.statistics.ports.deps import Deps
from services.statistics.tables.dimensions import UNKNOWN
from services.statistics.tables.panels import Panel
from shared.calls import Call
from shared.clock import local_date
from shared.codes.class_growth import classes_apart, note_on_classes
from shared.errors import Invalid, NotFound, Problem
from shared.tabulation.tables import Item

RATE_MISSING = "有的金额缺少汇率，本币或美元数不完整。"

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


def show_dashboard(deps: Deps, call: Call, division: str, period: str) -> Dashboard:
    """Return the dashboard of a division for a month; the read is recorded.

    Actor: a department, for its own division and those below; the ministry and its head of statistics for all. It may be
    some minutes old and says from when it is. Raises `Invalid` for what is no month or has not begun, `NotFound` outside
    the actor's sight. Source: 统计法 第二十五条; what dashboards promise stands in decision 0045.
    """
    now = deps.clock.now()
    if not _MONTH.fullmatch(period) or period > local_date(now).isoformat()[:7]:
        wanted = f"已开始的月份，如 {local_date(now).isoformat()[:7]}"
        raise Invalid([Problem("/period", "period_kind", "报告期应为已开始的月份。", wanted, "报告期")])
    on = last_day(period)
    scope = scope_of(division, on) if is_within(division, own_division(call.actor), on) else None
    if scope is None:
        raise NotFound
    deps.reads.record(call, "show_dashboard", f"{division}/{period}")
    return deps.dashboards.find((division, period)) or _drawn_once(deps, scope, period)


def show_panel(deps: Deps, call: Call, division: str, period: str, key: str) -> tuple[Dashboard, Panel, PanelShown]:
    """Return a dashboard with one panel of it and that panel's definition. As `show_dashboard`; `NotFound` for no panel."""
    shown = show_dashboard(deps, call, division, period)
    found = next((each for each in shown.panels if each.key == key), None)
    if found is None:
        raise NotFound
    return shown, next(each for each in deps.panels if each.key == key), found


def _drawn_once(deps: Deps, scope: Scope, period: str) -> Dashboard:
    """Draw a dashboard up, one at a time in a process: whoever waited for the same one finds it."""
    key = scope.division, period
    with deps.drawing:
        kept = deps.dashboards.find(key)
        if kept is None:
            kept = _drawn(deps, scope, period)
            deps.dashboards.keep(key, kept)
        return kept


def _drawn(deps: Deps, scope: Scope, period: str) -> Dashboard:
    now, on, before = deps.clock.now(), last_day(period), last_day(year_before(period))
    thresholds = load_thresholds(local_date(now))
    panels, measures = deps.panels, deps.tables.measures
    blocks = blocks_of(panels, scope, period)
    cells = ask_blocks(deps.cells, blocks, scope, period, measures)
    masks = masks_of(blocks, cells, measures, period, thresholds)
    apart = classes_apart(on, before)
    board = Board({each.key: each for each in blocks}, cells, masks, measures, period, apart)
    made = {each.dimension.key: each.dimension for each in blocks}
    shown = [panel_shown(board, each, made[each.axis]) for each in panels if each.axis in made]
    below = scope.below.nodes[1:] if scope.below else ()
    return Dashboard(
        division=scope.division,
        title=scope.title,
        level=scope.level.value,
        period=period,
        drawn_at=now,
        thresholds=thresholds.id,
        panels=tuple(each for each in shown if each is not None),
        below=tuple(Item(each.code, each.title) for each in below if each.code != UNKNOWN),
        unsure=tuple(sorted(masks.unsure)),
        gaps=(
            *([RATE_MISSING] if _lacks_rates(cells) else []),
            *([note_on_classes(apart, on, before)] if apart else []),
        ),
    )


def _lacks_rates(cells: Cells) -> bool:
    return any(cell.lacking for found in cells.values() for cell in found.values())
