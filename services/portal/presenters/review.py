"""View-models of the reviewer's pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.answers import RegistrationAnswer, RegistrationRow, RemarkAnswer
from services.portal.model.form import FIELD_BY_KEY, FIELD_GROUPS, FULL_LABELS, STEPS, FormField
from services.portal.model.judgement import Judgement
from services.portal.model.materials import SLOT_BY_KEY
from services.portal.model.words import CONDITION_VERDICTS, FIELD_VERDICTS, MATERIAL_VERDICTS, STATES
from services.portal.presenters.facts import FactView, fact_views
from services.portal.presenters.fields import ErrorLink, value_of
from services.portal.presenters.home import RowView, row_views
from services.portal.presenters.places import CONDITIONS
from services.portal.presenters.registration import (
    MaterialView,
    RegistrationView,
    registration_view,
)
from services.portal.presenters.words import value_text
from shared.errors import Problem

TO_REVIEW = "to-review"
"""The id of the decision page's link back to the review."""

Marks = Mapping[str, RemarkAnswer] | Mapping[str, Mapping[str, str]]
"""Verdict and note by material or field: as stored, or as typed."""


@dataclass(frozen=True)
class QueueView:
    """The list of registrations of a department."""

    rows: tuple[RowView, ...]
    states: tuple[tuple[str, str], ...]
    state: str
    next_cursor: str
    is_first: bool
    by_due: bool


@dataclass(frozen=True)
class Judged:
    """Something with a verdict: `name` is the stem of its form controls."""

    name: str
    label: str
    text: str
    definition: str
    verdict: str
    note: str
    verdicts: tuple[tuple[str, str], ...]
    pointer: str
    is_carried: bool


@dataclass(frozen=True)
class JudgedPart:
    """A part of the form with its verdicts."""

    label: str
    rows: tuple[Judged, ...]


@dataclass(frozen=True)
class JudgedMaterial:
    """A material with its verdict."""

    material: MaterialView
    judged: Judged
    facts: tuple[FactView, ...]


@dataclass(frozen=True)
class ReviewView:
    """The page of a review."""

    registration: RegistrationView
    parts: tuple[JudgedPart, ...]
    materials: tuple[JudgedMaterial, ...]
    conditions: tuple[Judged, ...]
    opinion: str
    can_judge: bool
    faulty: int
    unjudged: int
    undone: tuple[str, ...]
    """Reasons for which decisions of this round were taken back."""

    carried: int
    """How many verdicts and facts stand as the round before left them."""

    unread_facts: int
    disputes: int


def queue_view(
    rows: Iterable[RegistrationRow], state: str, cursor: str, next_cursor: str, *, by_due: bool = False
) -> QueueView:
    """Return the department's list; `by_due` where it goes by the day until which a decision is promised."""
    return QueueView(row_views(rows), STATES, state, next_cursor, not cursor, by_due)


def review_view(registration: RegistrationAnswer, typed: Judgement | None = None) -> ReviewView:
    """Return the page on which a registration is judged; `typed` is what a reviewer marked and could not save yet."""
    view = registration_view(registration)
    review = registration["review"]
    marks: Marks = review["fields"] if review else {}
    material_marks: Marks = review["materials"] if review else {}
    condition_marks: Marks = review["conditions"] if review else {}
    carried = frozenset(review["carried"]) if review else frozenset()
    if typed is not None:
        marks, material_marks, condition_marks = typed.fields, typed.materials, typed.conditions
    parts = tuple(
        JudgedPart(step.paper, tuple(_judged_fields(registration, step.fields, marks, carried)))
        for step in STEPS
        if step.fields
    )
    materials = tuple(
        JudgedMaterial(
            material,
            _judged(
                f"material-{material.slot.key}",
                material.slot.label,
                material.slot.title,
                material.slot.hint,
                material_marks.get(material.slot.key),
                MATERIAL_VERDICTS,
                f"/materials/{material.slot.key}",
                carried,
            ),
            fact_views(
                registration["facts"],
                material.slot.key,
                typed.facts if typed else None,
                typed.reasons if typed else None,
                carried,
            ),
        )
        for material in view.materials
        if material.files or material.slot.is_required
    )
    conditions = tuple(_judged_conditions(registration, condition_marks, carried))
    facts = [fact for material in materials for fact in material.facts]
    given = [mark["verdict"] for mark in (*marks.values(), *material_marks.values()) if mark["verdict"]]
    return ReviewView(
        registration=view,
        parts=parts,
        materials=materials,
        conditions=conditions,
        opinion=view.opinion if typed is None else typed.opinion,
        can_judge="save_review" in view.actions,
        faulty=sum(verdict != "accept" for verdict in given),
        unjudged=sum(not material.judged.verdict for material in materials if material.material.slot.is_required),
        undone=tuple(undone["reason"] for undone in review["undone"]) if review else (),
        carried=len(carried),
        unread_facts=sum(not fact.is_recorded for fact in facts),
        disputes=sum(fact.is_disputed and not fact.is_settled for fact in facts),
    )


