"""The primary rules: which cells are unsafe, why, and how far each must be protected from whom.

All rules look at holdings. Merging units into a holding raises the share of the largest and lowers what remains, so a cell
that is safe by holdings is safe by units too, but for the counts, which are looked at for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.statistics.disclosure.tables import NOTHING, Cell, Kind, Protection, Status, Table, TableFaulty
from services.statistics.disclosure.thresholds import WHOLE, RuleSet, Zeros


class Reason(StrEnum):
    """Why a cell is unsafe."""

    NO_EVIDENCE = "no_evidence"
    TOO_FEW_UNITS = "too_few_units"
    TOO_FEW_HOLDINGS = "too_few_holdings"
    DOMINANCE = "dominance"
    P_PERCENT = "p_percent"
    ZERO = "zero"
    OFFICE = "office"


COUNTED = frozenset({Reason.NO_EVIDENCE, Reason.TOO_FEW_UNITS, Reason.TOO_FEW_HOLDINGS, Reason.ZERO, Reason.OFFICE})
"""Reasons that say nothing about how far to protect; `range_percent` does."""


@dataclass(frozen=True)
class Judged:
    """What the rules say of a cell; without a reason it is safe."""

    reasons: tuple[Reason, ...] = ()

    @property
    def is_unsafe(self) -> bool:
        """Whether the cell must not be shown."""
        return bool(self.reasons)


def judge(table: Table, cell: Cell, rules: RuleSet) -> Judged:
    """Return what the rules say of a cell by its evidence. Raises `TableFaulty` where the evidence contradicts itself."""
    _refuse_contradictions(table, cell)
    given = (Reason.OFFICE,) if cell.status is Status.WITHHELD or cell.protection is not None else ()
    units = _units(table, cell)
    if units == 0:
        return Judged(given)
    if units is None or cell.holdings is None or len(cell.largest) < _depth(table, cell, rules):
        return Judged((*given, Reason.NO_EVIDENCE))
    found = {
        Reason.TOO_FEW_UNITS: units < rules.least_units,
        Reason.TOO_FEW_HOLDINGS: cell.holdings < rules.least_holdings,
        Reason.DOMINANCE: table.kind is Kind.MAGNITUDE and _by_dominance(cell, rules) > 0,
        Reason.P_PERCENT: table.kind is Kind.MAGNITUDE and _by_p(cell, rules, None) > 0,
        Reason.ZERO: gross_of(cell) == 0 and rules.zeros is Zeros.WITHHOLD,
    }
    return Judged((*given, *(reason for reason, is_so in found.items() if is_so)))


def need(table: Table, cell: Cell, rules: RuleSet, judged: Judged, holder: str | None = None) -> Protection:
    """Return how far an unsafe cell must be protected from the public, or from a holding that knows what is its own.

    From the public, the upper level is that of the rule (p · x₁ − what remains for the p% rule, 100/k · Σ − X for
    dominance), and the lower one is the same. A holding takes what it contributes off and looks at the others: its level
    is that of the p% rule with itself as the one who estimates; what other rules ask shrinks by its share. Where nobody
    else contributes there is nothing to protect. Bounds that everybody knows are never reached beyond.
    """
    amount = amount_of(cell, holder)
    gross = gross_of(cell)
    others = Decimal(1) if holder is None or gross == 0 else (gross - amount) / gross
    if holder is not None and amount and cell.holdings == 1:
        return Protection(NOTHING, NOTHING)
    if cell.protection is not None:
        given = cell.protection
        return _within(cell, Protection(given.lower * others, given.upper * others, given.sliding * others))
    levels = [NOTHING]
    if table.kind is Kind.MAGNITUDE and Reason.NO_EVIDENCE not in judged.reasons and cell.largest:
        levels += [_by_p(cell, rules, holder), _by_dominance(cell, rules) * others]
    if COUNTED.intersection(judged.reasons):
        levels.append(_by_range(table, cell, rules) * others)
    if Reason.NO_EVIDENCE in judged.reasons:
        levels.append(widest(rules) * gross)
    level = max(levels)
    return _within(cell, Protection(level, level))


def widest(rules: RuleSet) -> Decimal:
    """Return the part of its value by which a cell is protected of which anything may be true: one holding may have all."""
    by_dominance = (WHOLE / each.k - 1 for each in rules.dominance)
    return max(rules.p_percent / WHOLE, rules.range_percent / WHOLE, *by_dominance)


def gross_of(cell: Cell) -> Decimal:
    """Return the sum of a cell's contributions without their signs."""
    return cell.value if cell.gross is None else cell.gross


