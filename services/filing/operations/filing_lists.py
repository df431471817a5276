"""Many filings of one form and month as the lines of one workbook: 企业2表 and 企业3表 out, and in again.

A line finds its draft by what it says, the contract's number and part, or contract, day and voucher of an execution: so
a file that comes twice changes what it made before. A workbook that can't be read wholly changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from services.filing.forms.answers import Place
from services.filing.forms.model import Form
from services.filing.forms.reading import dump, read
from services.filing.ledger.account import Account
from services.filing.ledger.keys import SEPARATOR
from services.filing.ledger.reading import (
    CONTRACT_FORM,
    EXECUTION_FORM,
    LEDGER_FORMS,
    contract_said,
    terms_of,
    voucher_said,
)
from services.filing.model.filings import AnswerValues, Filing
from services.filing.model.periods import period_of
from services.filing.model.states import EDITABLE
from services.filing.operations.drafts import Start, new_draft, start_of, working_with
from services.filing.operations.executions import CUMULATIVE, TYPED, content_with, put_draft
from services.filing.operations.findings import checked
from services.filing.operations.instruments import Instrument, read_period
from services.filing.operations.month_end import MOST_OPEN, is_nil, of_contract
from services.filing.operations.workbooks import problem_of, received
from services.filing.ports.deps import Deps
from services.filing.workbooks.faults import CellFault
from services.filing.workbooks.marking import mark
from services.filing.workbooks.rows import FilingRow, filing_faults, filings, line_fault, look_at_list
from services.filing.workbooks.template import PERIOD, filled_filings
from services.filing.workbooks.wording import refused
from shared.calls import Call
from shared.errors import Invalid, NotFound

MOST_IN_FILE = 500
"""So many lines of one file become filings."""


@dataclass(frozen=True)
class Imported:
    """A workbook that was read: what is wrong at which cell, and how many drafts it begins, changes, and leaves alone.

    `blank` are lines on which nothing was executed.
    """

    faults: tuple[CellFault, ...]
    begun: int = 0
    changed: int = 0
    unchanged: int = 0
    blank: int = 0
    is_saved: bool = False


@dataclass(frozen=True)
class _Planned:
    """What becomes of a line: a draft begun (no `before`) or changed, or nothing because it says what is there."""

    row: FilingRow
    answers: AnswerValues = field(repr=False)
    before: Filing | None = None
    is_unchanged: bool = False


@dataclass(frozen=True)
class _Plan:
    planned: tuple[_Planned, ...]
    faults: tuple[CellFault, ...]
    blank: int


def list_to_fill(deps: Deps, call: Call, form_key: str, period_text: str) -> Iterator[bytes]:
    """Return the workbook to fill in: of 企业3表 with a line for each open contract.

    Actor: a person of the unit. Raises `NotFound` for a form that is no list, and as `drafts.begin_filing`.
    """
    start = _start(deps, call, form_key, period_text)
    lines: Sequence[AnswerValues] = ()
    if form_key == EXECUTION_FORM:
        unit = deps.units.find(start.unit_id)
        lines = [of_contract(start, unit, each) for each in _open_contracts(deps, start)]
    return _written(deps, start, lines)


def list_as_filed(deps: Deps, call: Call, form_key: str, period_text: str) -> Iterator[bytes]:
    """Return the unit's filings of the month as a workbook that can be sent back. Raises as `list_to_fill`."""
    start = _start(deps, call, form_key, period_text)
    return _written(deps, start, [each.working.answers for each in _there(deps, start)])


