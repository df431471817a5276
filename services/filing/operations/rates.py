"""Published exchange rates: reading them, the one that applies on a day, and taking them in by table or message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.filing.model.rates import PublishedRate, Quote, Rate, first_told
from services.filing.ports.deps import Deps
from services.filing.rates.checking import Known, refusal_of
from services.filing.rates.converting import applying, window
from services.filing.rates.keeping import WantedRates
from services.filing.rates.table import Fault, NotATable, read_table
from shared.calls import Call
from shared.clock import local_date
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.errors import Invalid, Malformed, NotFound, Problem
from shared.paging import Page

NOT_A_TABLE: Mapping[str, str] = {
    "table_head": "首行应为：币种、日期、标价方式、单位、汇率、来源。",
    "table_empty": "表中没有汇率。",
    "table_too_long": "一次最多导入 20000 行，请按年份分开导入。",
    "table_unreadable": "无法读取该文件，请使用 CSV 表格（UTF-8 或 GB 18030）。",
}


CLOCKS_APART = timedelta(minutes=10)
"""So far may the clock of a source be ahead of ours; what claims to be later would outdo every correction."""


class Fate(StrEnum):
    """What becomes of a rate that is told."""

    NEW = "new"
    CORRECTED = "corrected"
    KNOWN = "known"
    OUTDATED = "outdated"
    """Published before the value that applies: it is kept, and does not apply."""


@dataclass(frozen=True)
class Taken:
    """A rate that was told: the line of its table (0 in a message), what becomes of it, the value before."""

    line: int
    rate: Rate
    fate: Fate
    before: Quote | None


@dataclass(frozen=True)
class RatesRead:
    """What a table says: what becomes of each rate, or everything that is wrong. With a fault nothing is stored."""

    taken: tuple[Taken, ...]
    faults: tuple[Fault, ...]
    fault_count: int
    is_stored: bool

    def count(self, fate: Fate) -> int:
        """Return how many rates have this fate."""
        return sum(each.fate is fate for each in self.taken)


def list_rates(deps: Deps, wanted: WantedRates, cursor: str, limit: int) -> Page[PublishedRate]:
    """Return a page of published rates, the latest day first. Actor: everybody signed in. Raises `Malformed`."""
    return deps.rates.list_wanted(wanted, cursor, limit)


def rate_on(deps: Deps, currency: str, day: date) -> PublishedRate:
    """Return the rate that applies on a day, with its own day. Raises `NotFound`: a rate is never guessed."""
    found = rates_on(deps, [currency], day).get(currency)
    if found is None:
        raise NotFound("该日及此前允许的天数内没有已公布的汇率。", code="rate_unknown")
    return found


def rates_on(deps: Deps, currencies: Iterable[str], day: date) -> dict[str, PublishedRate]:
    """Return the rates that apply on a day by currency; those that are not known are not there.

    A day that has not come yet has no rate.
    """
    codes = sorted(set(currencies))
    span = window(deps.rate_terms, day)
    if not codes or span is None or day > local_date(deps.clock.now()):
        return {}
    near = deps.rates.list_between(codes, *span)
    found = {code: applying(near, deps.rate_terms, code, day) for code in codes}
    return {code: rate for code, rate in found.items() if rate is not None}


def import_rates(deps: Deps, call: Call, chunks: Iterable[bytes], *, is_trial: bool) -> RatesRead:
    """Read a table of rates and store it; a trial stores nothing, and nor does a table with any fault.

    Actor: the ministry. The same table again changes nothing. Raises `Malformed` for what is no table, `StaleVersion`
    where somebody stored the same rates meanwhile.
    """
    now = deps.clock.now()
    try:
        table = read_table(chunks, _known(deps))
    except NotATable as error:
        raise Malformed(NOT_A_TABLE[error.code], code=error.code) from None
    told = [(each.number, each.rate) for each in table.lines]
    taken, changed = _told(deps, call, told, now)
    is_stored = not is_trial and not table.fault_count
    if is_stored:
        deps.rates.put(changed)
    return RatesRead(taken, tuple(table.faults), table.fault_count, is_stored)


def take_rates(deps: Deps, call: Call, rates: Sequence[Rate], published_at: datetime) -> tuple[Taken, ...]:
    """Take rates that their source told at a moment. Messages may come in any order and more than once.

    Actor: the service itself. Raises `Invalid` where one of them could not stand in a table either, and `StaleVersion`
    where somebody stored the same rates meanwhile.
    """
    known = _known(deps)
    refused = [(f"/rates/{number}", code) for number, rate in enumerate(rates) if (code := refusal_of(rate, known))]
    if published_at > deps.clock.now() + CLOCKS_APART:
        refused.append(("/published_at", "published_in_future"))
    if refused:
        raise Invalid(Problem(pointer, code, "汇率不能接收。") for pointer, code in refused)
    taken, changed = _told(deps, call, [(0, each) for each in rates], published_at)
    deps.rates.put(changed)
    return taken


def _known(deps: Deps) -> Known:
    today = local_date(deps.clock.now())
    currencies = frozenset(each.code for each in lists.entries(Scheme.CURRENCY, today))
    return Known(currencies, deps.rate_terms, today)


def _told(
    deps: Deps, call: Call, told: Sequence[tuple[int, Rate]], published_at: datetime
) -> tuple[tuple[Taken, ...], list[PublishedRate]]:
    """Return what becomes of rates that are told, and those that change by it."""
    known = dict(deps.rates.find_all(rate.key for _, rate in told))
    now, by = deps.clock.now(), call.actor.account_id
    taken: list[Taken] = []
    changed: dict[tuple[str, date, str], PublishedRate] = {}
    for line, rate in told:
        before = known.get(rate.key)
        after = before.told(rate.quote, published_at, now, by) if before else first_told(rate, published_at, now, by)
        taken.append(Taken(line, rate, _fate(before, after, rate.quote), before.current.quote if before else None))
        if after is not before:
            changed[rate.key] = known[rate.key] = after
    return tuple(taken), list(changed.values())


def _fate(before: PublishedRate | None, after: PublishedRate, quote: Quote) -> Fate:
    if before is None:
        return Fate.NEW
    if after.current.quote == before.current.quote:
        return Fate.KNOWN if quote == before.current.quote else Fate.OUTDATED
    return Fate.CORRECTED
