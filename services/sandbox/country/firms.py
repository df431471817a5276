"""The firms of the simulated country: place, ownership, holdings, what they do and for whom; few are large, most are small."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import accumulate

from services.sandbox.country.places import Path, spots
from shared.codes import lists
from shared.codes.schemes import Scheme

MARK = "【模拟】"
ON = date(2024, 12, 31)
"""The day whose lists and divisions the country has: every year of it has the same."""

SUBSIDIARIES = 0.12
"""So many of the firms are held by another one."""

OWNERSHIP: Mapping[str, float] = {"1": 0.72, "2": 0.12, "3": 0.16}
"""How firms spread over the first digit of their registration type: domestic, 港澳台, foreign."""

REGISTRATION_LIST = "2011"
INDUSTRIES = ("6510", "6520", "6530", "6540", "6550", "7239", "7291", "7450")

MARKETS: Mapping[str, float] = {
    "USA": 205,
    "HKG": 186,
    "JPN": 80,
    "SGP": 70,
    "DEU": 50,
    "KOR": 45,
    "TWN": 40,
    "GBR": 30,
}
"""Clients by country in parts of about a thousand; all others follow in the order of a lottery, ever smaller."""

REST_OF_MARKETS = 290.0

FAVOURED_INDUSTRIES: Mapping[str, float] = {"I": 30, "C": 25, "J": 15, "M": 10, "L": 6}
"""Sections of clients that are drawn more often than the others, and how many times as often."""

CLASSES_OF_A_FIRM = 4
LARGE_BY_NATURE: Mapping[str, Mapping[str, float]] = {
    "1": {"I": 0.48, "B": 0.19, "K": 0.33},
    "2": {"I": 0.40, "B": 0.17, "K": 0.43},
    "3": {"I": 0.45, "B": 0.25, "K": 0.30},
}
"""How contracts of each nature spread over ITO, BPO and KPO."""

NATURES: Mapping[str, float] = {"1": 0.56, "2": 0.41, "3": 0.03}
"""How contracts spread over onshore, offshore and abroad."""


@dataclass(frozen=True)
class Lottery:
    """Codes, each with where its part of a line ends: what is drawn again and again."""

    codes: Sequence[str]
    ends: Sequence[float]

    def draw(self, dice: random.Random) -> str:
        """Return one."""
        return dice.choices(self.codes, cum_weights=self.ends)[0]


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm. `holder` is the number of the firm that holds it, 0 for none; `activity` says how many contracts it signs."""

    number: int
    path: Path = field(repr=False)
    ownership: str
    industry: str
    holder: int
    activity: float
    size: float
    classes: Mapping[str, Sequence[str]] = field(repr=False)

    @property
    def id(self) -> str:
        """Its id as a unit of the survey."""
        return identifier("unit", self.number)

    @property
    def name(self) -> str:
        """Its name, which says that it is simulated."""
        return name_of(self.number)


def name_of(number: int) -> str:
    """Return the name of a firm."""
    return f"{MARK}第{number}服务外包有限公司"


def identifier(*of: object) -> str:
    """Return the id of a thing of the country, the same each time."""
    return hashlib.sha256("/".join(map(str, ("simulated", *of))).encode()).hexdigest()[:32]


@cache
def firms(count: int, seed: int) -> tuple[Firm, ...]:
    """Return so many firms, the same for the same seed."""
    dice = random.Random(f"firms/{seed}")  # noqa: S311  a simulation
    places = spots(ON).draw(dice, count)
    classes = _classes(dice)
    types = _registration_types()
    kinds = dice.choices(list(OWNERSHIP), list(OWNERSHIP.values()), k=count)
    made = []
    for number in range(1, count + 1):
        is_held = number > 1 and dice.random() < SUBSIDIARIES
        made.append(
            Firm(
                number=number,
                path=places[number - 1],
                ownership=dice.choice(types[kinds[number - 1]]),
                industry=dice.choice(INDUSTRIES),
                holder=dice.randrange(1, number) if is_held else 0,
                activity=min(dice.paretovariate(1.3), 60.0),
                size=min(dice.paretovariate(1.1), 2_000.0),
                classes={large: _drawn(dice, codes) for large, codes in classes.items()},
            )
        )
    return tuple(made)


@cache
def markets(seed: int) -> Lottery:
    """Return the countries of clients abroad."""
    dice = random.Random(f"markets/{seed}")  # noqa: S311  a simulation
    others = [each.code for each in lists.entries(Scheme.COUNTRY, ON) if each.code not in {*MARKETS, "CHN"}]
    dice.shuffle(others)
    falling = [1 / (rank + 3) ** 1.4 for rank in range(len(others))]
    weights = (*MARKETS.values(), *(REST_OF_MARKETS * each / sum(falling) for each in falling))
    return Lottery((*MARKETS, *others), tuple(accumulate(weights)))


@cache
def client_industries() -> Lottery:
    """Return the sections of clients: services and manufacturing above all."""
    codes = tuple(each.code for each in lists.entries(Scheme.INDUSTRY, ON, version="2017", level=1))
    return Lottery(codes, tuple(accumulate(FAVOURED_INDUSTRIES.get(code, 1.0) for code in codes)))


def _classes(dice: random.Random) -> dict[str, tuple[list[str], list[float]]]:
    """Return the small classes of each large one, some asked for a hundred times as often as others."""
    found: dict[str, tuple[list[str], list[float]]] = {}
    for small in lists.entries(Scheme.BUSINESS_CLASS, ON, level=3):
        codes, weights = found.setdefault(small.parent[0], ([], []))
        codes.append(small.code)
        weights.append(dice.lognormvariate(0, 1.2))
    return found


def _drawn(dice: random.Random, among: tuple[list[str], list[float]]) -> tuple[str, ...]:
    """Return what a firm does, most often the first."""
    return tuple(dict.fromkeys(dice.choices(*among, k=CLASSES_OF_A_FIRM)))


def _registration_types() -> dict[str, list[str]]:
    codes = [each.code for each in lists.entries(Scheme.REGISTRATION_TYPE, ON, version=REGISTRATION_LIST)]
    return {digit: [code for code in codes if code[0] == digit] for digit in OWNERSHIP}
