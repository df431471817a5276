"""The grid of a month's end: contracts with a row for each execution, what is wrong in each, and the sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from services.portal.model.filing_words import STATE_TONES
from services.portal.model.month_end import (
    BANK,
    DATED,
    EXECUTED,
    SETTLED,
    VOUCHER,
    ExecutionAnswer,
    MonthAnswer,
    OutcomeAnswer,
    ProblemAnswer,
    ProposedAnswer,
    SavedLine,
)
from services.portal.operations.month_end import CARRIED, TypedLine, texts_of
from services.portal.presenters.controls import FoundView, WantedVoucher, found_view
from services.portal.presenters.words import Badge, chinese_date

LABELS: Mapping[str, str] = {
    DATED: "执行日期",
    CARRIED: "顺延原因",
    BANK: "银行名称",
    VOUCHER: "凭证号",
    EXECUTED: "当期执行",
    SETTLED: "当期结汇",
}
OFFSHORE = "2"


@dataclass(frozen=True)
class Cell:
    """A field of a row; one that `is_shown` can't be changed."""

    name: str
    text: str
    label: str
    kind: str
    is_wrong: bool = False


@dataclass(frozen=True)
class RowView:
    """One execution, or the blank row of a contract; `filing` is empty before it is saved."""

    key: str
    contract: str
    filing: str
    version: int
    is_open: bool
    badge: Badge | None
    is_late: bool
    cells: tuple[Cell, ...]
    cumulative: str = ""
    faults: tuple[str, ...] = ()
    found: tuple[FoundView, ...] = ()
    pick: str = ""
    is_picked: bool = False

    @property
    def is_wrong(self) -> bool:
        """Whether something keeps the row from being submitted."""
        return bool(self.faults) or any(each.severity == "error" for each in self.found)


@dataclass(frozen=True)
class ContractView:
    """A contract with its rows; an execution on a contract that is not open stands under its number alone."""

    id: str
    label: str
    client: str
    nature: str
    amount: str
    executed: str
    remaining: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True)
class NilView:
    """The nil report of the month."""

    id: str
    badge: Badge
    reason: str
    is_late: bool
    pick: str
    is_picked: bool


@dataclass(frozen=True)
class OutcomeView:
    """What became of a filing that was selected."""

    label: str
    anchor: str
    is_submitted: bool
    messages: tuple[str, ...]


@dataclass(frozen=True)
class MonthView:
    """A month as the page shows it; `columns` are the heads of the cells that are typed."""

    period: str
    label: str
    due: str
    due_explanation: str
    lock: str
    lock_explanation: str
    is_overdue: bool
    is_whole: bool
    columns: tuple[tuple[str, str], ...]
    contracts: tuple[ContractView, ...]
    nil: NilView | None
    count: int
    executed: str
    settled: str
    can_be_nil: bool


@dataclass(frozen=True)
class Shown:
    """What the page shows beside the month itself.

    `typed` are rows as they were typed where they could not be saved, `saved` and `outcomes` what became of rows and of
    filings; `more` is the contract that gets another blank row, `picked` are the filings that are ticked.
    """

    typed: Sequence[TypedLine] = ()
    saved: Sequence[SavedLine] = ()
    outcomes: Sequence[OutcomeAnswer] = ()
    more: str = ""
    picked: frozenset[str] = field(default_factory=frozenset)
    all_picked: bool = False


