"""Measuring arms in turns, so that whatever else the machine does meets all of them alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median

Arm = Callable[[], float]
"""Does its work once and returns seconds per unit of work."""

Times = Mapping[str, list[float]]


def alternate(arms: Mapping[str, Arm], rounds: int) -> Times:
    """Run every arm once a round, each round beginning with another arm. Returns the seconds of each arm by round."""
    names = list(arms)
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        start = number % len(names)
        for name in (*names[start:], *names[:start]):
            times[name].append(arms[name]())
    return times


def speed(times: Times, arm: str, beside: str) -> float:
    """Return how many times as fast `arm` is as `beside`: the median of the rounds' ratios."""
    return median(other / own for own, other in zip(times[arm], times[beside], strict=True))


def spread(times: Times, arm: str, beside: str) -> str:
    """Return the least and the greatest of the rounds' ratios, for the detail of a row."""
    ratios = sorted(other / own for own, other in zip(times[arm], times[beside], strict=True))
    return f"{len(ratios)} rounds, {ratios[0]:.2f} to {ratios[-1]:.2f}"
