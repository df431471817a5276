"""Robust scores: how far a value lies from the median of others, in robust deviations.

Median and median absolute deviation, since neither moves with a few wild values. What counts persons or money is compared
by its logarithm: ten times as much is as far as a tenth, and no unit of measure matters; shares in percent are compared as
they are. Zeros have no logarithm and stand apart: a value among zeros, and a zero among values, are verdicts of their own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from statistics import fmean, median

LEAST = 5
"""Fewer others than this say nothing."""

FAR = 3.5
"""Modified z-scores beyond this are unusual (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993)."""

LEAST_PERIODS = 3
"""So many earlier periods make a range of the unit's own."""

RARE = 0.1
"""At most this share of the others makes a zero, or a value other than zero, unusual."""

NORMAL_MAD = 1.482602218505602
"""What makes the median absolute deviation of a normal distribution its standard deviation: 1/Φ⁻¹(3/4)."""

NORMAL_MEAN_AD = math.sqrt(math.pi / 2)
"""The same for the mean absolute deviation, which stands in where more than half of the values are one and the same."""


class Scale(StrEnum):
    """How values are compared: counts and amounts by their ratio, shares by their difference."""

    RATIO = "ratio"
    DIFFERENCE = "difference"


FLOORS = {Scale.RATIO: math.log(1.05), Scale.DIFFERENCE: 1.0}
"""The least deviation that is reckoned with, 5 % or one percentage point: where all others are nearly alike, a value that
differs by little is not unusual."""


class Verdict(StrEnum):
    """What a value is beside others."""

    USUAL = "usual"
    HIGH = "high"
    LOW = "low"
    ZERO = "zero"
    """Nothing, where nearly all others have something."""
    FIRST = "first"
    """Something, where nearly all others have nothing."""
    TOO_FEW = "too_few"


UNUSUAL = frozenset({Verdict.HIGH, Verdict.LOW, Verdict.ZERO, Verdict.FIRST})


@dataclass(frozen=True)
class Score:
    """A verdict; `z` is the modified z-score, None where the values are too few or zeros for one."""

    verdict: Verdict
    z: float | None = None


@dataclass(frozen=True)
class Spread:
    """How others are spread: how many, how many of them zero, and their least, median and greatest."""

    count: int
    zeros: int
    least: Decimal
    median: Decimal
    most: Decimal


def spread_of(others: Sequence[Decimal]) -> Spread | None:
    """Return how values are spread, None where there are none."""
    if not others:
        return None
    zeros = sum(each == 0 for each in others)
    return Spread(len(others), zeros, min(others), Decimal(median(others)), max(others))


def score(value: Decimal, others: Sequence[Decimal], scale: Scale = Scale.RATIO) -> Score:
    """Return what a value is beside others; the order of the others does not matter."""
    if len(others) < LEAST:
        return Score(Verdict.TOO_FEW)
    if scale is Scale.DIFFERENCE:
        return _scored(float(value), [float(each) for each in others], scale)
    positive = [each for each in others if each > 0]
    share = len(positive) / len(others)
    if value <= 0:
        return Score(Verdict.ZERO if 1 - share <= RARE else Verdict.USUAL)
    if share <= RARE:
        return Score(Verdict.FIRST)
    if len(positive) < LEAST:
        return Score(Verdict.TOO_FEW)
    return _scored(math.log(value), [math.log(each) for each in positive], scale)


def beside_history(value: Decimal, before: Iterable[Decimal]) -> Score:
    """Return what a value is beside the unit's own earlier ones: out of their range, or within it.

    A unit has too few periods for a deviation to mean anything.
    """
    known = list(before)
    if len(known) < LEAST_PERIODS:
        return Score(Verdict.TOO_FEW)
    if value > max(known):
        return Score(Verdict.FIRST if max(known) == 0 else Verdict.HIGH)
    if value < min(known):
        return Score(Verdict.ZERO if value == 0 else Verdict.LOW)
    return Score(Verdict.USUAL)


def deviation(values: Sequence[float]) -> float:
    """Return the robust standard deviation: by the median absolute deviation, or by the mean one where that is zero."""
    middle = median(values)
    distances = [abs(each - middle) for each in values]
    by_median = NORMAL_MAD * median(distances)
    return by_median if by_median > 0 else NORMAL_MEAN_AD * fmean(distances)


def _scored(value: float, others: Sequence[float], scale: Scale) -> Score:
    z = (value - median(others)) / max(deviation(others), FLOORS[scale])
    if z > FAR:
        return Score(Verdict.HIGH, z)
    return Score(Verdict.LOW if z < -FAR else Verdict.USUAL, z)
