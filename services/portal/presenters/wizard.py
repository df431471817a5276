"""View-models of the registration wizard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.answers import ProblemAnswer, RegistrationAnswer
from services.portal.model.form import FIELD_BY_KEY, FULL_LABELS, STEPS, Kind, Step
from services.portal.model.pointers import PageSpot, field_key, spot_of
from services.portal.presenters.fields import ErrorLink, FieldView, error_links, field_views
from services.portal.presenters.registration import RegistrationView, registration_view
from shared.errors import Problem

LAST = STEPS[-1].no


@dataclass(frozen=True)
class StepMark:
    """A step in the wizard's list of steps. `done` of `total` required items are there; `total` is 0 for none."""

    no: int
    label: str
    done: int
    total: int
    is_current: bool

    @property
    def is_complete(self) -> bool:
        """Whether nothing required is missing here."""
        return self.total > 0 and self.done >= self.total


@dataclass(frozen=True)
class MissingLink:
    """A line of the list of what is missing, and where to mend it."""

    message: str
    spot: PageSpot
    step_label: str


@dataclass(frozen=True)
class Progress:
    """How much is there, of everything and of one step."""

    done: int
    total: int
    step_done: int
    step_total: int


@dataclass(frozen=True)
class StepView:
    """A page of the wizard."""

    step: Step
    marks: tuple[StepMark, ...]
    fields: tuple[FieldView, ...]
    errors: tuple[ErrorLink, ...]
    missing: tuple[MissingLink, ...]
    registration: RegistrationView
    progress: Progress
    is_open: bool
    """Whether anything on this page can be changed."""

    @property
    def back(self) -> int:
        """The step before, 0 on the first."""
        return self.step.no - 1

    @property
    def next(self) -> int:
        """The step after, 0 on the last."""
        return self.step.no + 1 if self.step.no < LAST else 0


def step_view(
    registration: RegistrationAnswer,
    step: Step,
    typed: Mapping[str, object] | None = None,
    problems: Iterable[Problem] = (),
    *,
    is_conflict: bool = False,
) -> StepView:
    """Return a page of the wizard, with what was typed and what is wrong with it or was saved elsewhere."""
    faults = tuple(problems)
    fields = field_views(step.fields, registration, typed, faults, is_conflict=is_conflict)
    view = registration_view(registration)
    opened = [field for field in fields if not field.is_locked]
    return StepView(
        step=step,
        marks=step_marks(registration, step),
        fields=fields,
        errors=error_links(fields),
        missing=missing_links(registration["missing"]),
        registration=view,
        progress=progress_of(registration, step),
        is_open=bool(opened) if fields else any(not material.is_locked for material in view.materials),
    )


def progress_of(registration: RegistrationAnswer, step: Step) -> Progress:
    """Return how much of the registration and of a step is there."""
    whole = registration["completeness"]
    part = next((section for section in whole["sections"] if section["key"] == step.key), None)
    return Progress(whole["done"], whole["total"], part["done"] if part else 0, part["total"] if part else 0)


def step_marks(registration: RegistrationAnswer, current: Step) -> tuple[StepMark, ...]:
    """Return the list of steps with how complete each is."""
    marks = []
    for step in STEPS:
        progress = progress_of(registration, step)
        marks.append(StepMark(step.no, step.label, progress.step_done, progress.step_total, step is current))
    return tuple(marks)


def missing_links(missing: Iterable[ProblemAnswer]) -> tuple[MissingLink, ...]:
    """Return what is missing, with the place where each can be mended."""
    labels = {step.no: step.label for step in STEPS}
    links = []
    for problem in missing:
        spot = spot_of(problem["pointer"])
        links.append(MissingLink(_named(problem), spot, labels[spot.step]))
    return tuple(links)


def _named(problem: ProblemAnswer) -> str:
    """Return a problem's message with the name of its field before it, where the message doesn't say it."""
    key, message = field_key(problem["pointer"]), problem["message"]
    field = FIELD_BY_KEY.get(key)
    if field is None or field.kind is Kind.CONFIRM or field.label in message:
        return message
    return f"{FULL_LABELS[key]}：{message}"
