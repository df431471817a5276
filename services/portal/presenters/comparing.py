"""Tables of the year before as the classes of this year are compared with them."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

from services.portal.presenters.tables import Grid, Number, Place
from shared.codes.class_growth import classes_apart, classes_before, note_on_classes
from shared.codes.schemes import Scheme

CLASS = str(Scheme.BUSINESS_CLASS)
"""The dimension of business classes."""


def comparable(before: Grid, now: Grid, period: str) -> Grid:
    """Return a table of the year before with the numbers that those of a period are compared with, at their places.

    A class that another version of the list has put together anew is compared with the sum of its parts, and with nothing
    where any of these is hidden or can't be compared.
    """
    earlier = classes_before(*_days(period))
    is_same = all(parts == (code,) for code, parts in earlier.items())
    if is_same or CLASS not in [each["code"] for each in now.dimensions]:
        return before
    listed = [
        [(item["code"], _parts(each["code"], item["code"], earlier)) for item in each["items"]]
        for each in now.dimensions
    ]
    numbers: dict[Place, Number] = {}
    for measure in before.measures:
        for places in product(*listed):
            found = [before.numbers.get((at, measure["code"])) for at in product(*(parts for _, parts in places))]
            number = _sum(found)
            if number is not None:
                numbers[tuple(code for code, _ in places), measure["code"]] = number
    return replace(before, numbers=numbers)


def note_on(now: Grid, period: str) -> str:
    """Return which classes of a table have no growth over another version of the list, empty for none."""
    on, before = _days(period)
    shown = {item["code"] for each in now.dimensions if each["code"] == CLASS for item in each["items"]}
    apart = classes_apart(on, before) & shown
    return note_on_classes(apart, on, before) if apart else ""


def _parts(dimension: str, code: str, earlier: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return earlier.get(code, (code,)) if dimension == CLASS else (code,)


def _sum(found: Iterable[Number | None]) -> Number | None:
    values = [each.value if each else None for each in found]
    shown = [each for each in values if each is not None]
    return Number(sum(shown, Decimal(0))) if shown and len(shown) == len(values) else None


def _days(period: str) -> tuple[date, date]:
    """Return the last day of a period, and that of the year before."""
    year, month = int(period[:4]), int(period[5:] or 12)
    return _last_day(year, month), _last_day(year - 1, month)


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
