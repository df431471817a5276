"""Filings in lists, their versions, and what was decided on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.model.filing import FilingAnswer, FilingRow, PastAct, VerdictAnswer, VersionRow
from services.portal.model.filing_words import DEPARTMENT_ACTS, STATE_TONES, STATES
from services.portal.model.survey import EditionAnswer, FormAnswer
from services.portal.presenters.sheet_of_form import place_label
from services.portal.presenters.threads import MINISTRY
from services.portal.presenters.words import Badge, chinese_date, moment


@dataclass(frozen=True)
class FiledRow:
    """A filing in a list."""

    id: str
    form: str
    title: str
    number: str
    period: str
    unit: str
    item: str
    division: str
    badge: Badge
    revision: int
    submitted_at: str
    updated_at: str
    queries: int
    is_open: bool
    is_in_force: bool
    late: str


@dataclass(frozen=True)
class FiledFilter:
    """By what a list is narrowed: the choices, and what is chosen."""

    forms: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    form: str = ""
    period: str = ""
    state: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether the list is narrowed at all."""
        return bool(self.form or self.period or self.state)

    @property
    def query(self) -> dict[str, str]:
        """What an address of the list carries."""
        named = {"form": self.form, "period": self.period, "state": self.state}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class VerdictView:
    """A decision of a department: its words, and the places that it names."""

    label: str
    is_return: bool
    text: str
    reason: str
    signatory: str
    decided_at: str
    division: str
    places: tuple[str, ...]
    seen: int
    """How many findings were ticked off before."""

    @property
    def department(self) -> str:
        """What the department is called."""
        return self.division if self.division == MINISTRY else f"{self.division}商务主管部门"


@dataclass(frozen=True)
class VersionView:
    """A version in the list of versions."""

    no: int
    submitted_at: str
    badge: Badge
    is_in_force: bool
    verdicts: tuple[VerdictView, ...]
    others: tuple[int, ...]
    """The versions that it can be compared with, the one before first."""


@dataclass(frozen=True)
class PastView:
    """Something that was done with a filing."""

    at: str
    who: str
    what: str
    state: str


@dataclass(frozen=True)
class FiledView:
    """A filing with its versions, the newest first, and its course."""

    row: FiledRow
    versions: tuple[VersionView, ...]
    course: tuple[PastView, ...]
    actions: tuple[str, ...]
    version: int


def filed_rows(rows: Iterable[FilingRow]) -> tuple[FiledRow, ...]:
    """Return the rows of a list."""
    return tuple(filed_row(row) for row in rows)


def filed_row(row: FilingRow) -> FiledRow:
    """Return a filing as lists and heads show it."""
    return FiledRow(
        id=row["id"],
        form=row["form"],
        title=row["form_title"],
        number=row["form_number"],
        period=row["period_label"],
        unit=row["unit_name"],
        item=row["item_name"],
        division=row["division_name"],
        badge=Badge(row["state_label"], STATE_TONES.get(row["state"], "secondary")),
        revision=row["revision"],
        submitted_at=moment(row["submitted_at"]),
        updated_at=moment(row["updated_at"]),
        queries=row["queries"],
        is_open=row["state"] in ("draft", "returned"),
        is_in_force=row["in_force"] > 0,
        late=f"逾期：应于{chinese_date(date.fromisoformat(row['due']))}前报送" if row["is_late"] else "",
    )


def form_choices(editions: Iterable[EditionAnswer]) -> tuple[tuple[str, str], ...]:
    """Return the forms of all editions, each once, by key and by number with title."""
    found: dict[str, str] = {}
    for edition in editions:
        found |= {form["key"]: f"{form['number']}　{form['title']}" for form in edition["forms"]}
    return tuple(found.items())


def filed_view(filing: FilingAnswer, form: FormAnswer) -> FiledView:
    """Return a filing with its versions and its course."""
    numbers = [each["no"] for each in filing["versions"]]
    versions = tuple(_version(form, each, numbers) for each in reversed(filing["versions"]))
    return FiledView(
        row=filed_row(filing),
        versions=versions,
        course=tuple(_past(each) for each in reversed(filing["history"])),
        actions=tuple(each["action"] for each in filing["open_actions"]),
        version=filing["version"],
    )


def verdict_view(form: FormAnswer, verdict: VerdictAnswer | None) -> VerdictView | None:
    """Return a decision, None where there is none yet."""
    if verdict is None:
        return None
    return VerdictView(
        label=verdict["label"],
        is_return=verdict["action"] == "return",
        text=verdict["text"],
        reason=verdict["reason_label"],
        signatory=verdict["signatory"],
        decided_at=moment(verdict["decided_at"]),
        division=verdict["division_name"],
        places=tuple(place_label(form, pointer) for pointer in verdict["pointers"]),
        seen=len(verdict["seen"]),
    )


def verdict_views(form: FormAnswer, verdicts: Iterable[VerdictAnswer]) -> tuple[VerdictView, ...]:
    """Return the decisions of all departments on a version, in their order."""
    return tuple(view for each in verdicts if (view := verdict_view(form, each)) is not None)


def undone_views(form: FormAnswer, undone: Sequence[VerdictAnswer]) -> tuple[VerdictView, ...]:
    """Return the decisions that were taken back."""
    return verdict_views(form, undone)


def _version(form: FormAnswer, version: VersionRow, numbers: Sequence[int]) -> VersionView:
    no, verdict = version["no"], version["decision"]
    action = verdict["action"] if verdict else ""
    badge = {
        "approve": Badge("审核通过", "success"),
        "return": Badge("退回", "warning"),
    }.get(action, Badge("未作决定", "secondary"))
    before = [each for each in reversed(numbers) if each < no]
    after = [each for each in numbers if each > no]
    return VersionView(
        no=no,
        submitted_at=moment(version["submitted_at"]),
        badge=badge,
        is_in_force=version["is_in_force"],
        verdicts=verdict_views(form, version["decisions"]),
        others=(*before, *after),
    )


def _past(act: PastAct) -> PastView:
    who = "商务主管部门" if act["action"] in DEPARTMENT_ACTS else "填报单位"
    return PastView(moment(act["at"]), who, act["label"], STATES.get(act["state"], ""))
