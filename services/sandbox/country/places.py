"""Where the firms of the simulated country sit: in counties of real cities, most of them in demonstration cities."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from shared.codes import divisions, lists
from shared.codes.division_model import Level
from shared.codes.schemes import Scheme

DEMONSTRATION_SHARE = 0.8
"""So much of the firms sit in demonstration cities; published is some 90 % of offshore business."""

FAVOURED = {"yangtze_delta": 3.0, "east": 2.0}
"""Regions with more firms than others, and how many times as many."""

Path = tuple[str, ...]


@dataclass(frozen=True)
class Spots:
    """The places of firms with how often each is drawn: the lowest division first, the nation last."""

    paths: Sequence[Path]
    weights: Sequence[float]

    def draw(self, dice: random.Random, count: int) -> list[Path]:
        """Return so many places."""
        return dice.choices(self.paths, self.weights, k=count)


@cache
def spots(on: date) -> Spots:
    """Return the places of a day, the same each time."""
    dice = random.Random(f"places/{on.year}")  # noqa: S311  a simulation
    demonstration = {entry.code for entry in lists.entries(Scheme.DEMONSTRATION_CITY, on)}
    favoured = {region: lists.members(Scheme.REGION, region, on) for region in FAVOURED}
    paths: list[Path] = []
    weights: list[float] = []
    shares: list[bool] = []
    for province in divisions.children(divisions.NATION, on):
        below = divisions.children(province.code, on)
        cities = [each.code for each in below if each.level is Level.CITY] or [province.code]
        likes = 1.0
        for region, times in FAVOURED.items():
            likes *= times if province.code in favoured[region] else 1.0
        for city in cities:
            counties = [each.code for each in divisions.children(city, on)] or [city]
            drawn = likes * dice.lognormvariate(0, 0.8) / len(counties)
            paths += [divisions.path(county, on) for county in counties]
            weights += [drawn] * len(counties)
            shares += [city in demonstration] * len(counties)
    return Spots(tuple(paths), tuple(_shared(weights, shares)))


def _shared(weights: Sequence[float], is_demonstration: Sequence[bool]) -> list[float]:
    """Return the weights with the share of the demonstration cities as it is meant to be."""
    sums = {
        flag: sum(w for w, own in zip(weights, is_demonstration, strict=True) if own is flag) for flag in (True, False)
    }
    wanted = {True: DEMONSTRATION_SHARE, False: 1 - DEMONSTRATION_SHARE}
    return [w * wanted[own] / sums[own] for w, own in zip(weights, is_demonstration, strict=True)]
