"""A unit's work on a filing: saving what was typed, taking what is offered, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from services.portal.model.filing import Content, FilingAnswer
from services.portal.model.places import is_opened, value_at, without_computed
from services.portal.model.survey import AnswerValues, FormAnswer
from services.portal.ports import Deps
from shared.errors import Invalid, Problem, StaleVersion

CLAIM_TRIES = 3

ANSWERS = "/answers"
EXTRAS = "/extras/"
EXPLANATIONS = "/explanations/"


@dataclass(frozen=True)
class Typed:
    """What a page holds: the answers as a whole, those to divisions' indicators, and what is said to the findings."""

    answers: AnswerValues
    explanations: Mapping[str, str]
    extras: Mapping[str, AnswerValues]


@dataclass(frozen=True)
class Saved:
    """A filing after saving, and what could not be saved with the reason."""

    filing: FilingAnswer
    problems: tuple[Problem, ...] = ()


def save_typed(deps: Deps, token: str, filing: FilingAnswer, form: FormAnswer, version: int, typed: Typed) -> Saved:
    """Save what was typed; what the service refuses stays as it was, and is reported, the rest is saved all the same.

    Raises `StaleVersion` where the filing changed since the page was made, `Invalid` where the faults lie elsewhere,
    `Conflict` where the filing can't be changed now.
    """
    if filing["version"] != version:
        raise StaleVersion
    try:
        return Saved(_put(deps, token, filing, form, typed))
    except Invalid as error:
        refused = [problem.pointer for problem in error.problems]
        if not refused or not all(each.startswith((f"{ANSWERS}/", EXTRAS, EXPLANATIONS)) for each in refused):
            raise
        return Saved(_put(deps, token, filing, form, _without(typed, filing, refused)), error.problems)


def take_offered(deps: Deps, token: str, filing: FilingAnswer, form: FormAnswer, pointer: str) -> FilingAnswer:
    """Put what is offered for a cell into it; an empty pointer takes everything that is offered.

    What the service refuses of many is left out. Raises as `save_typed`.
    """
    chosen = [
        each
        for each in filing["suggestions"]
        if pointer in ("", each["pointer"]) and is_opened(each["pointer"], filing["open_pointers"])
    ]
    whole: AnswerValues = {
        "answers": without_computed(form["indicators"], filing["answers"]),
        "extras": stored_extras(filing),
    }
    for each in chosen:
        steps = each["pointer"].split("/")[1:]
        whole = _placed(whole, steps if steps[0] == "extras" else ["answers", *steps], each["value"])
    return save_typed(deps, token, filing, form, filing["version"], _typed(whole, {})).filing


def put_values(
    deps: Deps, token: str, filing: FilingAnswer, form: FormAnswer, values: Mapping[str, object]
) -> FilingAnswer:
    """Put values into cells, by pointer; None empties one. Raises `Invalid` where one is refused, `StaleVersion`, `Conflict`."""
    whole: AnswerValues = {
        "answers": without_computed(form["indicators"], filing["answers"]),
        "extras": stored_extras(filing),
    }
    for pointer, value in values.items():
        whole = _placed(whole, ["answers", *pointer.split("/")[1:]], value)
    return _put(deps, token, filing, form, _typed(whole, {}))


def set_nil(deps: Deps, token: str, filing: FilingAnswer, version: int, reason: str | None) -> FilingAnswer:
    """Say that there is nothing to report this period, and why; None takes it back. Raises `Invalid`, `StaleVersion`."""
    content = Content({}, filing["explanations"], _evidence(filing), reason, stored_extras(filing))
    return deps.filings.save(token, filing["id"], version, content)


def add_evidence(
    deps: Deps, token: str, filing_id: str, file_name: str, length: int | None, chunks: Iterable[bytes]
) -> FilingAnswer:
    """Upload a piece of evidence and put it to the filing; `length` is in bytes, None where it is not known.

    Raises `Invalid`, `TooLarge`, `Conflict`.
    """
    file_id = deps.filings.upload(token, filing_id, file_name, length, chunks)["file_id"]
    return _change_evidence(deps, token, filing_id, lambda files: [*files, file_id])


