"""From JSON to answers and back: strict, all faults at once, each with its JSON pointer and indicator.

A cell holds a value, `{"not_applicable": "reason"}`, or nothing: `null` and a missing key are the same, zero is not.
Repeated indicators are lists of objects; an empty list says that there are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.filing.forms.answers import Answer, Answers, Cells, Given, NotApplicable, Place, Value
from services.filing.forms.kinds.kind import Wrong
from services.filing.forms.kinds.texts import Text
from services.filing.forms.model import Form, Indicator, Part
from services.filing.forms.wording import message
from shared.errors import Problem

NOT_APPLICABLE = "not_applicable"

_REASON = Text(longest=200)

Json = str | int | list[str] | dict[str, str]
"""What one cell is in JSON."""


@dataclass(frozen=True)
class Reading:
    """The answers that could be read, and what could not; only a reading without problems may be kept."""

    answers: Answers = field(repr=False)
    problems: tuple[Problem, ...]


def read(form: Form, body: object, *, is_stored: bool = False) -> Reading:
    """Read the answers of a form from a JSON object; whether they are complete and consistent is not asked here.

    Nobody types a computed cell; in what was stored once, such cells stand as they were computed then.
    """
    problems: list[Problem] = []
    cells: dict[str, Cells] = {}
    rows: dict[str, tuple[Cells, ...]] = {}
    if not isinstance(body, dict):
        return Reading(Answers(), (_problem(Place(""), "not_object"),))
    for key, value in body.items():
        indicator = form.indicator(key)
        if indicator is None:
            problems.append(_problem(Place(str(key)), "unknown_field"))
        elif value is None:
            continue
        elif indicator.is_rows:
            found = _read_rows(indicator, value, problems)
            if found is not None:
                rows[key] = found
        else:
            found_cells = _read_cells(indicator, value, None, problems, is_stored=is_stored)
            if found_cells:
                cells[key] = found_cells
    return Reading(Answers(cells, rows), tuple(problems))


def read_row(indicator: Indicator, value: object, row: int) -> tuple[Cells, tuple[Problem, ...]]:
    """Read one row of a repeated indicator, for lists too long to be held at once."""
    problems: list[Problem] = []
    return _read_cells(indicator, value, row, problems), tuple(problems)


def dump(answers: Answers) -> dict[str, object]:
    """Return the JSON object that `read` would turn into these answers again."""
    body: dict[str, object] = {}
    for code, cells in answers.cells.items():
        body[code] = _json(cells[""]) if len(cells) == 1 and "" in cells else dump_cells(cells)
    for code, rows in answers.rows.items():
        body[code] = [dump_cells(cells) for cells in rows]
    return body


def dump_cells(cells: Cells) -> dict[str, Json]:
    """Return the JSON object of an indicator with several parts, or of a row."""
    return {key: _json(answer) for key, answer in cells.items()}


def json_value(value: Value) -> str | int | list[str]:
    """Return the JSON of a value: amounts as plain digits, dates as YYYY-MM-DD."""
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else list(value)


def _json(answer: Answer) -> Json:
    if isinstance(answer, NotApplicable):
        return {NOT_APPLICABLE: answer.reason}
    return json_value(answer.value)


def _read_rows(indicator: Indicator, value: object, problems: list[Problem]) -> tuple[Cells, ...] | None:
    place = Place(indicator.code)
    if not isinstance(value, list):
        problems.append(_problem(place, "not_list"))
        return None
    if len(value) > indicator.max_rows:
        problems.append(_problem(place, "rows_too_many", f"不超过 {indicator.max_rows} 行"))
        return None
    return tuple(_read_cells(indicator, each, row, problems) for row, each in enumerate(value))


def _read_cells(
    indicator: Indicator, value: object, row: int | None, problems: list[Problem], *, is_stored: bool = False
) -> Cells:
    cells: dict[str, Answer] = {}
    for part, raw in _raw_cells(indicator, value, row, problems):
        try:
            cells[part.key] = _read_cell(part, raw, is_stored=is_stored)
        except Wrong as wrong:
            problems.append(_problem(Place(indicator.code, part.key, row), wrong.code, wrong.expected))
    return cells


def _raw_cells(
    indicator: Indicator, value: object, row: int | None, problems: list[Problem]
) -> Iterator[tuple[Part, object]]:
    """Yield each part that something is said about, with the raw value."""
    only = indicator.part("")
    if only is not None and row is None:
        yield only, value
        return
    if not isinstance(value, dict):
        problems.append(_problem(Place(indicator.code, row=row), "not_object"))
        return
    for key, raw in value.items():
        part = indicator.part(key)
        if part is None:
            problems.append(_problem(Place(indicator.code, str(key), row), "unknown_field"))
        elif raw is not None:
            yield part, raw


def _read_cell(part: Part, raw: object, *, is_stored: bool) -> Answer:
    if part.kind is None:
        raise Wrong("dash")
    if part.computed is not None and not is_stored:
        raise Wrong("computed")
    if isinstance(raw, dict) and set(raw) == {NOT_APPLICABLE}:
        return _not_applicable(part, raw[NOT_APPLICABLE])
    return Given(part.kind.read(raw))


def _not_applicable(part: Part, reason: object) -> NotApplicable:
    if not part.may_not_apply:
        raise Wrong("must_apply", part.label)
    try:
        return NotApplicable(_REASON.read(reason))
    except Wrong as wrong:
        raise Wrong("reason_missing" if wrong.code == "empty" else wrong.code, wrong.expected) from None


def _problem(place: Place, code: str, expected: str = "") -> Problem:
    return Problem(place.pointer, code, message(code), expected, place.indicator)
