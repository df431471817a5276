"""What a correction changes of what a filing counts with: its facts as they were settled for good, and as corrected.

Statistics say from these which released cells they stand in (`POST /corrections/reach` there). Only the filing's own facts
are told, to whoever sees the filing anyhow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.filing import policy
from services.filing.completeness.expecting import BASICS_FORM
from services.filing.ledger.posting import as_in_force
from services.filing.ledger.reading import CONTRACT_FORM, EXECUTION_FORM, contract_said
from services.filing.model.filings import Filing, Version
from services.filing.model.states import EDITABLE, State
from services.filing.operations.changes import in_sight
from services.filing.operations.conversions import converted_amounts
from services.filing.operations.fact_lines import Line, Said, lines_of
from services.filing.operations.instruments import Instrument, instrument_for
from services.filing.operations.listing import rows_of
from services.filing.operations.versions import version_of
from services.filing.ports.deps import Deps
from shared.calls import Call

FOLLOWED = ("business_class", "class_list", "market", "client_industry", "industry_list")
"""What executions take from their contract."""

OF_UNIT = ("ownership", "ownership_list", "industry")
"""What all facts of a unit take from its basic information."""


@dataclass(frozen=True)
class Correction:
    """Facts of a filing: `before` as settled for good last, `after` as corrected; None where nothing is corrected.

    `unit` is what its facts take from the unit's basic information.
    """

    filing: Filing
    unit: Line
    before: tuple[Line, ...] = field(repr=False)
    after: tuple[Line, ...] | None = field(repr=False)


def correction_of(deps: Deps, call: Call, filing_id: str) -> Correction:
    """Return what a correction of a filing changes; a contract's brings the executions that follow it.

    For the unit that is its working copy, or what it submitted; for a department what was submitted. Actor: whoever sees
    the filing; a department's read is recorded. Raises `NotFound`.
    """
    filing = in_sight(deps, call, filing_id)
    is_own = policy.own_unit(call.actor, filing)
    if not is_own:
        deps.reads.record(call, "read_correction", filing.id)
    instrument = instrument_for(deps, filing)
    settled = _settled(deps, filing)
    corrected = _corrected(deps, filing, instrument, settled, is_own=is_own)
    before = _lines(deps, filing, instrument, settled) if settled else ()
    after = _lines(deps, filing, instrument, corrected) if corrected else None
    if filing.form == CONTRACT_FORM and after is not None and _terms(before) != _terms(after):
        executions = _executions(deps, filing)
        before += tuple({**each, **_terms(before)} for each in executions)
        after += tuple({**each, **_terms(after)} for each in executions)
    return Correction(filing, _of_unit(deps, filing), before, after)


def _settled(deps: Deps, filing: Filing) -> Version | None:
    numbers = [each.no for each in filing.versions if each.final_at is not None]
    return version_of(deps, filing, max(numbers)) if numbers else None


def _corrected(
    deps: Deps, filing: Filing, instrument: Instrument, settled: Version | None, *, is_own: bool
) -> Version | None:
    """Return the version that takes the place of what is settled, None where there is none that the actor may see."""
    if filing.state is State.SUBMITTED:
        return filing.last
    if filing.state in EDITABLE and is_own and filing.last is not None:
        named = _contract_named(deps, filing)
        written = as_in_force(filing, filing.last, named).versions[-1]
        return replace(written, converted=converted_amounts(deps, filing, instrument, filing.working))
    in_force = version_of(deps, filing, filing.in_force) if filing.in_force else None
    return in_force if in_force and (settled is None or in_force.no > settled.no) else None


def _contract_named(deps: Deps, filing: Filing) -> str:
    if filing.form != EXECUTION_FORM or filing.working.nil_reason is not None:
        return ""
    account = deps.accounts.find_by_key(filing.unit_id, contract_said(filing.working.answers).key)
    return account.id if account else ""


def _lines(deps: Deps, filing: Filing, instrument: Instrument, version: Version) -> tuple[Line, ...]:
    rows = version.content.rows
    said = Said(filing, version, instrument, [dict(each) for each in rows_of(deps, filing, rows)] if rows else [])
    found = lines_of(said)
    if filing.form != EXECUTION_FORM or not version.contract_id:
        return found
    contract = deps.filings.get(version.contract_id)
    terms = _terms(_in_force(deps, contract))
    return tuple({**each, **terms} for each in found)


def _executions(deps: Deps, contract: Filing) -> tuple[Line, ...]:
    """Return the settled executions of a contract without what they take from it: one look-up for all of them."""
    account = deps.accounts.find(contract.id)
    if account is None or not account.lines:
        return ()
    held = {each.filing_id for each in account.lines}
    filings = deps.filings.list_of_unit(contract.unit_id, [EXECUTION_FORM], {each.period for each in account.lines})
    found: list[Line] = []
    for each in filings:
        settled = _settled(deps, each) if each.id in held else None
        if settled is not None and settled.contract_id == contract.id:
            found += lines_of(Said(each, settled, instrument_for(deps, each)))
    return tuple(found)


def _in_force(deps: Deps, filing: Filing) -> tuple[Line, ...]:
    if not filing.in_force:
        return ()
    return lines_of(Said(filing, version_of(deps, filing, filing.in_force), instrument_for(deps, filing)))


def _terms(lines: Sequence[Line]) -> Line:
    """Return what executions take from a contract's line; of none that they have no class."""
    contract: Mapping[str, object] = lines[0] if lines else {}
    return {name: contract.get(name, "") for name in FOLLOWED}


def _of_unit(deps: Deps, filing: Filing) -> Line:
    found = deps.filings.find_last_submitted([filing.unit_id], BASICS_FORM).get(filing.unit_id)
    lines = _in_force(deps, found) if found else ()
    return {name: lines[0].get(name, "") if lines else "" for name in OF_UNIT}
