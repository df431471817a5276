"""What filing would tell of the simulated country: filings with their versions, and the lines of facts of each layer."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from services.sandbox.country.business import Amount, Contract, Country, Execution, contracts, executions, running_in
from services.sandbox.country.firms import ON, REGISTRATION_LIST, Firm, identifier, name_of
from services.sandbox.country.places import Path
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.contracts.filing import CONTROLLED, FactKind, Layer

EDITION = "2022"
BASICS, CONTRACT, EXECUTION = "enterprise-1", "enterprise-2", "enterprise-3"
STAFF, CERTIFICATES = "enterprise-4", "enterprise-5"

HEADS, NEWCOMERS = 190, Decimal("0.04")
"""Persons in outsourcing a firm has on average, and what of them came within the year."""

EDUCATION: Mapping[str, float] = {"doctor": 0.01, "master": 0.09, "bachelor": 0.42, "college": 0.14, "other": 0.34}
CERTIFIED = 0.3
"""So many firms hold certificates."""

Line = Mapping[str, object]


@dataclass(frozen=True)
class Filed:
    """What filing tells of a filing at one version: a line or more on each layer."""

    filing_id: str
    unit_id: str
    form: str
    period: str
    version: int
    path: Path = field(repr=False)
    layers: Mapping[Layer, Sequence[Line]] = field(repr=False)


def told_of_month(country: Country, month: str) -> Iterator[Filed]:
    """Yield what filing tells until a month is settled: the contracts behind its executions, its own contracts, executions.

    A contract that was amended is told twice, the second time with what was filed first beside what is in force.
    """
    for contract in running_in(country, month):
        if contract.terms.month != month:
            yield from _contract(contract)
    yield from told_of_contracts(country, month)
    yield from map(_execution, executions(country, month))


def told_of_contracts(country: Country, month: str) -> Iterator[Filed]:
    """Yield what filing tells of the contracts that were signed in a month."""
    for contract in contracts(country, month):
        yield from _contract(contract)


def told_of_firms(country: Country, year: int) -> Iterator[Filed]:
    """Yield the basic information of all firms for a year, by which holdings are known."""
    for firm in country.firms:
        line = {
            "kind": FactKind.UNIT,
            "counted_in": str(year),
            "name": firm.name,
            "holder": name_of(firm.holder) if firm.holder else "",
            "ownership": firm.ownership,
            "ownership_list": f"registration_type/{REGISTRATION_LIST}",
            "industry": firm.industry,
            "industry_list": "industry/2011",
        }
        yield _settled(firm, BASICS, str(year), [line])


def told_of_people(country: Country, year: int) -> Iterator[Filed]:
    """Yield staff and certificates of all firms for a year."""
    dice = random.Random(f"people/{country.seed}/{year}")  # noqa: S311  a simulation
    codes = [each.code for each in lists.entries(Scheme.CERTIFICATE, ON)]
    mean = sum(each.size**0.5 for each in country.firms) / len(country.firms)
    for firm in country.firms:
        heads = max(1, round(HEADS * firm.size**0.5 / mean * dice.lognormvariate(0, 0.4)))
        yield _settled(firm, STAFF, str(year), list(_staff(str(year), heads)))
        held = dice.sample(codes, 1 + int(dice.expovariate(1.0)) % 4) if dice.random() < CERTIFIED else []
        known = {"kind": FactKind.CERTIFICATE, "counted_in": str(year), "number": Decimal(1)}
        lines: list[Line] = [{**known, "act": "held", "category": code} for code in held]
        if held and dice.random() < CERTIFIED:
            lines.append({**known, "act": "new", "category": held[0], "cny": Decimal(dice.randrange(5, 60))})
        yield _settled(firm, CERTIFICATES, str(year), lines)


def counts_of_month(country: Country, month: str) -> Mapping[str, int]:
    """Return how many filings of each form a month is closed with."""
    return {CONTRACT: len(contracts(country, month)), EXECUTION: len(executions(country, month))}


def totals_of_month(country: Country, month: str) -> Sequence[Mapping[str, object]]:
    """Return the control totals that filing reckons when a month is closed, by form and measure."""
    lines = [
        (each.form, line)
        for each in told_of_month(country, month)
        if each.period == month
        for line in each.layers.get(Layer.FINAL, ())
    ]
    wanted = [each for each in CONTROLLED if each.form in (CONTRACT, EXECUTION)]
    return [
        {
            "form": each.form,
            "measure": each.measure,
            "total": _sum(line[each.column] for form, line in lines if form == each.form),
        }
        for each in wanted
    ]


def _sum(amounts: Iterable[object]) -> Decimal:
    return sum((each for each in amounts if isinstance(each, Decimal)), Decimal(0))


def _staff(year: str, heads: int) -> Iterator[Line]:
    """Yield the groups of 企业4表, by degree and with the year before."""
    for group, part in (("employed", Decimal("1.3")), ("outsourcing", Decimal(1)), ("trained", Decimal("0.2"))):
        known = {"kind": FactKind.STAFF, "counted_in": year, "category": group}
        whole, reached, begin = int(heads * part), 0.0, 0
        for education, share in EDUCATION.items():
            reached += share
            end = round(whole * reached)
            yield {**known, "education": education, "number": Decimal(end - begin)}
            begin = end
        yield {**known, "before": Decimal(int(whole * (1 - NEWCOMERS)))}


def _contract(contract: Contract) -> Iterator[Filed]:
    terms, is_amended = contract.terms, contract.first != contract.amount
    first, now = [_contract_line(contract, contract.first)], [_contract_line(contract, contract.amount)]
    if is_amended:
        layers: Mapping[Layer, Sequence[Line]] = {Layer.FILED: first, Layer.APPROVED: first}
        yield Filed(terms.id, terms.firm.id, CONTRACT, terms.month, 1, terms.firm.path, layers)
    layers = {Layer.FILED: first, Layer.APPROVED: now, Layer.FINAL: now}
    yield Filed(terms.id, terms.firm.id, CONTRACT, terms.month, 1 + is_amended, terms.firm.path, layers)


def _contract_line(contract: Contract, amount: Amount) -> Line:
    terms = contract.terms
    return {
        "kind": FactKind.CONTRACT,
        "counted_in": terms.month,
        "contract": terms.id,
        "business_class": terms.business_class,
        "class_list": f"business_class/{EDITION}",
        "nature": terms.nature,
        "market": terms.market,
        "client_industry": terms.client_industry,
        "industry_list": "industry/2017",
        "usd": amount.usd,
        "cny": amount.cny,
    }


def _execution(execution: Execution) -> Filed:
    terms = execution.terms
    line = {
        "kind": FactKind.EXECUTION,
        "counted_in": execution.month,
        "contract": terms.id,
        "nature": terms.nature,
        "usd": execution.amount.usd,
        "cny": execution.amount.cny,
        "settled_usd": execution.settled.usd,
        "settled_cny": execution.settled.cny,
    }
    layers: Mapping[Layer, Sequence[Line]] = dict.fromkeys(Layer, (line,))
    return Filed(execution.id, terms.firm.id, EXECUTION, execution.month, 1, terms.firm.path, layers)


def _settled(firm: Firm, form: str, period: str, lines: Sequence[Line]) -> Filed:
    number = identifier(form, firm.number, period)
    return Filed(number, firm.id, form, period, 1, firm.path, dict.fromkeys(Layer, lines))
