"""View-models of tables before they are released: what can be chosen, and what is drawn up from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.model.drafts import LAYERS, DraftAnswer, DrawableAnswer
from services.portal.presenters.table_sheets import Sheet, sheet_of
from services.portal.presenters.tables import draft_grid
from services.portal.presenters.words import moment, period_label

YEARS_BACK, MONTHS_BACK = 5, 24

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DraftChoices:
    """What can be asked for, and what was: the tables, the months and years, the layers."""

    tables: Options
    months: Options
    years: Options
    layers: Options
    table: str
    period: str
    layer: str


@dataclass(frozen=True)
class DraftView:
    """A table as it would be now; `sheet` is None where it has no number.

    `has_gaps` where not all is known of the lists behind its groups; `lacking` counts facts without their rate.
    """

    title: str
    source: str
    period: str
    layer: str
    drawn_at: str
    sheet: Sheet | None
    has_gaps: bool
    lacking: int


def draft_choices(tables: Sequence[DrawableAnswer], asked: Mapping[str, str], today: date) -> DraftChoices:
    """Return what can be asked for; a period of another kind than the table's gives way to the newest of its own."""
    keys = [each["key"] for each in tables]
    table = asked.get("table", "") if asked.get("table", "") in keys else next(iter(keys), "")
    months, years = _months(today), _years(today)
    is_monthly = any(each["key"] == table and each["rhythm"] == "month" for each in tables)
    fitting = months if is_monthly else years
    period = asked.get("period", "")
    return DraftChoices(
        tables=tuple((each["key"], each["title"]) for each in tables),
        months=months,
        years=years,
        layers=tuple(LAYERS.items()),
        table=table,
        period=period if period in dict(fitting) else fitting[0][0],
        layer=asked.get("layer", "") if asked.get("layer", "") in LAYERS else next(iter(LAYERS)),
    )


def draft_view(draft: DraftAnswer, asked: Mapping[str, str]) -> DraftView:
    """Return a table as it would be now."""
    return DraftView(
        title=draft["table"]["title"],
        source=draft["table"]["source"],
        period=period_label(draft["period"]),
        layer=LAYERS[draft["layer"]],
        drawn_at=moment(draft["drawn_at"]),
        sheet=sheet_of(draft_grid(draft), asked) if draft["values"] else None,
        has_gaps=bool(draft["gaps"]),
        lacking=max((each["lacking"] for each in draft["values"]), default=0),
    )


def _years(today: date) -> Options:
    return tuple((str(today.year - back), f"{today.year - back}年") for back in range(YEARS_BACK + 1))


def _months(today: date) -> Options:
    counted = (today.year * 12 + today.month - 1 - back for back in range(MONTHS_BACK))
    periods = (f"{count // 12}-{count % 12 + 1:02}" for count in counted)
    return tuple((period, period_label(period)) for period in periods)