def amount_of(cell: Cell, holder: str | None) -> Decimal:
    """Return what a holding contributes to a cell, as far as is known."""
    return next((abs(each.amount) for each in cell.largest if each.holder == holder), NOTHING)


def _units(table: Table, cell: Cell) -> int | None:
    if cell.units is None and table.kind is Kind.FREQUENCY:
        return int(cell.value)
    return cell.units


def _depth(table: Table, cell: Cell, rules: RuleSet) -> int:
    """Return how many of the largest contributions must be known; a frequency is judged by counts alone."""
    return min(rules.depth, cell.holdings or 0) if table.kind is Kind.MAGNITUDE else 0


def _by_p(cell: Cell, rules: RuleSet, holder: str | None) -> Decimal:
    """Return how much is missing for the p% rule: the next `coalition` holdings, or `holder` with helpers, estimate."""
    amounts = [abs(each.amount) for each in cell.largest if each.holder != holder]
    if not amounts or not rules.p_percent:
        return NOTHING
    own = amount_of(cell, holder)
    helpers = rules.coalition if holder is None else rules.coalition - 1
    rest = gross_of(cell) - own - sum(amounts[: 1 + helpers])
    return max(NOTHING, rules.p_percent / WHOLE * amounts[0] - rest)


def _by_dominance(cell: Cell, rules: RuleSet) -> Decimal:
    sums = ((WHOLE / each.k, sum(abs(x.amount) for x in cell.largest[: each.n])) for each in rules.dominance)
    return max((factor * part - gross_of(cell) for factor, part in sums), default=NOTHING)


def _by_range(table: Table, cell: Cell, rules: RuleSet) -> Decimal:
    """Return the part of its value by which a cell is protected; a count, and a zero, by one at least."""
    share = rules.range_percent / WHOLE * gross_of(cell)
    return max(share, Decimal(1)) if table.kind is Kind.FREQUENCY or not share else share


def _within(cell: Cell, wanted: Protection) -> Protection:
    lower = wanted.lower if cell.floor is None else min(wanted.lower, cell.value - cell.floor)
    upper = wanted.upper if cell.ceiling is None else min(wanted.upper, cell.ceiling - cell.value)
    return Protection(lower, upper, wanted.sliding)


def _refuse_contradictions(table: Table, cell: Cell) -> None:
    amounts = [abs(each.amount) for each in cell.largest]
    units = _units(table, cell)
    faults = {
        "value beyond its bounds": (cell.floor is not None and cell.value < cell.floor)
        or (cell.ceiling is not None and cell.value > cell.ceiling),
        "gross below the value": gross_of(cell) < abs(cell.value),
        "counts": any(each is not None and each < 0 for each in (units, cell.holdings))
        or (units is not None and cell.holdings is not None and (cell.holdings > units or (units > 0) > cell.holdings)),
        "a value without contributors": units == 0 and (cell.value != 0 or bool(amounts)),
        "a frequency that isn't the count": table.kind is Kind.FREQUENCY and units != cell.value,
        "largest not in order": amounts != sorted(amounts, reverse=True),
        "a holding twice": len({each.holder for each in cell.largest}) != len(amounts),
        "largest above the value": sum(amounts) > gross_of(cell),
        "largest are all, and don't add up": len(amounts) == cell.holdings and sum(amounts) != gross_of(cell),
        "more largest than holdings": cell.holdings is not None and len(amounts) > cell.holdings,
    }
    wrong = [what for what, is_wrong in faults.items() if is_wrong]
    if wrong:
        raise TableFaulty(f"{table.id} {' × '.join(cell.codes)}: {', '.join(wrong)}")
