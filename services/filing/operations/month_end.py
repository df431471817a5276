"""The work at a month's end (月末填报): the open contracts, what was executed on each, and the nil report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.filing.errors import AlreadyFiled, ExecutionsThere
from services.filing.forms.reading import dump, read
from services.filing.ledger.account import Account
from services.filing.ledger.reading import EXECUTION_FORM, contract_said
from services.filing.model.filings import Filing
from services.filing.model.units import Unit
from services.filing.operations.drafts import Content, Start, new_draft, start_of, working_with
from services.filing.operations.due import DueDay, due_of
from services.filing.operations.instruments import read_period
from services.filing.ports.deps import Deps
from shared.calendar.statutory import StatutoryDay, lock_of_execution
from shared.calls import Call
from shared.clock import local_date

MOST_OPEN = 500
"""So many open contracts are proposed; whoever has more is told so, and finds the others in the list of contracts."""

NIL = "nil"
"""The item of the nil report of a month, so that there is one only."""


@dataclass(frozen=True)
class Proposed:
    """An open contract, with the filings of the month that say what was executed on it."""

    account: Account
    executions: tuple[Filing, ...]


@dataclass(frozen=True)
class MonthEnd:
    """A month of one unit: its open contracts, its executions on other contracts, and its nil report.

    `is_overdue` says that what is filed today is late, `lock` until when executions of the month may be filed at all; `is_whole` is False where there are more open contracts.
    """

    period: str
    due: DueDay
    lock: StatutoryDay
    is_overdue: bool
    start: Start
    contracts: tuple[Proposed, ...]
    others: tuple[Filing, ...]
    nil: Filing | None
    is_whole: bool


def month_end(deps: Deps, call: Call, period_text: str) -> MonthEnd:
    """Return the month of the actor's own unit.

    Raises `Invalid` for no month or one that has not begun, `ApprovalExpired`, and `NotAllowed`, `UnitUnknown` or
    `NotExpected` for whoever files no executions.
    """
    period = read_period(period_text)
    start = start_of(deps, call, EXECUTION_FORM, period)
    accounts = deps.accounts.list_open(start.unit_id, MOST_OPEN + 1)
    filings = executions_of(deps, start)
    due = due_of(deps, start.unit_id, start.instrument.form, period)
    on = _by_contract(each for each in filings if not is_nil(each))
    known = sorted(accounts[:MOST_OPEN], key=lambda each: (each.terms.number, each.terms.part, each.id))
    proposed = tuple(Proposed(each, tuple(on.pop(each.terms.key, ()))) for each in known)
    return MonthEnd(
        period=start.period,
        due=due,
        lock=lock_of_execution(period.last_day),
        is_overdue=local_date(deps.clock.now()) > due.on,
        start=start,
        contracts=proposed,
        others=tuple(each for rest in on.values() for each in rest),
        nil=next((each for each in filings if is_nil(each)), None),
        is_whole=len(accounts) <= MOST_OPEN,
    )


def file_nil(deps: Deps, call: Call, period_text: str, reason: str) -> Filing:
    """Begin the nil report of a month with its reason; it is submitted like every filing.

    The same request begins one only. Raises as `month_end`, and `ExecutionsThere` where the month has an execution,
    `AlreadyFiled` where it has a nil report.
    """
    if call.request is not None:
        made = deps.filings.find_created(call.request)
        if made is not None:
            return made
    start = start_of(deps, call, EXECUTION_FORM, read_period(period_text))
    filings = executions_of(deps, start)
    if any(is_nil(each) for each in filings):
        raise AlreadyFiled
    if filings:
        raise ExecutionsThere
    filing = replace(new_draft(deps, call, start), item=NIL)
    working = working_with(deps, filing, Content(nil_reason=reason))
    return deps.filings.add(replace(filing, working=working), call)


def executions_of(deps: Deps, start: Start) -> tuple[Filing, ...]:
    """Return the 企业3表 of the unit and month, in the order in which they were begun."""
    found = deps.filings.list_of_unit(start.unit_id, (EXECUTION_FORM,), (start.period,))
    return tuple(sorted(found, key=lambda each: (each.created_at, each.id)))


def is_nil(filing: Filing) -> bool:
    """Tell whether a filing reports that there was nothing."""
    return filing.working.nil_reason is not None


def of_contract(start: Start, unit: Unit | None, account: Account) -> dict[str, object]:
    """Return the answers of 企业3表 that the contract gives: both parties, nature, number and part (301–304)."""
    terms = account.terms
    given: dict[str, dict[str, str] | str] = {
        "301": {"name": unit.basic("name") if unit else "", "english_name": unit.basic("english_name") if unit else ""},
        "302": {"chinese_name": terms.client_chinese_name, "foreign_name": terms.client_foreign_name},
        "303": terms.nature,
        "304": {"number": terms.number, "part": terms.part},
    }
    said = {code: _said(value) for code, value in given.items()}
    reading = read(start.instrument.form, {code: value for code, value in said.items() if value})
    return dict(dump(reading.answers))


def _said(value: dict[str, str] | str) -> dict[str, str] | str:
    return value if isinstance(value, str) else {key: text for key, text in value.items() if text}


def _by_contract(filings: Iterable[Filing]) -> dict[str, list[Filing]]:
    found: dict[str, list[Filing]] = defaultdict(list)
    for each in filings:
        found[contract_said(each.working.answers).key].append(each)
    return found
