"""A table of made-up exchange rates, so that a machine that shows the system has some; every line says that it is made up.

Each currency goes up and down around a round number in straight lines: `SWING` of it either way, once in `PERIOD_DAYS`.
Nothing of it follows the market. Weekends and days off have no rate, as with real ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from shared.calendar.days import day

FIRST_DAY = date(2024, 1, 1)
SWING = Decimal("0.01")
PERIOD_DAYS = 180
SOURCE = "示例汇率（非公布值）"
HEAD = "币种,日期,标价方式,单位,汇率,来源"
FOURTH_PLACE = Decimal("0.0001")
SATURDAY = 5


@dataclass(frozen=True)
class Sample:
    """A currency with the number that its rates go around, and how it is quoted."""

    currency: str
    middle: Decimal
    quoting: str = "直接"
    units: int = 1


SAMPLES = (
    Sample("USD", Decimal("7.14")),
    Sample("EUR", Decimal("7.80")),
    Sample("GBP", Decimal("9.20")),
    Sample("HKD", Decimal("0.915")),
    Sample("SGD", Decimal("5.40")),
    Sample("JPY", Decimal("4.80"), units=100),
    Sample("KRW", Decimal("195"), "间接"),
    Sample("MOP", Decimal("1.125"), "间接"),
)


def sample_table(last: date) -> str:
    """Return the table as CSV, up to and with a day."""
    return "\n".join((HEAD, *_lines(last))) + "\n"


def sample_rate(sample: Sample, on: date) -> Decimal:
    """Return the made-up rate of a day."""
    place = on.toordinal() % PERIOD_DAYS
    half = PERIOD_DAYS // 2
    height = Decimal(min(place, PERIOD_DAYS - place) - half // 2) / Decimal(half - half // 2)  # from -1 to 1 and back
    return (sample.middle * (1 + SWING * height)).quantize(FOURTH_PLACE, ROUND_HALF_UP)


def _lines(last: date) -> Iterator[str]:
    on = FIRST_DAY
    while on <= last:
        if on.weekday() < SATURDAY and day(on).is_working:
            for each in SAMPLES:
                yield f"{each.currency},{on},{each.quoting},{each.units},{sample_rate(each, on)},{SOURCE}"
        on += timedelta(days=1)