def month_view(month: MonthAnswer, today: date, shown: Shown) -> MonthView:
    """Return the grid."""
    desk = _Desk(month, today, shown)
    contracts = tuple(desk.contract(each) for each in month["contracts"])
    others = tuple(desk.other(each) for each in month["others"])
    rows = [row for contract in (*contracts, *others) for row in contract.rows if row.filing]
    year, number = month["period"].split("-")
    return MonthView(
        period=month["period"],
        label=f"{year}年{int(number)}月",
        due=chinese_date(date.fromisoformat(month["due"])),
        due_explanation=month["due_explanation"],
        lock=chinese_date(date.fromisoformat(month["lock"])),
        lock_explanation=month["lock_explanation"],
        is_overdue=month["is_overdue"],
        is_whole=month["is_whole"],
        columns=tuple((code, LABELS[code]) for code in desk.codes),
        contracts=(*contracts, *others),
        nil=desk.nil(),
        count=len(rows),
        executed=_sum(rows, EXECUTED),
        settled=_sum(rows, SETTLED),
        can_be_nil=month["nil"] is None and not rows,
    )


def outcome_views(month: MonthAnswer, outcomes: Iterable[OutcomeAnswer]) -> tuple[OutcomeView, ...]:
    """Return what became of each selected filing, by the name of its contract."""
    names = {each["id"]: _label(each) for contract in month["contracts"] for each in contract["executions"]}
    names |= {each["id"]: _label(each) for each in month["others"]}
    return tuple(
        OutcomeView(
            label=names.get(each["id"], "零报"),
            anchor=f"row-f-{each['id']}",
            is_submitted=each["is_submitted"],
            messages=() if each["is_submitted"] else _messages(each["problems"]) or (each["message"],),
        )
        for each in outcomes
    )


class _Desk:
    """Makes the rows of a month."""

    def __init__(self, month: MonthAnswer, today: date, shown: Shown) -> None:
        self._month, self._shown = month, shown
        carried = (CARRIED,) if int(month["period"][:4]) < today.year else ()
        self.codes = (DATED, *carried, BANK, VOUCHER, EXECUTED, SETTLED)
        done = {each["key"] for each in shown.saved if each["is_saved"]}
        self._by_filing = {each["id"]: each for each in shown.saved if each["id"]}
        self._refused = {each["id"]: each for each in shown.outcomes if not each["is_submitted"]}
        self._typed_by_filing = {each.filing: each for each in shown.typed if each.filing}
        self._unsaved = [each for each in shown.typed if not each.filing and each.key not in done]
        self._problems = {each["key"]: each["problems"] for each in shown.saved}
        self._key_of = {each["id"]: each["key"] for each in shown.saved if each["id"]}

    def contract(self, contract: ProposedAnswer) -> ContractView:
        rows = [self._row(each, contract["id"], contract["nature"]) for each in contract["executions"]]
        typed = [each for each in self._unsaved if each.contract == contract["id"]]
        rows += [self._blank(each.key, contract, each) for each in typed if not each.is_blank or not rows]
        if not rows or self._shown.more == contract["id"]:
            rows.append(self._blank(f"n-{contract['id']}-{len(rows)}", contract, None))
        return ContractView(
            id=contract["id"],
            label=_label(contract),
            client=contract["client"],
            nature=contract["nature_label"],
            amount=contract["amount"],
            executed=contract["executed"],
            remaining=contract["remaining"],
            rows=tuple(rows),
        )

    def other(self, execution: ExecutionAnswer) -> ContractView:
        row = replace(self._row(execution, "", OFFSHORE), is_open=False)
        return ContractView("", _label(execution), "", "", "", "", "", (row,))

    def nil(self) -> NilView | None:
        nil = self._month["nil"]
        if nil is None:
            return None
        is_open = nil["state"] in ("draft", "returned")
        return NilView(
            id=nil["id"],
            badge=Badge(nil["state_label"], STATE_TONES.get(nil["state"], "secondary")),
            reason=nil["reason"],
            is_late=nil["is_late"],
            pick=f"{nil['id']}:{nil['version']}" if is_open else "",
            is_picked=self._shown.all_picked or nil["id"] in self._shown.picked,
        )

    def _row(self, execution: ExecutionAnswer, contract: str, nature: str) -> RowView:
        id_ = execution["id"]
        key = self._key_of.get(id_, f"f-{id_}")
        typed, problems = self._typed_by_filing.get(id_), self._problems.get(key, [])
        texts = typed.texts if typed is not None and problems else texts_of(execution)
        saved, refused = self._by_filing.get(id_), self._refused.get(id_)
        findings = saved["findings"] if saved else refused["findings"] if refused else []
        told = refused["message"] if refused and not findings else ""
        is_open = execution["is_editable"]
        wanted = WantedVoucher(texts.get(BANK, ""), texts.get(VOUCHER, ""), period=self._month["period"])
        return RowView(
            key=key,
            contract=contract,
            filing=id_,
            version=execution["version"],
            is_open=is_open,
            badge=Badge(execution["state_label"], STATE_TONES.get(execution["state"], "secondary")),
            is_late=execution["is_late"],
            cells=self._cells(key, texts, nature, _wrong(problems, findings)),
            cumulative=(saved["cumulative"] if saved else None) or execution["cumulative"] or "",
            faults=(*_messages(problems), *((told,) if told else ())),
            found=tuple(_own(found_view(each, has_box=True, voucher=wanted), key) for each in findings),
            pick=f"{id_}:{execution['version']}" if is_open else "",
            is_picked=self._shown.all_picked or id_ in self._shown.picked,
        )

    def _blank(self, key: str, contract: ProposedAnswer, typed: TypedLine | None) -> RowView:
        problems = self._problems.get(key, []) if typed else []
        texts = typed.texts if typed else dict.fromkeys(self.codes, "")
        cells = self._cells(key, texts, contract["nature"], _wrong(problems, []))
        return RowView(key, contract["id"], "", 0, True, None, False, cells, faults=_messages(problems))

    def _cells(self, key: str, texts: Mapping[str, str], nature: str, wrong: frozenset[str]) -> tuple[Cell, ...]:
        return tuple(
            Cell(
                name=f"{key}/{code}",
                text=texts.get(code, ""),
                label=LABELS[code],
                kind=_kind(code) if code != SETTLED or nature == OFFSHORE or texts.get(code) else "none",
                is_wrong=code in wrong,
            )
            for code in self.codes
        )


