"""The panels of a dashboard, read from their file as strictly as tables are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from services.statistics.tables.definitions import Counted, Tables
from services.statistics.tables.dimensions import KEYS, dimension
from services.statistics.tables.loading import load_tables
from services.statistics.tables.reading import Reader, TablesBroken, has_column, rows_of

FILE = Path(__file__).with_name("panels.toml")

BELOW = "below"
"""The dimension of the divisions directly below the one that is looked at."""
WHOLE, PART = "whole", "part"
"""Its levels."""

NATURE = "nature"

_ANY_DAY = date(2025, 1, 1)


class Times(StrEnum):
    """Which months or years a panel shows."""

    MONTH = "month"
    TO_DATE = "to_date"
    MONTHS = "months"
    YEAR = "year"


class Chart(StrEnum):
    """How a panel is drawn, beside its table."""

    NONE = "none"
    BARS = "bars"
    LINES = "lines"


@dataclass(frozen=True)
class Panel:
    """A panel: measures divided by one dimension at some levels, over some times.

    `nature` narrows to one nature of contracts, empty to none. `ranked` puts the largest of the first measure first.
    `reviewed` shows the layers of values, and what review has moved, in the place of growth and shares.
    """

    key: str
    title: str
    axis: str
    levels: tuple[str, ...]
    times: tuple[Times, ...]
    measures: tuple[str, ...]
    nature: str = ""
    growth: bool = False
    share: bool = False
    ranked: bool = False
    reviewed: bool = False
    chart: Chart = Chart.NONE


@cache
def load_panels(file: Path = FILE) -> tuple[Panel, ...]:
    """Return all panels in their order. Raises `TablesBroken`."""
    faults: list[str] = []
    tables = load_tables()
    found = [
        _panel(Reader(row, f"{file.name}/{key}", faults), key, tables) for key, row in rows_of(file, file.name, faults)
    ]
    if faults:
        raise TablesBroken(faults)
    return tuple(found)


def _panel(reader: Reader, key: str, tables: Tables) -> Panel:
    made = Panel(
        key=key,
        title=reader.text("title"),
        axis=reader.text("axis"),
        levels=reader.texts("levels"),
        times=reader.members("times", Times),
        measures=reader.texts("measures"),
        nature=reader.text("nature", may_miss=True),
        growth=reader.flag("growth"),
        share=reader.flag("share"),
        ranked=reader.flag("ranked"),
        reviewed=reader.flag("reviewed"),
        chart=reader.member("chart", Chart, Chart.NONE),
    )
    _check_axis(reader, made)
    for each in made.measures:
        _check_measure(reader, made, each, tables)
    if made.reviewed and (made.axis != BELOW or made.times != (Times.TO_DATE,) or made.growth or made.share):
        reader.fault("reviewed", "只用于下级地区的本年累计数，且没有增长和占比")
    reader.close()
    return made


def _check_axis(reader: Reader, panel: Panel) -> None:
    if panel.axis not in (BELOW, *KEYS):
        reader.fault("axis", f"应为 {'、'.join((BELOW, *KEYS))} 之一")
        return
    known = (WHOLE, PART) if panel.axis == BELOW else dimension(panel.axis, _ANY_DAY).levels
    for level in panel.levels:
        if level not in known:
            reader.fault("levels", f"没有层级 {level}，应为 {'、'.join(known)} 之一")


def _check_measure(reader: Reader, panel: Panel, key: str, tables: Tables) -> None:
    measure = tables.measures.get(key)
    if measure is None:
        reader.fault("measures", f"没有指标 {key}")
        return
    if measure.counted is not Counted.COLUMN:
        reader.fault("measures", f"指标 {key} 不是可以相加的数值")
    if measure.is_yearly is not (panel.times == (Times.YEAR,)):
        reader.fault("measures", f"指标 {key} 与 times 不符")
    column = "" if panel.axis not in KEYS else dimension(panel.axis, _ANY_DAY).column
    if (column and not has_column(measure.kind, column)) or (panel.nature and not has_column(measure.kind, NATURE)):
        reader.fault("measures", f"指标 {key} 没有这个维度")
