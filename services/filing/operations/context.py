"""What a check knows beside the answers: only the facts that the form asks for are looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from services.filing.completeness.expecting import BASICS_FORM
from services.filing.forms.answers import Answers, Value
from services.filing.forms.context import Context
from services.filing.forms.model import Reporter
from services.filing.ledger.reading import EXECUTION_FORM, contract_said, terms_of, voucher_said
from services.filing.ledger.terms import ZERO
from services.filing.model.filings import Filing, Version, Working
from services.filing.model.periods import Period, period_of
from services.filing.model.units import CITY_UNIT
from services.filing.operations.conversions import rate_facts
from services.filing.operations.instruments import Instrument, instrument_for
from services.filing.operations.listing import sums_of
from services.filing.ports.deps import Deps, Earlier
from shared.clock import local_date

CITY = "city"
"""The fact that the rules over the firms of a city read."""

Facts = Mapping[str, Value | bool]


def context_of(
    deps: Deps, filing: Filing, instrument: Instrument, working: Working, *, is_draft: bool = False
) -> Context:
    """Return the context of the working copy of a filing, without the firms that rows of a long list name.

    For a draft, which is checked again and again, what was approved before may be what was read a moment ago.
    """
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
        previous=previous_of(deps, filing, instrument, period, is_draft=is_draft),
    )


def context_to_try(period: Period, today: date) -> Context:
    """Return the context of answers that are only tried: nothing is known of who files."""
    return Context(today=today, filed_on=today, year=period.year, month=period.month)


def previous_of(
    deps: Deps, filing: Filing, instrument: Instrument, period: Period, *, is_draft: bool = False
) -> Answers | None:
    """Return the approved answers of the period before, None where there are none or the form does not ask.

    Of a long list they are the sums that its rules read. For a draft they may be those that were read a moment ago.
    """
    if not instrument.form.asks_previous:
        return None
    place = (filing.unit_id, filing.form, filing.item, str(period.before))
    recent = deps.earlier.find(place) if is_draft else None
    if recent is not None and recent.edition == filing.edition:
        return recent.answers
    version = deps.filings.find_approved(filing.unit_id, filing.form, filing.item, str(period.before))
    answers = None if version is None else _approved(deps, filing, instrument, version)
    deps.earlier.keep(place, Earlier(filing.edition, answers))
    return answers


def _approved(deps: Deps, filing: Filing, instrument: Instrument, version: Version) -> Answers:
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
    if filing.form == EXECUTION_FORM:
        return _contract_of_execution(deps, filing, working)
    account = deps.accounts.find(filing.id)
    terms = terms_of(working.answers)
    same = deps.accounts.find_by_key(filing.unit_id, terms.key)
    executed = sum((each.executed for _, each in account.counted()), ZERO) if account else ZERO
    return {
        "contract.number_taken": same is not None and same.id != filing.id,
        "contract.executed_total": terms.opening.executed + executed,
    }


def _contract_of_execution(deps: Deps, filing: Filing, working: Working) -> Facts:
    said = contract_said(working.answers)
    account = deps.accounts.find_by_key(filing.unit_id, said.key)
    if account is None:
        return {"contract.is_known": False} if said.key else {}
    terms = account.terms
    filed_on = filing.filed_on or local_date(deps.clock.now())
    facts: dict[str, Value | bool] = {
        "contract.is_known": True,
        "contract.usd": terms.usd,
        "contract.executed_before": account.executed_before(filing.id, said.dated_on, filed_on),
        "contract.executed_beside": account.executed_beside(filing.id),
    }
    known: Mapping[str, Value | None] = {
        "contract.nature": terms.nature,
        "contract.client_chinese_name": terms.client_chinese_name or None,
        "contract.client_foreign_name": terms.client_foreign_name or None,
        "contract.signed_on": terms.signed_on,
        "contract.ended_on": terms.ended_on,
        "contract.opening_as_of": terms.opening.as_of,
    }
    return facts | {name: value for name, value in known.items() if value}


def _voucher(deps: Deps, filing: Filing, working: Working) -> Facts:
    key = voucher_said(working.answers)
    if not key:
        return {}
    voucher = deps.vouchers.find_by_key(filing.unit_id, key)
    if voucher is None:
        return {"voucher.other_uses": Decimal(0), "voucher.is_short_of_amount": False}
    others = voucher.without(filing.id)
    facts: dict[str, Value | bool] = {
        "voucher.other_uses": Decimal(len(others.shares)),
        "voucher.is_short_of_amount": bool(others.shares) and others.total is None,
    }
    return facts if others.remaining is None else facts | {"voucher.remaining": others.remaining}


def _filing(_: Deps, filing: Filing, __: Working) -> Facts:
    return {"filing.is_correction": filing.in_force > 0}


def _year(deps: Deps, filing: Filing, _: Working) -> Facts:
    year = period_of(filing.period).year
    return {"year.executions": Decimal(deps.filings.count_submitted(filing.unit_id, EXECUTION_FORM, year))}


def _rate(deps: Deps, filing: Filing, working: Working) -> Facts:
    return rate_facts(deps, filing, instrument_for(deps, filing), working)


def _evidence(_: Deps, __: Filing, working: Working) -> Facts:
    return {"evidence.files": Decimal(len(working.evidence))}


def _city(_: Deps, filing: Filing, __: Working) -> Facts:
    return {CITY: filing.division} if filing.unit_id.startswith(CITY_UNIT) else {}


_PROVIDERS: Mapping[str, Callable[[Deps, Filing, Working], Facts]] = {
    "unit": _unit,
    "contract": _contract,
    "voucher": _voucher,
    "filing": _filing,
    "year": _year,
    "rate": _rate,
    "evidence": _evidence,
    CITY: _city,
}
"""Who knows the facts of each group."""