def remove_evidence(deps: Deps, token: str, filing_id: str, file_id: str) -> FilingAnswer:
    """Take a piece of evidence out of the filing. Raises `Conflict`."""
    return _change_evidence(deps, token, filing_id, lambda files: [each for each in files if each != file_id])


def _put(deps: Deps, token: str, filing: FilingAnswer, form: FormAnswer, typed: Typed) -> FilingAnswer:
    stored = without_computed(form["indicators"], filing["answers"])
    answers = without_computed(form["indicators"], typed.answers)
    extras = _plain_extras(filing, typed.extras)
    explanations = {**filing["explanations"], **typed.explanations}
    said = {key: text for key, text in explanations.items() if text}
    told = {key: text for key, text in filing["explanations"].items() if text}
    if (answers, said, extras) == (stored, told, stored_extras(filing)):
        return filing
    content = Content(answers, said, _evidence(filing), filing["nil_reason"], extras)
    return deps.filings.save(token, filing["id"], filing["version"], content)


def stored_extras(filing: FilingAnswer) -> dict[str, AnswerValues]:
    """Return the stored answers to divisions' indicators, by the id of what a division adds."""
    return _plain_extras(filing, {each["id"]: each["answers"] for each in filing["extras"]})


def _plain_extras(filing: FilingAnswer, extras: Mapping[str, AnswerValues]) -> dict[str, AnswerValues]:
    forms = {each["id"]: each["form"] for each in filing["extras"]}
    plain = {key: without_computed(forms[key]["indicators"], values) for key, values in extras.items()}
    return {key: values for key, values in plain.items() if values}


def _typed(whole: AnswerValues, explanations: Mapping[str, str]) -> Typed:
    return Typed(
        cast(AnswerValues, whole.get("answers", {})),
        explanations,
        cast("Mapping[str, AnswerValues]", whole.get("extras", {})),
    )


def _without(typed: Typed, filing: FilingAnswer, refused: Iterable[str]) -> Typed:
    """Return what was typed with the stored values where the service refuses the new ones."""
    whole: AnswerValues = {"answers": typed.answers, "extras": typed.extras}
    stored: AnswerValues = {"answers": filing["answers"], "extras": stored_extras(filing)}
    explanations = dict(typed.explanations)
    for pointer in refused:
        if pointer.startswith(EXPLANATIONS):
            explanations.pop(pointer.removeprefix(EXPLANATIONS).replace("~1", "/").replace("~0", "~"), None)
            continue
        steps = pointer.split("/")[1:]
        is_row = any(isinstance(value_at(whole, "/" + "/".join(steps[:end])), list) for end in range(1, len(steps)))
        whole = _placed(whole, steps, None if is_row else value_at(stored, pointer))
    return _typed(whole, explanations)


def _placed(answers: AnswerValues, steps: list[str], value: object) -> dict[str, object]:
    """Return the answers with a value in the place; None empties it."""
    first, rest = steps[0], steps[1:]
    changed = dict(answers)
    below = changed.get(first)
    if isinstance(below, list) and rest and rest[0].isdecimal() and int(rest[0]) < len(below):
        rows = list(below)
        rows[int(rest[0])] = _placed(rows[int(rest[0])], rest[1:], value) if rest[1:] else value
        changed[first] = rows
    elif rest:
        changed[first] = _placed(below if isinstance(below, Mapping) else {}, rest, value)
    elif value is None:
        changed.pop(first, None)
    else:
        changed[first] = value
    return changed


def _change_evidence(deps: Deps, token: str, filing_id: str, change: Callable[[list[str]], list[str]]) -> FilingAnswer:
    """Read, change and save the list of evidence; where somebody saved in between, do it again on what they saved."""
    for _ in range(CLAIM_TRIES):
        filing = deps.filings.get(token, filing_id)
        form = deps.survey.form(filing["edition"], filing["form"])
        answers = without_computed(form["indicators"], filing["answers"])
        files, nil = change(_evidence(filing)), filing["nil_reason"]
        content = Content(answers, filing["explanations"], files, nil, stored_extras(filing))
        try:
            return deps.filings.save(token, filing_id, filing["version"], content)
        except StaleVersion:
            continue
    raise StaleVersion


def _evidence(filing: FilingAnswer) -> list[str]:
    return [each["file_id"] for each in filing["evidence"]]
