"""Facts of a small country for dashboards, as lines and as filing tells them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from services.statistics.operations.facts import Told
from shared.contracts.filing import FactKind, Layer
from shared.identity.actor import COUNTRY
from tests.support.dashboards import AMOUNT, Line
from tests.support.statistics_site import StatisticsSite, a_contract, a_firm, an_execution, told

PLACES = (
    ("330000", "330100", "330106"),
    ("330000", "330100", "330105"),
    ("330000", "330200", "330203"),
    ("110000", "110000", "110105"),
)
OWNERS = ("173", "220", "330")


def small_country() -> list[Line]:
    """Return lines of two years of 30 units, some of which belong to others, some corrected in review."""
    dice = random.Random(7)
    found = []
    for _ in range(120):
        unit = dice.randrange(30)
        province, city, county = PLACES[unit % len(PLACES)]
        place = {"province": province, "city": city, "county": county, "ownership": OWNERS[unit % len(OWNERS)]}
        terms = {
            "business_class": dice.choice(["I11", "I12", "B21"]),
            "nature": dice.choice("12"),
            "market": dice.choice(["USA", "JPN"]),
        }
        layers = dice.choice(
            [frozenset(Layer), frozenset(Layer), frozenset({Layer.FILED}), frozenset({Layer.APPROVED})]
        )
        month = f"{dice.choice((2024, 2025))}-{dice.randint(1, 3):02}"
        line = Line(
            f"u{unit}", Decimal(dice.randint(1, 90)), month, f"u{unit // 2 * 2}", layers=layers, columns=place | terms
        )
        found.append(line)
    return [*found, *(replace(each, kind=FactKind.CONTRACT) for each in found)]


def tell(site: StatisticsSite, lines: Iterable[Line]) -> None:
    """Tell statistics of lines, and of the firms behind them."""
    executions = [each for each in lines if each.kind is FactKind.EXECUTION]
    site.take(*(each for number, line in enumerate(executions) for each in _told(number, line)))
    firms = {line.unit: line for line in executions}
    site.take(*(_firm(each) for each in firms.values()))
    site.merge()


def _told(number: int, line: Line) -> Iterator[Told]:
    said = line.values
    path = tuple(dict.fromkeys((said["county"], said["city"], said["province"], COUNTRY)))
    amounts = {"usd": line.usd, "cny": line.usd * AMOUNT}
    terms = {each: said[each] for each in ("business_class", "nature", "market")}
    contract = a_contract("", line.month, **terms, **amounts)
    execution = an_execution(f"c{number}", line.month, nature=said["nature"], **amounts)
    for filing, each in ((f"c{number}", contract), (f"e{number}", execution)):
        yield told(filing, [each], line.unit, layers=tuple(line.layers), path=path)


def _firm(line: Line) -> Told:
    name = f"firm of {line.unit}"
    holder = f"firm of {line.holding}" if line.holding != line.unit else ""
    return told(
        f"b-{line.unit}", [a_firm("2024", ownership=line.values["ownership"], name=name, holder=holder)], line.unit
    )