def _kind(code: str) -> str:
    return {DATED: "date", EXECUTED: "amount", SETTLED: "amount"}.get(code, "text")


def _wrong(problems: Sequence[ProblemAnswer], findings: Iterable[Mapping[str, object]]) -> frozenset[str]:
    """Return the cells in which something keeps the row from being saved or submitted."""
    pointers = [f"/{'/'.join(each['pointer'].split('/')[3:])}" for each in problems]
    for finding in findings:
        if finding["severity"] == "error":
            pointers += [str(each) for each in finding["pointers"]]  # type: ignore[attr-defined]  # a list of texts
    return frozenset(CARRIED if CARRIED in each else each.split("/")[1] for each in pointers if each.count("/") > 0)


def _messages(problems: Iterable[ProblemAnswer]) -> tuple[str, ...]:
    told = []
    for each in problems:
        named = LABELS.get(CARRIED if CARRIED in each["pointer"] else each["indicator"], each["indicator"])
        expected = f"应为：{each['expected']}。" if each["expected"] else ""
        told.append(f"{named}：{each['message']}{expected}" if named else f"{each['message']}{expected}")
    return tuple(told)


def _own(found: FoundView, key: str) -> FoundView:
    """Return a finding whose box belongs to one row."""
    return replace(found, key=f"{key}/explain:{found.key}", anchor=f"{key}-{found.anchor}")


def _label(each: ProposedAnswer | ExecutionAnswer) -> str:
    return f"{each['number']}（{each['part']}）" if each["part"] else each["number"]


def _sum(rows: Iterable[RowView], code: str) -> str:
    total = Decimal(0)
    for row in rows:
        text = next((cell.text for cell in row.cells if cell.name.endswith(f"/{code}")), "")
        try:
            total += Decimal(text or "0")
        except InvalidOperation:
            continue
    plain = format(total, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
