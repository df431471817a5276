"""The annex of a filled form: what the paper has no place for, so that a print holds all that was filed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.filing.forms.answers import Answer, Answers, Given, NotApplicable, Place
from services.filing.forms.model import Form, Indicator, Part
from services.filing.forms.printed import FormContent
from services.filing.printing.drawing import shown


@dataclass(frozen=True)
class Note:
    """A line of the annex: of which indicator, about what, and what the unit says."""

    code: str
    subject: str
    text: str


@dataclass(frozen=True)
class AnnexSection:
    """A section of the annex."""

    heading: str
    notes: tuple[Note, ...]


def annex_of(form: Form, content: FormContent) -> tuple[AnnexSection, ...]:
    """Return the sections that hold anything."""
    answered = list(_answered(form, content.answers))
    sections = (
        AnnexSection("不适用的理由", tuple(_reasons(answered))),
        AnnexSection("表上未列的项目", tuple(_unprinted(answered))),
        AnnexSection(
            "对核实问题的说明", tuple(Note(each.code, each.title, each.text) for each in content.explanations)
        ),
        AnnexSection("本地区补充指标", tuple(Note("", each.name, each.value) for each in content.extras)),
    )
    return tuple(section for section in sections if section.notes)


Answered = tuple[Indicator, Part, Place, Answer]


def _answered(form: Form, answers: Answers) -> Iterator[Answered]:
    """Yield every answer with its cell, in the order of the form."""
    for indicator in form.indicators:
        rows = range(len(answers.rows.get(indicator.code, ()))) if indicator.is_rows else (None,)
        for row in rows:
            for part in indicator.parts:
                place = Place(indicator.code, part.key, row)
                answer = answers.find(place)
                if answer is not None:
                    yield indicator, part, place, answer


def _reasons(answered: list[Answered]) -> Iterator[Note]:
    for indicator, part, place, answer in answered:
        if isinstance(answer, NotApplicable):
            yield Note(_code(indicator), _subject(indicator, part, place), answer.reason)


def _unprinted(answered: list[Answered]) -> Iterator[Note]:
    for indicator, part, place, answer in answered:
        is_on_paper = part.is_printed and (indicator.is_printed or indicator.is_rows)
        if isinstance(answer, Given) and not is_on_paper:
            unit = part.unit if part.unit in ("", "%") else f" {part.unit}"
            yield Note(_code(indicator), _subject(indicator, part, place), f"{shown(part, answer)}{unit}")


def _code(indicator: Indicator) -> str:
    """Return the official code; an item without one has a key in its place, which is no word for paper."""
    return indicator.code if indicator.code.isdecimal() else ""


def _subject(indicator: Indicator, part: Part, place: Place) -> str:
    row = "" if place.row is None else f"第 {place.row + 1} 行"
    label = part.label if part.label != indicator.full_name else ""
    return " · ".join(each for each in (indicator.full_name, row, label) if each)
