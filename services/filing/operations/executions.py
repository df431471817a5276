"""Executions of many contracts at once: each line of the grid begins or changes one draft of 企业3表.

Lines stand for themselves: a faulty one stores nothing and holds up no other, and each carries a request key of its own,
so that a request that is repeated, also after half of it was carried out, has one effect.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.filing.forms.answers import Value
from services.filing.forms.reading import read
from services.filing.ledger.account import Account
from services.filing.ledger.reading import EXECUTION_FORM, contract_said
from services.filing.model.filings import AnswerValues, Explanations, Filing
from services.filing.model.units import Unit
from services.filing.operations.drafts import Content, Start, new_draft, save_content, start_of, working_with
from services.filing.operations.findings import Checked, checked
from services.filing.operations.instruments import Instrument, read_period
from services.filing.operations.month_end import MOST_OPEN, executions_of, is_nil, of_contract
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, StaleVersion, TongbaoError, VersionRequired
from shared.idempotency import RequestKey

MOST_LINES = 200
TYPED = ("305", "306", "307", "308", "309")
"""What the unit types of an execution; the rest comes from the contract, and 310 is computed."""

CUMULATIVE = "310"

TOLD = (Invalid, Conflict, NotFound, NotAllowed, StaleVersion, VersionRequired)
"""What becomes of one item without keeping the others from being carried out."""


@dataclass(frozen=True)
class Line:
    """One execution as it was typed: `key` names the line within its request, `contract` is the id of the contract.

    `filing` and `version` are those of a draft that is changed, empty and None where one is begun. `explanations` are
    None where those of the draft stay.
    """

    key: str
    contract: str
    answers: AnswerValues = field(repr=False)
    filing: str = ""
    version: int | None = None
    explanations: Explanations | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Saved:
    """What became of a line: its draft with the findings, or the problems for which nothing was stored."""

    key: str
    instrument: Instrument
    filing: Filing | None = None
    found: Checked | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def cumulative(self) -> Value | None:
        """310 as the line stands."""
        return self.found.answers.value(CUMULATIVE) if self.found else None


def save_executions(deps: Deps, call: Call, period_text: str, lines: Sequence[Line]) -> tuple[Saved, ...]:
    """Begin or change a draft for each line; the result of each stands at its place.

    Actor: own unit. From: nothing, draft, returned. Events: none. Raises `Invalid` for lines that have one key, and as
    `month_end.month_end`.
    """
    _require_own_keys(lines)
    start = start_of(deps, call, EXECUTION_FORM, read_period(period_text))
    month = _Month(
        deps,
        start,
        deps.units.find(start.unit_id),
        {each.id: each for each in deps.accounts.list_open(start.unit_id, MOST_OPEN)},
        {each.id: each for each in executions_of(deps, start)},
    )
    return tuple(_saved(month, call, number, each) for number, each in enumerate(lines))


def key_within(request: RequestKey | None, name: str) -> RequestKey | None:
    """Return the key of one item of a request, None where the request has none."""
    if request is None:
        return None
    return RequestKey(key=hashlib.sha256(f"{request.key}\n{name}".encode()).hexdigest(), digest=request.digest)


def put_draft(deps: Deps, call: Call, start: Start, content: Content, before: Filing | None) -> Filing:
    """Begin a draft with its content in one write, or change the one that is there. Raises what `save_content` does."""
    if before is not None:
        return save_content(deps, call, before.id, content)
    made = deps.filings.find_created(call.request) if call.request else None
    if made is not None:
        return made
    filing = new_draft(deps, call, start)
    return deps.filings.add(replace(filing, working=working_with(deps, filing, content)), call)


def content_with(before: Filing | None, answers: AnswerValues, explanations: Explanations | None) -> Content:
    """Return the content of a draft with these answers; all else of it stays as it is."""
    if before is None:
        return Content(answers=answers, explanations=explanations or {})
    working = before.working
    return Content(
        answers=answers,
        extras=working.extras,
        explanations=working.explanations if explanations is None else explanations,
        evidence=[ref.file_id for ref in working.evidence],
    )


def told_of(error: TongbaoError, pointer: str) -> tuple[Problem, ...]:
    """Return an error as the problems of one item of a request; `pointer` leads to the item."""
    if not error.problems:
        return (Problem(pointer, error.code, error.message),)
    return tuple(replace(each, pointer=f"{pointer}{each.pointer}") for each in error.problems)


@dataclass(frozen=True)
class _Month:
    """What all lines of a request have in common: the contracts and the drafts that they may speak of."""

    deps: Deps
    start: Start
    unit: Unit | None
    open_ones: Mapping[str, Account]
    drafts: Mapping[str, Filing]

    def contract(self, line: Line) -> Account | None:
        """Return the contract of a line; one that is no longer open may still have executions to come."""
        found = self.open_ones.get(line.contract) or self.deps.accounts.find(line.contract)
        return found if found is not None and found.unit_id == self.start.unit_id and found.is_held else None


def _saved(month: _Month, call: Call, number: int, line: Line) -> Saved:
    deps, start = month.deps, month.start
    account, before = month.contract(line), month.drafts.get(line.filing)
    problems = _problems(month, line, account, before)
    if account is None or problems:
        return Saved(line.key, start.instrument, problems=told_of(Invalid(problems), f"/lines/{number}"))
    answers = {**_given(month, account, before), **line.answers}
    own = replace(call, version=line.version, request=key_within(call.request, line.key))
    try:
        filing = put_draft(deps, own, start, content_with(before, answers, line.explanations), before)
    except TOLD as error:
        return Saved(line.key, start.instrument, problems=_at_line(error, number))
    found = checked(deps, filing, start.instrument, filing.working)
    return Saved(line.key, start.instrument, filing, found)


def _problems(month: _Month, line: Line, account: Account | None, before: Filing | None) -> list[Problem]:
    """Return everything that is wrong with a line by itself: what it speaks of, and what can't be read."""
    problems: list[Problem] = []
    if account is None:
        text = "本单位没有填报过这个合同。"
        problems.append(Problem("/contract", "contract_unknown", text, "已填报的合同", "304"))
    if line.filing and (before is None or is_nil(before)):
        problems.append(Problem("/filing", "filing_unknown", "本月没有这笔执行。", "本月已建立的执行"))
    return [*problems, *read(month.start.instrument.form, dict(line.answers)).problems]


def _given(month: _Month, account: Account, before: Filing | None) -> AnswerValues:
    """Return what the line does not say: from the contract, or as it stands where the draft is on that contract."""
    if before is not None and contract_said(before.working.answers).key == account.terms.key:
        return {code: value for code, value in before.working.answers.items() if code not in (*TYPED, CUMULATIVE)}
    return of_contract(month.start, month.unit, account)


def _at_line(error: TongbaoError, number: int) -> tuple[Problem, ...]:
    """Return the problems at the fields of the line: /lines/3/308."""
    found = told_of(error, f"/lines/{number}")
    return tuple(replace(each, pointer=each.pointer.replace("/answers/", "/", 1)) for each in found)


def _require_own_keys(lines: Iterable[Line]) -> None:
    seen: set[str] = set()
    problems: list[Problem] = []
    for number, each in enumerate(lines):
        if each.key in seen:
            problems.append(Problem(f"/lines/{number}/key", "key_twice", "每一行的键应各不相同。", "未用过的键"))
        seen.add(each.key)
    if problems:
        raise Invalid(problems)
