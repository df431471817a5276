"""A page of a long list that is being filled in: rows of fields, what is wrong in each, and over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.filing import FilingAnswer, RowPage
from services.portal.model.filing_words import SEVERITIES
from services.portal.model.survey import FindingAnswer, FormAnswer, PartAnswer
from services.portal.presenters.controls import Control, FoundView, found_view, look_of
from services.portal.presenters.sheet_of_form import text_of
from shared.errors import Problem


@dataclass(frozen=True)
class GridRow:
    """A row; `number` counts from 0, and `form` is the id of the form that its fields belong to."""

    number: int
    form: str
    controls: tuple[Control, ...]
    found: tuple[FoundView, ...]
    faults: tuple[str, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether something keeps the list from being submitted."""
        return bool(self.faults) or any(each.severity == "error" for each in self.found)


@dataclass(frozen=True)
class RuleCount:
    """What one rule finds all over the list; a query is explained once for all rows, or at each."""

    rule: str
    label: str
    severity: str
    title: str
    count: int
    rows: tuple[int, ...]
    explanation: str


@dataclass(frozen=True)
class Grid:
    """A page of rows and a blank one; `before` and `after` are where the neighbouring pages begin."""

    heads: tuple[tuple[str, str, bool, str], ...]
    rows: tuple[GridRow, ...]
    blank: GridRow
    count: int
    first: int
    before: int | None
    after: int | None
    last: int
    rules: tuple[RuleCount, ...]


@dataclass(frozen=True)
class Refused:
    """A row that could not be kept: its number (None for a new one), what was typed, and why."""

    number: int | None
    row: Mapping[str, object]
    problems: tuple[Problem, ...]


def grid_view(
    filing: FilingAnswer, form: FormAnswer, page: RowPage, limit: int, refused: Refused | None = None
) -> Grid:
    """Return a page of the list with what is found in it."""
    indicator = next(each for each in form["indicators"] if each["is_rows"])
    parts, first, count = indicator["parts"], page["first"], page["count"]
    looks = {part["key"]: look_of(indicator, part) for part in parts}
    by_row = _by_row(filing["findings"])
    rows = []
    for number, row in enumerate(page["rows"], first):
        is_refused = refused is not None and refused.number == number
        rows.append(_row(parts, looks, number, refused.row if is_refused and refused else row, by_row, refused))
    blank = refused.row if refused is not None and refused.number is None else {}
    return Grid(
        heads=tuple((part["label"], part["mark"], part["is_required"], part["note"]) for part in parts),
        rows=tuple(rows),
        blank=_row(parts, looks, None, blank, by_row, refused),
        count=count,
        first=first,
        before=max(0, first - limit) if first else None,
        after=first + limit if first + limit < count else None,
        last=max(0, (count - 1) // limit * limit) if count else 0,
        rules=_rules(filing),
    )


def _row(
    parts: Iterable[PartAnswer],
    looks: Mapping[str, str],
    number: int | None,
    row: Mapping[str, object],
    by_row: Mapping[int, tuple[FoundView, ...]],
    refused: Refused | None,
) -> GridRow:
    name = "new" if number is None else str(number)
    problems = refused.problems if refused is not None and refused.number == number else ()
    faults = tuple(
        f"{_label(parts, problem)}{problem.message}" + (f"应为：{problem.expected}。" if problem.expected else "")
        for problem in problems
    )
    wrong = {problem.pointer.rpartition("/")[2] for problem in problems}
    return GridRow(
        number=-1 if number is None else number,
        form=f"row-{name}",
        controls=tuple(_control(part, looks[part["key"]], name, row, is_wrong=part["key"] in wrong) for part in parts),
        found=by_row.get(number, ()) if number is not None else (),
        faults=faults,
    )


def _control(part: PartAnswer, look: str, name: str, row: Mapping[str, object], *, is_wrong: bool) -> Control:
    value = row.get(part["key"])
    text = "" if value is None else str(value)
    anchor = f"at-rows-{name}-{part['key']}"
    options = tuple((each["code"], each["label"]) for each in part["options"])
    return Control(
        pointer=f"/{part['key']}",
        anchor=anchor,
        label=part["label"],
        look=look,
        part=part["key"],
        text=text if not part["options"] else text_of(part, value),
        chosen=(text,),
        groups=(("", options),),
        unit=part["unit"],
        code_list=part["list"],
        input_mode={"whole": "numeric", "number": "decimal", "money": "decimal"}.get(part["kind"], ""),
        is_required=part["is_required"],
        faults=("",) if is_wrong else (),
        form=f"row-{name}",
        said_at=f"row-{name}-m",
    )


def _label(parts: Iterable[PartAnswer], problem: Problem) -> str:
    key = problem.pointer.rpartition("/")[2]
    return next((f"{part['label']}：" for part in parts if part["key"] == key), "")


def _by_row(findings: Iterable[FindingAnswer]) -> dict[int, tuple[FoundView, ...]]:
    found: dict[int, tuple[FoundView, ...]] = {}
    for finding in findings:
        row = row_of(finding)
        if row is not None:
            found[row] = (*found.get(row, ()), found_view(finding, has_box=False))
    return found


def row_of(finding: FindingAnswer) -> int | None:
    """Return the row that a finding is about, None for one about all of them."""
    steps = finding["pointers"][0].split("/") if finding["pointers"] else []
    return int(steps[2]) if len(steps) > 2 and steps[2].isdecimal() else None


def _rules(filing: FilingAnswer) -> tuple[RuleCount, ...]:
    found: dict[str, list[FindingAnswer]] = {}
    for finding in filing["findings"]:
        found.setdefault(finding["rule"], []).append(finding)
    return tuple(
        RuleCount(
            rule=rule,
            label=SEVERITIES[members[0]["severity"]],
            severity=members[0]["severity"],
            title=members[0]["title"] if row_of(members[0]) is not None else members[0]["text"],
            count=filing["counted"].get(rule, len(members)),
            rows=tuple(dict.fromkeys(row for each in members if (row := row_of(each)) is not None))[:20],
            explanation=filing["explanations"].get(rule, ""),
        )
        for rule, members in found.items()
    )