def import_filings(
    deps: Deps, call: Call, form_key: str, period_text: str, name: str, stream: BinaryIO, *, is_trial: bool
) -> Imported:
    """Read a workbook into drafts, one for each line; a trial only says what is wrong, with the findings of each.

    Actor: a person of the unit. From: nothing, draft, returned. Events: none. Raises `Invalid` for a file that is no
    template of the form, and unless it is a trial with every cell that can't be read; what `list_to_fill` raises.
    """
    start = _start(deps, call, form_key, period_text)
    with received(deps, new_draft(deps, call, start), name, stream) as file:
        plan = _plan(deps, start, file)
        if is_trial:
            return _told(plan, (*plan.faults, *_found(deps, call, start, plan)), is_saved=False)
    if plan.faults:
        problems = [replace(problem_of(each), pointer=f"/lines/{each.row}{each.pointer}") for each in plan.faults]
        raise Invalid(problems, "工作簿中有无法读取的内容，未作任何更改。")
    found: list[CellFault] = []
    for each in plan.planned:
        if not each.is_unchanged:
            found += _stored(deps, call, start, each)
    return _told(plan, tuple(found), is_saved=True)


def mark_filings(
    deps: Deps, call: Call, form_key: str, period_text: str, name: str, stream: BinaryIO
) -> Iterator[bytes]:
    """Return a copy of a workbook with what is wrong at its cells; nothing is kept. Raises as `import_filings`."""
    start = _start(deps, call, form_key, period_text)
    edition, form = start.instrument.edition, start.instrument.form
    with received(deps, new_draft(deps, call, start), name, stream) as file:
        plan = _plan(deps, start, file)
        faults = (*plan.faults, *_found(deps, call, start, plan))
        file.seek(0)
        yield from mark(edition, form, file, faults)


def _start(deps: Deps, call: Call, form_key: str, period_text: str) -> Start:
    if form_key not in LEDGER_FORMS:
        raise NotFound
    return start_of(deps, call, form_key, read_period(period_text))


def _written(deps: Deps, start: Start, lines: Sequence[AnswerValues]) -> Iterator[bytes]:
    edition, form = start.instrument.edition, start.instrument.form
    unit = deps.units.find(start.unit_id)
    head = {line.key: unit.basic(line.key) for line in form.head} if unit else {}
    head[PERIOD] = period_of(start.period).label
    return filled_filings(edition, form, (start.instrument.answers(each) for each in lines), head)


def _open_contracts(deps: Deps, start: Start) -> list[Account]:
    found = deps.accounts.list_open(start.unit_id, MOST_OPEN)
    return sorted(found, key=lambda each: (each.terms.number, each.terms.part, each.id))


def _there(deps: Deps, start: Start) -> list[Filing]:
    found = deps.filings.list_of_unit(start.unit_id, (start.instrument.form.key,), (start.period,))
    return sorted((each for each in found if not is_nil(each)), key=lambda each: (each.created_at, each.id))


def _plan(deps: Deps, start: Start, file: BinaryIO) -> _Plan:
    """Read the lines and find the draft of each."""
    edition, form = start.instrument.edition, start.instrument.form
    if look_at_list(edition, form, file).count > MOST_OPEN + MOST_IN_FILE:
        raise refused("workbook_too_many_rows", f"不超过 {MOST_IN_FILE} 行")
    file.seek(0)
    rows = [row for batch in filings(edition, form, file) for row in batch.rows]
    said = [row for row in rows if not _is_blank(form, row)]
    if len(said) > MOST_IN_FILE:
        raise refused("workbook_too_many_rows", f"不超过 {MOST_IN_FILE} 行")
    finder = _Finder(start.instrument, _there(deps, start))
    contracts = {each.terms.key: each for each in _open_contracts(deps, start)} if form.key == EXECUTION_FORM else {}
    unit = deps.units.find(start.unit_id)
    planned: list[_Planned] = []
    faults: list[CellFault] = []
    for row in said:
        answers = dump(row.answers)
        account = contracts.get(contract_said(answers).key)
        if account is not None:
            answers = {**of_contract(start, unit, account), **answers}
        each, fault = finder.plan(replace(row, answers=read(form, dict(answers)).answers), answers)
        planned.append(each)
        faults += [*row.faults, *fault]
    return _Plan(tuple(planned), tuple(faults), len(rows) - len(said))