def decision_errors(problems: Iterable[Problem]) -> tuple[ErrorLink, ...]:
    """Return what the review itself still lacks for a decision: each by its name, with the way back to the review."""
    links = []
    for problem in problems:
        group, _, key = problem.pointer.strip("/").partition("/")
        if group == "materials":
            slot = SLOT_BY_KEY.get(key)
            label = slot.label if slot else key
        elif group in ("fields", "form"):
            label = FULL_LABELS.get(key, key)
        elif group in ("facts", "conditions", "carried"):
            label = problem.message
        else:
            return ()
        links.append(
            ErrorLink(TO_REVIEW, problem.message if label in problem.message else f"{label}：{problem.message}")
        )
    return tuple(links)


def _judged_conditions(registration: RegistrationAnswer, marks: Marks, carried: frozenset[str]) -> Iterable[Judged]:
    """Yield the three conditions of registration, with what the applicant confirmed."""
    for key, label in CONDITIONS:
        field = FIELD_BY_KEY[f"conditions/{key}"]
        said = value_text(field, value_of(registration["form"], field.key), registration["division_name"])
        pointer = f"/conditions/{key}"
        text = f"{field.label}（申请人：{said}）"
        yield _judged(
            f"condition-{key}", label, text, field.definition, marks.get(key), CONDITION_VERDICTS, pointer, carried
        )


def _judged_fields(
    registration: RegistrationAnswer, fields: Iterable[FormField], marks: Marks, carried: frozenset[str]
) -> Iterable[Judged]:
    """Yield the fields of a part; the three traits are judged as one, the conditions by themselves elsewhere."""
    form, division = registration["form"], registration["division_name"]
    grouped: dict[str, list[FormField]] = {}
    for field in fields:
        group, _, name = field.key.partition("/")
        if group == "conditions":
            continue
        if name:
            grouped.setdefault(group, []).append(field)
            continue
        text = value_text(field, value_of(form, field.key), division)
        yield _judged(
            f"field-{field.key}",
            FULL_LABELS[field.key],
            text,
            field.definition,
            marks.get(field.key),
            FIELD_VERDICTS,
            f"/form/{field.key}",
            carried,
        )
    for group, members in grouped.items():
        text = "\n".join(f"{member.label}：{value_text(member, value_of(form, member.key))}" for member in members)
        definition = "\n".join(member.definition for member in members)
        yield _judged(
            f"field-{group}",
            FIELD_GROUPS[group],
            text,
            definition,
            marks.get(group),
            FIELD_VERDICTS,
            f"/form/{group}",
            carried,
        )


def _judged(
    name: str,
    label: str,
    text: str,
    definition: str,
    mark: RemarkAnswer | Mapping[str, str] | None,
    verdicts: tuple[tuple[str, str], ...],
    pointer: str,
    carried: frozenset[str],
) -> Judged:
    return Judged(
        name=name,
        label=label,
        text=text,
        definition=definition,
        verdict=mark["verdict"] if mark else "",
        note=mark["note"] if mark else "",
        verdicts=verdicts,
        pointer=pointer,
        is_carried=pointer in carried,
    )
