"""Answers that were given under an earlier edition, as answers to a form of a later one: as far as the maps lead."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from services.filing.forms.answers import Answer, Answers, Cells, Given
from services.filing.forms.catalogue import Catalogue
from services.filing.forms.kinds.kind import Wrong
from services.filing.forms.model import Edition, Form, Part
from services.filing.forms.reading import json_value

Filed = Mapping[str, Answers]
"""Answers by the key of the form that they were given to."""


def answers_under(catalogue: Catalogue, edition: Edition, form: Form, filed_under: Edition, filed: Filed) -> Answers:
    """Return what was filed under an edition as answers to a form of the same edition or of a later one.

    Empty where no chain of editions leads from one to the other. What an edition dropped, and what is no answer of the
    new kind, is left out: nothing is guessed.
    """
    between = [each for each in catalogue.editions if filed_under.valid_from <= each.valid_from <= edition.valid_from]
    for before, after in pairwise(between):
        filed = carried(before, after, filed)
    return filed.get(form.key, Answers())


def carried(before: Edition, edition: Edition, filed: Filed) -> Filed:
    """Return answers under the edition before as answers under this one, by the map of this one."""
    cells: dict[str, dict[str, dict[str, Answer]]] = {}
    rows: dict[str, dict[str, list[dict[str, Answer]]]] = {}
    for key, answers in filed.items():
        for code, given in answers.cells.items():
            for (form, target), moved in _moved(edition, f"{key}/{code}", given, is_rows=False).items():
                cells.setdefault(form, {}).setdefault(target, {}).update(moved)
        for code, each in answers.rows.items():
            _carry_rows(edition, f"{key}/{code}", each, rows)
    keys = dict.fromkeys((*cells, *rows))
    return {
        key: Answers(cells.get(key, {}), {code: tuple(all_) for code, all_ in rows.get(key, {}).items()})
        for key in keys
    }


def _carry_rows(
    edition: Edition, item: str, given: tuple[Cells, ...], rows: dict[str, dict[str, list[dict[str, Answer]]]]
) -> None:
    """Put the rows of an item where the map leads; an empty list, which says "none", is carried too."""
    if not given:
        told = (new for old, new in edition.items_from.items() if old == item or old.startswith(f"{item}."))
        for form, _, code in (new.partition("/") for new in told):
            rows.setdefault(form, {}).setdefault(code.partition(".")[0], [])
    for number, cells in enumerate(given):
        for (form, code), moved in _moved(edition, item, cells, is_rows=True).items():
            found = rows.setdefault(form, {}).setdefault(code, [])
            found.extend({} for _ in range(number + 1 - len(found)))
            found[number].update(moved)


def _moved(edition: Edition, item: str, cells: Cells, *, is_rows: bool) -> dict[tuple[str, str], dict[str, Answer]]:
    """Return the cells of an item by form and code that they belong to now."""
    found: dict[tuple[str, str], dict[str, Answer]] = {}
    for key, answer in cells.items():
        own = edition.items_from.get(f"{item}.{key}")
        form, _, place = (own or edition.items_from.get(item, "")).partition("/")
        code, _, part = place.partition(".")
        cell = _part(edition, form, code, part if own or part else key, is_rows=is_rows)
        if cell is not None and _fits(cell, answer):
            found.setdefault((form, code), {})[cell.key] = answer
    return found


def _part(edition: Edition, form_key: str, code: str, key: str, *, is_rows: bool) -> Part | None:
    form = edition.form(form_key)
    indicator = form.indicator(code) if form else None
    return indicator.part(key) if indicator and indicator.is_rows is is_rows else None


def _fits(part: Part, answer: Answer) -> bool:
    """Tell whether an answer is one that the cell could be given now."""
    if part.kind is None:
        return False
    if not isinstance(answer, Given):
        return part.may_not_apply
    try:
        return part.kind.read(json_value(answer.value)) == answer.value
    except Wrong:
        return False
