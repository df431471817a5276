"""What a check knows beside the answers: only the facts that the form asks for are looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from services.filing.forms.answers import Answers, Value
from services.filing.forms.context import Context
from services.filing.forms.model import Reporter
from services.filing.model.filings import Filing, Working
from services.filing.model.periods import Period, period_of
from services.filing.model.units import CITY_UNIT
from services.filing.operations.instruments import Instrument
from services.filing.operations.listing import sums_of
from services.filing.operations.lookups import Lookup, lookup_of
from services.filing.ports import Deps
from shared.clock import local_date

BASICS_FORM = "enterprise-1"
EXECUTIONS_FORM = "enterprise-3"
CITY = "city"
"""The fact that the rules over the firms of a city read."""

Facts = Mapping[str, Value | bool]


def context_of(deps: Deps, filing: Filing, instrument: Instrument, working: Working) -> Context:
    """Return the context of the working copy of a filing, without the firms that rows of a long list name."""
    period = period_of(filing.period)
    asked = instrument.form.facts_asked | ({CITY} if instrument.form.reporter is Reporter.CITY else set())
    facts: dict[str, Value | bool] = {}
    for group, provide in _PROVIDERS.items():
        if any(name == group or name.startswith(f"{group}.") for name in asked):
            facts |= provide(deps, filing, working)
    today = local_date(deps.clock.now())
    return Context(
        today=today,
        filed_on=filing.filed_on or today,
        year=period.year,
        month=period.month,
        facts={name: value for name, value in facts.items() if name in asked},
        previous=previous_of(deps, filing, instrument, period),
    )


def context_to_try(period: Period, today: date) -> Context:
    """Return the context of answers that are only tried: nothing is known of who files."""
    return Context(today=today, filed_on=today, year=period.year, month=period.month)


def previous_of(deps: Deps, filing: Filing, instrument: Instrument, period: Period) -> Answers | None:
    """Return the approved answers of the period before, None where there are none or the form does not ask.

    Of a long list they are the sums that its rules read.
    """
    if not instrument.form.asks_previous:
        return None
    version = deps.filings.find_approved(filing.unit_id, filing.form, filing.item, str(period.before))
    if version is None:
        return None
    rows = version.content.rows
    return instrument.answers(version.content.answers) if rows is None else sums_of(deps, filing, instrument, rows)


def _unit(deps: Deps, filing: Filing, _: Working) -> Facts:
    unit = deps.units.find(filing.unit_id)
    facts: dict[str, Value | bool] = {
        "unit.basics_submitted": deps.filings.has_submitted(filing.unit_id, BASICS_FORM),
    }
    if unit is not None:
        facts["unit.name"] = unit.basic("name")
        if unit.basic("english_name"):
            facts["unit.english_name"] = unit.basic("english_name")
    return facts


def _contract(deps: Deps, filing: Filing, working: Working) -> Facts:
    key = lookup_of(filing.form, Lookup.CONTRACT, working.answers)
    if key is None:
        return {}
    facts: dict[str, Value | bool] = {
        "contract.number_taken": deps.filings.has_other(filing, key),
        "contract.executed_before": deps.filings.sum_executed(filing, key),
    }
    if filing.form != EXECUTIONS_FORM:
        return facts
    contract = deps.filings.find_contract(filing, key)
    facts["contract.is_known"] = contract is not None
    if contract is not None:
        texts = {
            "contract.nature": contract.nature,
            "contract.client_chinese_name": contract.client_chinese_name,
            "contract.client_foreign_name": contract.client_foreign_name,
        }
        facts |= {name: text for name, text in texts.items() if text}
        if contract.signed_on:
            facts["contract.signed_on"] = date.fromisoformat(contract.signed_on)
        if contract.usd:
            facts["contract.usd"] = Decimal(contract.usd)
    return facts


def _voucher(deps: Deps, filing: Filing, working: Working) -> Facts:
    key = lookup_of(filing.form, Lookup.VOUCHER, working.answers)
    return {} if key is None else {"voucher.other_uses": Decimal(deps.filings.count_others(filing, key))}


def _year(deps: Deps, filing: Filing, _: Working) -> Facts:
    year = period_of(filing.period).year
    return {"year.executions": Decimal(deps.filings.count_submitted(filing.unit_id, EXECUTIONS_FORM, year))}


def _evidence(_: Deps, __: Filing, working: Working) -> Facts:
    return {"evidence.files": Decimal(len(working.evidence))}


def _city(_: Deps, filing: Filing, __: Working) -> Facts:
    return {CITY: filing.division} if filing.unit_id.startswith(CITY_UNIT) else {}


_PROVIDERS: Mapping[str, Callable[[Deps, Filing, Working], Facts]] = {
    "unit": _unit,
    "contract": _contract,
    "voucher": _voucher,
    "year": _year,
    "evidence": _evidence,
    CITY: _city,
}
"""Who knows the facts of each group. Rates (`rate.…`) come with the rate table; until then they are not known."""
