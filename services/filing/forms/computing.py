"""Computed cells, which nobody types, and values that are suggested to the filler."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from services.filing.forms.answers import Answer, Answers, Given, NotApplicable, Place, Value
from services.filing.forms.context import Case, Context
from services.filing.forms.expressions.evaluation import Absent, Result
from services.filing.forms.expressions.expression import Expression, evaluate
from services.filing.forms.kinds.kind import Kind
from services.filing.forms.kinds.numbers import Amount, Whole
from services.filing.forms.model import Edition, Form, Indicator, Part


def with_computed(edition: Edition, form: Form, answers: Answers, context: Context) -> Answers:
    """Return the answers with every computed cell filled in, or absent where its sources are; typed ones are dropped.

    Cells are computed in the form's order, so that one may build on another above it.
    """
    for indicator, part, computed in form.computed:
        case = Case(edition, answers, context, indicator.code)
        answers = _replaced(answers, Place(indicator.code, part.key), _answer(part, computed, case))
    return answers


def suggestions(edition: Edition, form: Form, answers: Answers, context: Context) -> dict[Place, Value]:
    """Return what could stand in cells that have no answer yet: last year's figures, names, converted amounts."""
    found: dict[Place, Value] = {}
    for indicator, part, suggested in form.suggested:
        for row in _open_rows(indicator, part, answers):
            answer = _answer(part, suggested, Case(edition, answers, context, indicator.code, row))
            if isinstance(answer, Given):
                found[Place(indicator.code, part.key, row)] = answer.value
    return found


def _open_rows(indicator: Indicator, part: Part, answers: Answers) -> Iterator[int | None]:
    """Yield the rows in which a cell has no answer yet; None for a cell outside rows."""
    rows = range(len(answers.rows.get(indicator.code, ()))) if indicator.is_rows else (None,)
    return (row for row in rows if part.key not in answers.given(indicator.code, row))


def _answer(part: Part, expression: Expression, case: Case) -> Answer | None:
    value = None if part.kind is None else _fitting(part.kind, evaluate(expression, case))
    return None if value is None else Given(value)


def _fitting(kind: Kind, result: Result) -> Value | None:
    """Return a result as the kind keeps it: amounts rounded half up to its places, counts as whole numbers."""
    if isinstance(result, (Absent, bool)):
        return None
    if not isinstance(result, Decimal):
        return result
    if isinstance(kind, Whole):
        return int(result) if result == result.to_integral_value() else None
    if isinstance(kind, Amount):
        rounded = result.quantize(Decimal(1).scaleb(-kind.places), ROUND_HALF_UP)
        return Decimal(format(rounded, "f").rstrip("0").rstrip(".")) if kind.places else rounded
    return None


def _replaced(answers: Answers, place: Place, answer: Answer | None) -> Answers:
    cells = {key: kept for key, kept in answers.cells.get(place.indicator, {}).items() if key != place.part}
    if answer is not None:
        cells[place.part] = answer
    others = {code: kept for code, kept in answers.cells.items() if code != place.indicator}
    return Answers({**others, place.indicator: cells} if cells else others, answers.rows)


def show(part: Part, answer: Answer | None) -> str:
    """Return what stands in a cell on paper: the value, "—" in a dash cell, 不适用, or nothing."""
    if part.kind is None:
        return "—"
    match answer:
        case Given():
            return part.kind.show(answer.value)
        case NotApplicable():
            return "不适用"
        case None:
            return ""
