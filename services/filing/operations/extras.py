"""A division's own indicators: read, checked and offered beside the national ones, and never mixed into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from services.filing.forms.answers import Answers, Place
from services.filing.forms.checks import Finding, check, closed_places
from services.filing.forms.computing import show, suggestions, with_computed
from services.filing.forms.context import Context
from services.filing.forms.model import Extras
from services.filing.forms.printed import Extra
from services.filing.forms.reading import dump, json_value, read
from services.filing.model.filings import AnswerValues, Filing
from services.filing.model.periods import period_of
from services.filing.operations.instruments import Instrument
from services.filing.ports.deps import Deps
from shared.errors import Problem


@dataclass(frozen=True)
class CheckedExtras:
    """What one division adds, with the answers, computed cells too, and what is wrong with them."""

    extras: Extras
    answers: Answers
    findings: tuple[Finding, ...]
    closed: tuple[Place, ...]


def extras_of(instrument: Instrument, filing: Filing) -> tuple[Extras, ...]:
    """Return what divisions add to the filing, the widest division first; mostly nothing."""
    edition = instrument.edition
    if not edition.extras:
        return ()
    return edition.extras_for(instrument.form.key, filing.division, period_of(filing.period).last_day)


def pointer_of(extras: Extras, pointer: str) -> str:
    """Return where a place of a division's indicators is in the filing: /h1/2 → /extras/<id>/h1/2."""
    return f"/extras/{extras.id}{pointer}"


def read_extras(found: tuple[Extras, ...], values: Mapping[str, object]) -> tuple[AnswerValues, list[Problem]]:
    """Read the answers of all divisions strictly: what could be read by id, and every fault with its pointer."""
    known = {each.id: each for each in found}
    answers: dict[str, object] = {}
    problems: list[Problem] = []
    for id_, body in values.items():
        extras = known.get(id_)
        if extras is None:
            text = "本单位所在地区没有这组补充指标。"
            problems.append(Problem(Place("extras", id_).pointer, "unknown_field", text, "、".join(known)))
            continue
        reading = read(extras.form, body)
        problems += [replace(each, pointer=pointer_of(extras, each.pointer)) for each in reading.problems]
        if kept := dump(reading.answers):
            answers[id_] = kept
    return answers, problems


def answers_of(extras: Extras, values: AnswerValues) -> Answers:
    """Return the stored answers of one division; they were read strictly before they were stored."""
    return read(extras.form, values.get(extras.id, {})).answers


def check_extras(
    deps: Deps, filing: Filing, instrument: Instrument, values: AnswerValues, context: Context
) -> tuple[CheckedExtras, ...]:
    """Check the answers of each division; `context` is that of the filing, with the national answers as `main`."""
    return tuple(
        _checked(instrument, extras, answers_of(extras, values), _context(deps, filing, extras, context))
        for extras in extras_of(instrument, filing)
    )


def suggested_extras(
    deps: Deps, filing: Filing, instrument: Instrument, context: Context
) -> Iterator[tuple[str, object]]:
    """Yield pointer and value of what could stand in cells of the divisions that have no answer yet."""
    for extras in extras_of(instrument, filing):
        answers = answers_of(extras, filing.working.extras)
        known = _context(deps, filing, extras, context)
        for place, value in suggestions(instrument.edition, extras.form, answers, known).items():
            yield pointer_of(extras, place.pointer), json_value(value)


def printed_extras(instrument: Instrument, filing: Filing, values: AnswerValues) -> tuple[Extra, ...]:
    """Return the answers of the divisions as the annex of a print names them."""
    return tuple(
        Extra(" ".join(filter(None, (indicator.full_name, part.label, part.unit))), show(part, answer))
        for extras in extras_of(instrument, filing)
        for answers in (answers_of(extras, values),)
        for indicator in extras.form.indicators
        for part in indicator.parts
        for row in (range(len(answers.rows.get(indicator.code, ()))) if indicator.is_rows else (None,))
        if (answer := answers.find(Place(indicator.code, part.key, row))) is not None
    )


def _checked(instrument: Instrument, extras: Extras, typed: Answers, context: Context) -> CheckedExtras:
    edition, form = instrument.edition, extras.form
    answers = with_computed(edition, form, typed, context)
    return CheckedExtras(
        extras, answers, check(edition, form, answers, context), closed_places(edition, form, answers, context)
    )


def _context(deps: Deps, filing: Filing, extras: Extras, context: Context) -> Context:
    if not extras.form.asks_previous:
        return replace(context, previous=None)
    before = str(period_of(filing.period).before)
    version = deps.filings.find_approved(filing.unit_id, filing.form, filing.item, before)
    kept = version.content.extras if version else {}
    return replace(context, previous=answers_of(extras, kept) if extras.id in kept else None)