class _Finder:
    """Finds the filing that a line speaks of; each is spoken of once."""

    def __init__(self, instrument: Instrument, there: Sequence[Filing]) -> None:
        self._instrument = instrument
        self._form = instrument.form
        self._left = list(there)
        self._seen: set[str] = set()

    def plan(self, row: FilingRow, answers: AnswerValues) -> tuple[_Planned, tuple[CellFault, ...]]:
        """Return what becomes of a line, and what keeps it from that."""
        key = _identity(self._form, answers)
        same = [each for each in self._left if key and _identity(self._form, each.working.answers) == key]
        before = next((each for each in same if _says_the_same(self._form, each, answers)), next(iter(same), None))
        if before is not None:
            self._left.remove(before)
        is_unchanged = before is not None and _says_the_same(self._form, before, answers)
        planned = _Planned(row, answers, before, is_unchanged)
        where = Place("202", "number") if self._form.key == CONTRACT_FORM else Place("308")
        if self._form.key == CONTRACT_FORM and key and key in self._seen:
            return planned, (self._fault(row, where, "contract_twice"),)
        self._seen.add(key)
        if before is not None and not is_unchanged and before.state not in EDITABLE:
            return planned, (self._fault(row, where, "filed_already"),)
        return planned, ()

    def _fault(self, row: FilingRow, where: Place, code: str) -> CellFault:
        return line_fault(self._instrument.edition, self._form, row, where, code)


def _identity(form: Form, answers: AnswerValues) -> str:
    """Return what a filing is known by among those of its month, empty where it says too little."""
    if form.key == CONTRACT_FORM:
        return terms_of(answers).key
    said = contract_said(answers)
    day = said.dated_on.isoformat() if said.dated_on else ""
    return SEPARATOR.join((said.key, day, voucher_said(answers))) if said.key and day else ""


def _says_the_same(form: Form, filing: Filing, answers: AnswerValues) -> bool:
    """Tell whether a line says nothing else than a filing, but for what the system adds to it."""
    there = {code: value for code, value in filing.working.answers.items() if code != CUMULATIVE}
    if form.key == EXECUTION_FORM:
        return {code: there.get(code) for code in TYPED} == {code: answers.get(code) for code in TYPED}
    computed = {each.code for each in form.indicators if any(part.computed for part in each.parts)}
    left, right = ({code: said for code, said in each.items() if code not in computed} for each in (there, answers))
    return left == right


def _is_blank(form: Form, row: FilingRow) -> bool:
    """Tell whether a proposed line was left alone: no execution was typed on it."""
    if form.key != EXECUTION_FORM or row.faults:
        return False
    return not any(row.answers.given(code, None) for code in TYPED)


def _stored(deps: Deps, call: Call, start: Start, planned: _Planned) -> tuple[CellFault, ...]:
    own = replace(call, version=planned.before.version if planned.before else None)
    filing = put_draft(deps, own, start, content_with(planned.before, planned.answers, None), planned.before)
    found = checked(deps, filing, start.instrument, filing.working)
    return filing_faults(start.instrument.edition, start.instrument.form, planned.row, found.findings)


def _found(deps: Deps, call: Call, start: Start, plan: _Plan) -> Iterator[CellFault]:
    """Yield the findings of each line as if it were a draft; nothing is stored."""
    for each in plan.planned:
        filing = each.before or new_draft(deps, call, start)
        working = working_with(deps, filing, content_with(each.before, each.answers, None))
        found = checked(deps, filing, start.instrument, working)
        yield from filing_faults(start.instrument.edition, start.instrument.form, each.row, found.findings)


def _told(plan: _Plan, faults: tuple[CellFault, ...], *, is_saved: bool) -> Imported:
    unchanged = sum(each.is_unchanged for each in plan.planned)
    changed = sum(each.before is not None and not each.is_unchanged for each in plan.planned)
    begun = len(plan.planned) - changed - unchanged
    return Imported(faults, begun, changed, unchanged, plan.blank, is_saved)
