"""A unit's work on a filing: saving what was typed, taking what is offered, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.filing import Content, FilingAnswer, SuggestionAnswer
from services.portal.model.places import is_opened, value_at, without_computed
from services.portal.model.survey import AnswerValues, FormAnswer
from services.portal.ports import Deps
from shared.errors import Invalid, Problem, StaleVersion

CLAIM_TRIES = 3

ANSWERS = "/answers"
EXPLANATIONS = "/explanations/"


@dataclass(frozen=True)
class Typed:
    """What a page holds: the answers as a whole, and what is said to the findings shown on it."""

    answers: AnswerValues
    explanations: Mapping[str, str]


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
        if not refused or not all(each.startswith((f"{ANSWERS}/", EXPLANATIONS)) for each in refused):
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
    answers: AnswerValues = without_computed(form["indicators"], filing["answers"])
    for each in chosen:
        answers = _with_value(answers, each)
    return save_typed(deps, token, filing, form, filing["version"], Typed(answers, {})).filing


def set_nil(deps: Deps, token: str, filing: FilingAnswer, version: int, reason: str | None) -> FilingAnswer:
    """Say that there is nothing to report this period, and why; None takes it back. Raises `Invalid`, `StaleVersion`."""
    content = Content({}, filing["explanations"], _evidence(filing), reason)
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
    explanations = {**filing["explanations"], **typed.explanations}
    said = {key: text for key, text in explanations.items() if text}
    if answers == stored and said == {key: text for key, text in filing["explanations"].items() if text}:
        return filing
    content = Content(answers, said, _evidence(filing), filing["nil_reason"])
    return deps.filings.save(token, filing["id"], filing["version"], content)


def _without(typed: Typed, filing: FilingAnswer, refused: Iterable[str]) -> Typed:
    """Return what was typed with the stored values where the service refuses the new ones."""
    answers = typed.answers
    explanations = dict(typed.explanations)
    for pointer in refused:
        if pointer.startswith(EXPLANATIONS):
            explanations.pop(pointer.removeprefix(EXPLANATIONS).replace("~1", "/").replace("~0", "~"), None)
            continue
        steps = pointer.removeprefix(ANSWERS).split("/")[1:]
        is_row = len(steps) > 1 and isinstance(typed.answers.get(steps[0]), list)
        kept = None if is_row else value_at(filing["answers"], "/" + "/".join(steps))
        answers = _placed(answers, steps, kept)
    return Typed(answers, explanations)


def _with_value(answers: AnswerValues, offered: SuggestionAnswer) -> AnswerValues:
    return _placed(answers, offered["pointer"].split("/")[1:], offered["value"])


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
        content = Content(answers, filing["explanations"], change(_evidence(filing)), filing["nil_reason"])
        try:
            return deps.filings.save(token, filing_id, filing["version"], content)
        except StaleVersion:
            continue
    raise StaleVersion


def _evidence(filing: FilingAnswer) -> list[str]:
    return [each["file_id"] for each in filing["evidence"]]
