"""What the firms sign and carry out: contracts of a month, amended now and then, and executions while they run.

What is signed and carried out in a month comes to the month's part of the year's totals, by nature and large class, in the
measure in which the country has fewer firms than there are; within that, amounts have a heavy tail.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from services.sandbox.country.firms import (
    LARGE_BY_NATURE,
    NATURES,
    Firm,
    client_industries,
    firms,
    identifier,
    markets,
)
from services.sandbox.country.published import FIRMS_2024, totals_of

ONSHORE, OFFSHORE, ABROAD = "1", "2", "3"
ABROAD_SHARE = Decimal("0.03")
"""What of the business that is not offshore is done by establishments abroad."""

CONTRACTS = 0.48
"""Contracts that a firm signs a month, on average."""

LONGEST, MEAN_MONTHS = 18, 10
"""How many months a contract runs, with an execution in each."""

AMENDED = 0.04
"""So many contracts are amended in the month after; the amount that was filed first stays in the layer of what was filed."""

SEASON = tuple(Decimal(each) for each in (70, 60, 85, 80, 80, 90, 80, 80, 90, 85, 95, 105))
"""The parts of a year that its months have, of a thousand."""

WAN_A_YI = Decimal(10_000)
CENT, NOTHING = Decimal("0.01"), Decimal(0)
RATES: Mapping[int, Decimal] = {2021: Decimal("6.4515"), 2022: Decimal("6.7261"), 2023: Decimal("7.0467")}
"""元 a US dollar on the average of a year; `LATER` for those after."""
LATER = Decimal("7.12")

Group = tuple[str, str]


@dataclass(frozen=True)
class Country:
    """A simulated country of so many firms. `share` is what it has of the business of the real one, None for its firms' part."""

    size: int
    seed: int = 1
    share: Decimal | None = None

    @property
    def firms(self) -> tuple[Firm, ...]:
        """Its firms."""
        return firms(self.size, self.seed)

    @property
    def part(self) -> Decimal:
        """What it has of the whole business."""
        return Decimal(self.size) / FIRMS_2024 if self.share is None else self.share


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says but for its amounts; `weight` is its size beside others of its nature and large class."""

    id: str
    firm: Firm
    month: str
    months: int
    nature: str
    business_class: str
    market: str
    client_industry: str
    weight: float

    @property
    def group(self) -> Group:
        """Its nature and large class."""
        return self.nature, self.business_class[0]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in 万元 and in 万美元."""

    cny: Decimal
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract with its amount as it is in force and as it was filed first, which differs where it was amended."""

    terms: Terms
    amount: Amount
    first: Amount


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution of a month; offshore amounts are settled in part."""

    id: str
    terms: Terms
    month: str
    amount: Amount
    settled: Amount


@lru_cache(maxsize=48)
def contracts(country: Country, month: str) -> tuple[Contract, ...]:
    """Return the contracts signed in a month."""
    dice = random.Random(f"contracts/{country.seed}/{month}")  # noqa: S311  a simulation
    drawn = list(_signed(country, month, dice))
    amounts = _measured(((each.group, each.weight) for each in drawn), _targets(country, month, is_contract=True))
    made = []
    for terms, cny in zip(drawn, amounts, strict=True):
        first = max(CENT, _cents(cny * _between(dice, 0.6, 1.4))) if dice.random() < AMENDED else cny
        made.append(Contract(terms, amount_of(cny, month), amount_of(first, month)))
    return tuple(made)


@lru_cache(maxsize=24)
def executions(country: Country, month: str) -> tuple[Execution, ...]:
    """Return the executions of a month, of all contracts that run in it."""
    dice = random.Random(f"executions/{country.seed}/{month}")  # noqa: S311  a simulation
    running = [each.terms for each in running_in(country, month)]
    weights = [each.weight / each.months * dice.lognormvariate(0, 0.5) for each in running]
    weighed = ((terms.group, weight) for terms, weight in zip(running, weights, strict=True))
    amounts = _measured(weighed, _targets(country, month, is_contract=False))
    made = []
    for terms, cny in zip(running, amounts, strict=True):
        settled = _cents(cny * _between(dice, 0.7, 1.0)) if terms.nature == OFFSHORE else NOTHING
        number = identifier("execution", terms.id, month)
        made.append(Execution(number, terms, month, amount_of(cny, month), amount_of(settled, month)))
    return tuple(made)


