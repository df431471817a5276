"""What the ministry published of 2022 and 2023, and facts that come to it: for tests of the arithmetic of releases.

Figures are those of 商务部服贸司's releases on whole years (February 2023 and February 2024), in 亿元 and 亿美元, with the growth
and shares that it printed beside them. A figure is found by table, measure and codes, as our own tables name them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TypeVar

from services.sandbox.country.published import PUBLISHED
from services.statistics.operations.facts import Told
from tests.support.statistics_site import a_contract, an_execution, told

Place = tuple[str, str, str]
"""A table, a measure and the codes of a cell, joined by slashes."""

T = TypeVar("T")

YI = Decimal(10_000)
CENT = Decimal("0.01")

CLASSES: Mapping[str, str] = {"I": "I11", "B": "B21", "K": "K21"}
MARKETS: Mapping[str, str] = {"USA": "USA", "HKG": "HKG", "EU": "DEU", "RCEP": "JPN", "": "GBR"}
"""A country of each group that is published; the last is in none of them."""

NANJING = ("320102", "320100", "320000", "000000")
BEIJING = ("110105", "110000", "000000")
WENZHOU = ("330302", "330300", "330000", "000000")
ZUNYI = ("520302", "520300", "520000", "000000")
DELTA_ALONE = Decimal(100)
"""Of the Yangtze delta, what we put outside of the demonstration cities; it is not published."""


@dataclass(frozen=True)
class Figures:
    """A year as it was published, beside the totals of the country that the sandbox measures out."""

    usd: tuple[int, int, int, int]
    """Contracts, executions, offshore contracts, offshore executions in 亿美元."""
    markets: Mapping[str, int]
    demonstration: tuple[int, int]
    """Offshore contracts and executions."""
    delta: tuple[int, int]


FIGURES: Mapping[int, Figures] = {
    2022: Figures(
        (3730, 2522, 2021, 1368), {"USA": 1878, "HKG": 1712, "EU": 1232, "RCEP": 2089}, (11825, 8018), (6024, 4523)
    ),
    2023: Figures(
        (4162, 2849, 2154, 1514), {"USA": 2132, "HKG": 1934, "EU": 1431, "RCEP": 2592}, (13160, 9089), (7921, 5605)
    ),
}

GROWTH_2023: Mapping[Place, str] = {
    ("release_scale", "contract_cny", "total"): "17.6",
    ("release_scale", "execution_cny", "total"): "18.6",
    ("release_scale", "contract_cny", "2"): "12.9",
    ("release_scale", "execution_cny", "2"): "16.2",
    ("release_scale", "contract_usd", "total"): "11.6",
    ("release_scale", "execution_usd", "total"): "13",
    ("release_scale", "contract_usd", "2"): "6.6",
    ("release_scale", "execution_usd", "2"): "10.6",
    ("release_structure", "execution_cny", "I"): "13.1",
    ("release_structure", "execution_cny", "B"): "17.8",
    ("release_structure", "execution_cny", "K"): "18.4",
    ("release_regions", "contract_cny", "demonstration/2"): "11.3",
    ("release_regions", "execution_cny", "demonstration/2"): "13.4",
    ("release_markets", "execution_cny", "USA"): "13.6",
    ("release_markets", "execution_cny", "HKG"): "13",
    ("release_markets", "execution_cny", "EU"): "16.2",
    ("release_markets", "execution_cny", "RCEP"): "24.1",
}
"""The growth of the delta is not here: its figures of 2022 were revised before they were compared."""

SHARES: Mapping[int, Mapping[Place, str]] = {
    2022: {
        ("release_regions", "contract_cny", "demonstration/2"): "89.7",
        ("release_regions", "execution_cny", "demonstration/2"): "89.6",
        ("release_regions", "contract_cny", "yangtze_delta/2"): "45.7",
        ("release_regions", "execution_cny", "yangtze_delta/2"): "50.5",
    },
    2023: {
        ("release_regions", "contract_cny", "demonstration/2"): "88.5",
        ("release_regions", "execution_cny", "demonstration/2"): "87.4",
        ("release_regions", "contract_cny", "yangtze_delta/2"): "53.3",
        ("release_regions", "execution_cny", "yangtze_delta/2"): "53.9",
        ("release_markets", "execution_cny", "RCEP"): "24.9",
    },
}

SHARE_OF_THREE_MARKETS: Mapping[int, str] = {2022: "53.9", 2023: "52.9"}
"""What is printed of the United States, Hong Kong and the European Union together."""


def totals_of_year(year: int) -> Mapping[Place, Decimal]:
    """Return what was published of a year, in 亿元 and 亿美元."""
    known, more = PUBLISHED[year], FIGURES[year]
    contract_usd, execution_usd, offshore_contract_usd, offshore_execution_usd = map(Decimal, more.usd)
    return {
        ("release_scale", "contract_cny", "total"): known.contract,
        ("release_scale", "execution_cny", "total"): known.execution,
        ("release_scale", "contract_cny", "2"): known.offshore_contract,
        ("release_scale", "execution_cny", "2"): known.offshore_execution,
        ("release_scale", "contract_usd", "total"): contract_usd,
        ("release_scale", "execution_usd", "total"): execution_usd,
        ("release_scale", "contract_usd", "2"): offshore_contract_usd,
        ("release_scale", "execution_usd", "2"): offshore_execution_usd,
        ("release_structure", "execution_cny", "I"): known.ito,
        ("release_structure", "execution_cny", "B"): known.bpo,
        ("release_structure", "execution_cny", "K"): known.kpo,
        ("release_regions", "contract_cny", "demonstration/2"): Decimal(more.demonstration[0]),
        ("release_regions", "execution_cny", "demonstration/2"): Decimal(more.demonstration[1]),
        ("release_regions", "contract_cny", "yangtze_delta/2"): Decimal(more.delta[0]),
        ("release_regions", "execution_cny", "yangtze_delta/2"): Decimal(more.delta[1]),
        **{("release_markets", "execution_cny", code): Decimal(value) for code, value in more.markets.items()},
    }


def facts_of_year(year: int) -> Iterator[Told]:
    """Yield filings of a year that come to what was published of it, in contracts of January and executions of two months."""
    known, more = PUBLISHED[year], FIGURES[year]
    usd = [each * YI for each in more.usd]
    pieces = list(_offshore(year))
    worth = [amount for _, _, _, amount in pieces]
    places = [path for _, _, path, _ in pieces]
    signed = _by_place(dict(_regions(known.offshore_contract, more.demonstration[0], more.delta[0])), places, worth)
    signed_usd, worth_usd = _parts(usd[2], signed), _parts(usd[3], worth)
    for number, (small, market, path, _) in enumerate(pieces):
        terms = {"business_class": small, "market": market, "nature": "2"}
        amounts = signed[number], signed_usd[number], worth[number], worth_usd[number]
        yield from _filings(f"{year}-{number}", year, path, terms, amounts)
    at_home = {"business_class": "I11", "market": "CHN", "nature": "1"}
    rest = (known.contract - known.offshore_contract) * YI, usd[0] - usd[2]
    done = (known.execution - known.offshore_execution) * YI, usd[1] - usd[3]
    yield from _filings(f"{year}-home", year, BEIJING, at_home, (*rest, *done))


def _offshore(year: int) -> Iterator[tuple[str, str, Sequence[str], Decimal]]:
    """Yield offshore executions that come to the figures of classes, markets and regions alike.

    Each of these divides the same line; where any of them has a border the line is cut.
    """
    known, more = PUBLISHED[year], FIGURES[year]
    whole = known.offshore_execution
    classes = [
        (CLASSES[large], value * YI) for large, value in zip("IBK", (known.ito, known.bpo, known.kpo), strict=True)
    ]
    named = [(MARKETS[code], value * YI) for code, value in more.markets.items()]
    markets = [*named, (MARKETS[""], (whole - sum(more.markets.values())) * YI)]
    regions = _regions(whole, more.demonstration[1], more.delta[1])
    borders = sorted({Decimal(0)}.union(*({*_ends(each)} for each in (classes, markets, regions))))
    for begin, end in pairwise(borders):
        yield _at(classes, begin), _at(markets, begin), _at(regions, begin), end - begin


def _regions(whole: Decimal, demonstration: int, delta: int) -> list[tuple[Sequence[str], Decimal]]:
    both = delta - DELTA_ALONE
    amounts = (both, demonstration - both, DELTA_ALONE, whole - demonstration - DELTA_ALONE)
    return [(path, amount * YI) for path, amount in zip((NANJING, BEIJING, WENZHOU, ZUNYI), amounts, strict=True)]


def _ends(parts: Sequence[tuple[T, Decimal]]) -> Iterator[Decimal]:
    reached = Decimal(0)
    for _, length in parts:
        reached += length
        yield reached


def _at(parts: Sequence[tuple[T, Decimal]], place: Decimal) -> T:
    return next(part for (part, _), end in zip(parts, _ends(parts), strict=True) if place < end)


def _by_place(
    totals: Mapping[Sequence[str], Decimal], places: Sequence[Sequence[str]], weights: Sequence[Decimal]
) -> list[Decimal]:
    """Return amounts that come to a total in each place, in the proportion of the weights there."""
    found = [Decimal(0)] * len(places)
    for path, total in totals.items():
        own = [number for number, each in enumerate(places) if each == path]
        for number, amount in zip(own, _parts(total, [weights[each] for each in own]), strict=True):
            found[number] = amount
    return found


def _parts(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Return a total in the proportion of the weights, to the cent; the last has what is left."""
    whole = sum(weights)
    parts = [(total * each / whole).quantize(CENT, ROUND_HALF_UP) for each in weights[:-1]]
    return [*parts, total - sum(parts)]


def _filings(
    name: str,
    year: int,
    path: Sequence[str],
    terms: Mapping[str, str],
    amounts: tuple[Decimal, Decimal, Decimal, Decimal],
) -> Iterator[Told]:
    signed, signed_usd, done, done_usd = amounts
    unit = f"unit-{path[0]}"
    yield told(f"c-{name}", [a_contract("", f"{year}-01", **terms, cny=signed, usd=signed_usd)], unit, path=path)
    thirds = [Decimal(1), Decimal(2)]
    for month, cny, usd in zip((3, 12), _parts(done, thirds), _parts(done_usd, thirds), strict=True):
        worth = {"cny": cny, "usd": usd, "nature": terms["nature"]}
        line = an_execution(f"c-{name}", f"{year}-{month:02}", **worth)
        yield told(f"e-{name}-{month}", [line], unit, path=path)