def running_in(country: Country, month: str) -> Iterator[Contract]:
    """Yield the contracts that run in a month, the oldest first."""
    for ago in range(LONGEST - 1, -1, -1):
        yield from (each for each in contracts(country, month_before(month, ago)) if each.terms.months > ago)


def month_before(month: str, ago: int) -> str:
    """Return the month so many months before."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - ago
    return f"{number // 12}-{number % 12 + 1:02}"


def amount_of(cny: Decimal, month: str) -> Amount:
    """Return so many 万元 at the rate of a month; what is something in one currency is something in the other."""
    usd = _cents(cny / RATES.get(int(month[:4]), LATER))
    return Amount(cny, max(CENT, usd) if cny else NOTHING)


def _signed(country: Country, month: str, dice: random.Random) -> Iterator[Terms]:
    """Yield what the contracts of a month say, before their amounts are measured out."""
    everyone = country.firms
    mean = sum(each.activity for each in everyone) / len(everyone)
    natures = list(NATURES), list(NATURES.values())
    large = {nature: (list(of), list(of.values())) for nature, of in LARGE_BY_NATURE.items()}
    abroad, industries = markets(country.seed), client_industries()
    for firm in everyone:
        for place in range(_count(dice, CONTRACTS * firm.activity / mean)):
            nature = dice.choices(*natures)[0]
            of_class = dice.choices(*large[nature])[0]
            does = firm.classes[of_class]
            yield Terms(
                id=identifier("contract", country.seed, firm.number, month, place),
                firm=firm,
                month=month,
                months=min(LONGEST, 1 + int(dice.expovariate(1 / MEAN_MONTHS))),
                nature=nature,
                business_class=does[min(len(does) - 1, int(dice.expovariate(1.2)))],
                market=abroad.draw(dice) if nature != ONSHORE else "CHN",
                client_industry=industries.draw(dice),
                weight=firm.size**0.7 * min(dice.paretovariate(1.2), 500.0),
            )


def _count(dice: random.Random, mean: float) -> int:
    """Return how many of something that comes by chance, `mean` on average."""
    count, left = 0, dice.expovariate(1.0)
    while left < mean:
        count += 1
        left += dice.expovariate(1.0)
    return count


def _targets(country: Country, month: str, *, is_contract: bool) -> dict[Group, Decimal]:
    """Return what the contracts or executions of a month come to by nature and large class, in 万元."""
    year = totals_of(int(month[:4])).times(country.part * WAN_A_YI)
    whole = year.contract if is_contract else year.execution
    offshore = year.offshore_contract if is_contract else year.offshore_execution
    of_month = SEASON[int(month[5:]) - 1] / sum(SEASON)
    parts = {"I": year.ito, "B": year.bpo, "K": year.kpo}
    found = {(OFFSHORE, code): offshore * part / year.offshore_execution for code, part in parts.items()}
    for nature, share in ((ONSHORE, 1 - ABROAD_SHARE), (ABROAD, ABROAD_SHARE)):
        spread = LARGE_BY_NATURE[nature]
        found |= {(nature, code): (whole - offshore) * share * Decimal(str(part)) for code, part in spread.items()}
    return {group: _cents(amount * of_month) for group, amount in found.items()}


def _measured(weighed: Iterable[tuple[Group, float]], totals: Mapping[Group, Decimal]) -> list[Decimal]:
    """Return amounts in the proportion of their weights that come exactly to the total of their group.

    Each has a cent, and of the other cents those between where it begins and ends on a line as long as they are many. Of a
    total with fewer cents than amounts nothing is left but a cent for each.
    """
    listed = list(weighed)
    places: dict[Group, list[int]] = {}
    for place, (group, _) in enumerate(listed):
        places.setdefault(group, []).append(place)
    amounts = [NOTHING] * len(listed)
    for group, own in places.items():
        rest = max(0, int(totals[group] / CENT) - len(own))
        whole = sum(listed[place][1] for place in own)
        reached, begin = 0.0, 0
        for place in own:
            reached += listed[place][1]
            end = rest if place == own[-1] else round(rest * (reached / whole))
            amounts[place] = (1 + end - begin) * CENT
            begin = end
    return amounts


def _between(dice: random.Random, low: float, high: float) -> Decimal:
    return Decimal(f"{dice.uniform(low, high):.4f}")


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
