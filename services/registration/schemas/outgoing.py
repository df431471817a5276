"""What goes out over HTTP. The `…_body` functions say what a reader may see; the `XOut` schemas describe it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from marshmallow import Schema, fields

from services.registration.form.assessment import Finding
from services.registration.form.changes import Change
from services.registration.form.items import (
    ACTION_LABELS,
    DIRECTORY_LABELS,
    REASON_LABELS,
    SECTION_LABELS,
    STANDING_LABELS,
    STATE_LABELS,
    VERDICT_LABELS,
)
from services.registration.model.directory import Directory
from services.registration.model.materials import FileRef, Materials
from services.registration.model.registration import FormValues, Registration, Revision
from services.registration.model.review import Decision, Remark, Review
from services.registration.model.states import Action
from services.registration.operations.reading import View
from services.registration.schemas.facts import checked_body
from services.registration.schemas.standings import life_body, row_of_life
from shared.clock import local_date
from shared.codes import divisions
from shared.history import HistoryEntry
from shared.web.problems import ProblemOut, problem_body

Body = dict[str, object]

_LABEL_OF_STATE = {state.value: label for state, label in [*STATE_LABELS.items(), *STANDING_LABELS.items()]}


class RowOut(Schema):
    """A registration in a list."""

    id = fields.String()
    version = fields.Integer()
    state = fields.String()
    state_label = fields.String()
    unit_id = fields.String()
    division = fields.String(allow_none=True)
    division_name = fields.String()
    platform_name = fields.String()
    operator_name = fields.String()
    submitted_at = fields.String(allow_none=True)
    updated_at = fields.String()
    revision = fields.Integer()
    directory_state = fields.String(allow_none=True)
    directory_label = fields.String()
    standing = fields.String()
    standing_label = fields.String()
    purpose = fields.String()
    purpose_label = fields.String()
    round = fields.Integer()
    in_force = fields.Integer()
    valid_until = fields.String(allow_none=True)
    review_due = fields.String(allow_none=True)
    is_late = fields.Boolean()
    closing_kind = fields.String()


class RowsOut(Schema):
    """A page of registrations."""

    items = fields.List(fields.Nested(RowOut))
    next_cursor = fields.String()


class RegistrationOut(RowOut):
    """A registration in full, as the reader may see it."""

    created_at = fields.String()
    form = fields.Dict()
    materials = fields.Dict()
    missing = fields.List(fields.Nested(ProblemOut))
    completeness = fields.Dict()
    open_actions = fields.List(fields.String())
    open_parts = fields.List(fields.String(), allow_none=True)
    review = fields.Dict(allow_none=True)
    checks = fields.List(fields.Dict())
    notes = fields.List(fields.Nested(ProblemOut))
    facts = fields.List(fields.Dict())
    directory = fields.Dict(allow_none=True)
    life = fields.Dict()
    history = fields.List(fields.Dict())


class FileOut(Schema):
    """A stored, checked file."""

    file_id = fields.String()
    name = fields.String()
    kind = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    pages = fields.Integer(allow_none=True)
    parts = fields.List(fields.String())
    uploaded_at = fields.String()


class RevisionOut(Schema):
    """A revision as it was submitted."""

    no = fields.Integer()
    submitted_at = fields.String()
    form = fields.Dict()
    materials = fields.Dict()
    review = fields.Dict(allow_none=True)


class RevisionsOut(Schema):
    """All revisions, without their content."""

    items = fields.List(fields.Dict())


class ChangesOut(Schema):
    """What differs between two revisions."""

    changes = fields.List(fields.Dict())


class TextOut(Schema):
    """The text of an office document."""

    text = fields.String()


def row_body(registration: Registration, today: date) -> Body:
    """Return a registration as a row of a list."""
    division = registration.home or _text(registration.form.get("division")) or None
    directory = registration.directory
    return {
        "id": registration.id,
        "version": registration.version,
        "state": registration.state.value,
        "state_label": STATE_LABELS[registration.state],
        "unit_id": registration.unit_id,
        "division": division,
        "division_name": divisions.last_name(division, today) if division else "",
        "platform_name": _text(registration.form.get("platform_name")),
        "operator_name": _text(registration.form.get("operator_name")),
        "submitted_at": _moment(registration.submitted_at),
        "updated_at": _moment(registration.updated_at),
        "revision": registration.revision,
        "directory_state": directory.state.value if directory else None,
        "directory_label": DIRECTORY_LABELS[directory.state] if directory else "",
        **row_of_life(registration, today),
    }


def registration_body(view: View, now: datetime) -> Body:
    """Return a registration in full."""
    registration = view.registration
    return {
        **row_body(registration, local_date(now)),
        "created_at": _moment(registration.created_at),
        "form": form_body(registration.form),
        "materials": materials_body(registration.materials),
        "missing": [problem_body(problem) for problem in view.missing],
        "completeness": {
            "done": sum(part.done for part in view.progress),
            "total": sum(part.total for part in view.progress),
            "sections": [
                {
                    "key": part.section.value,
                    "label": SECTION_LABELS[part.section],
                    "done": part.done,
                    "total": part.total,
                }
                for part in view.progress
            ],
        },
        "open_actions": [action.value for action in view.open_actions],
        "open_parts": list(view.open_parts) if view.open_parts is not None else None,
        "review": review_body(registration.review),
        "checks": [_finding(finding) for finding in view.checks],
        "notes": [problem_body(note) for note in view.notes],
        "facts": [checked_body(one, view.proposed) for one in view.facts],
        "directory": _directory(registration.directory),
        "life": life_body(registration, view.application, local_date(now)),
        "history": [_history(entry) for entry in registration.history],
    }


def form_body(form: FormValues) -> Body:
    """Return the form with its dates and amounts as text."""
    return {key: _plain(value) for key, value in form.items()}


def materials_body(materials: Materials) -> Body:
    """Return the files by slot."""
    return {slot.value: [file_body(ref) for ref in refs] for slot, refs in materials.items()}


def file_body(ref: FileRef) -> Body:
    """Return a file without where it is stored."""
    return {
        "file_id": ref.file_id,
        "name": ref.name,
        "kind": ref.kind,
        "size": ref.size,
        "sha256": ref.sha256,
        "pages": ref.pages,
        "parts": [part.value for part in ref.parts],
        "uploaded_at": _moment(ref.uploaded_at),
    }


def review_body(review: Review | None) -> Body | None:
    """Return a review with its decision, or None."""
    if review is None:
        return None
    return {
        "reviewer_id": review.reviewer_id,
        "started_at": _moment(review.started_at),
        "materials": {slot.value: _remark(remark) for slot, remark in review.materials.items()},
        "fields": {key: _remark(remark) for key, remark in review.fields.items()},
        "conditions": {key: _remark(remark) for key, remark in review.conditions.items()},
        "carried": list(review.carried),
        "opinion": review.opinion,
        "decision": _decision(review.decision),
        "undone": [
            {"decision": _decision(undone.decision), "reason": undone.reason, "at": _moment(undone.at)}
            for undone in review.undone
        ],
    }


def revision_body(revision: Revision) -> Body:
    """Return a revision in full."""
    return {
        "no": revision.no,
        "submitted_at": _moment(revision.submitted_at),
        "form": form_body(revision.form),
        "materials": materials_body(revision.materials),
        "review": review_body(revision.review),
    }


def revision_row(revision: Revision) -> Body:
    """Return a revision without its content."""
    decision = revision.review.decision if revision.review else None
    return {"no": revision.no, "submitted_at": _moment(revision.submitted_at), "decision": _decision(decision)}


def change_body(change: Change) -> Body:
    """Return one difference."""
    return {
        "pointer": change.pointer,
        "label": change.label,
        "before": _plain(change.before),
        "after": _plain(change.after),
    }


def _finding(finding: Finding) -> Body:
    return {
        "pointer": finding.pointer,
        "code": finding.code,
        "label": finding.label,
        "holds": finding.holds,
        "detail": finding.detail,
    }


def _decision(decision: Decision | None) -> Body | None:
    if decision is None:
        return None
    code = decision.reason_code
    return {
        "action": decision.action.value,
        "action_label": ACTION_LABELS[decision.action],
        "text": decision.text,
        "reason_code": code.value if code else None,
        "reason_label": REASON_LABELS[code] if code else "",
        "signatory": decision.signatory,
        "signed_on": decision.signed_on.isoformat(),
        "decided_at": _moment(decision.decided_at),
    }


def _remark(remark: Remark) -> Body:
    return {"verdict": remark.verdict.value, "verdict_label": VERDICT_LABELS[remark.verdict], "note": remark.note}


def _directory(directory: Directory | None) -> Body | None:
    if directory is None:
        return None
    return {
        "state": directory.state.value,
        "state_label": DIRECTORY_LABELS[directory.state],
        "at": _moment(directory.at),
        "message_id": directory.message_id,
        "reason_code": directory.reason_code,
        "kind": directory.kind.value,
        "revision": directory.revision,
    }


def _history(entry: HistoryEntry) -> Body:
    return {
        "at": _moment(entry.at),
        "actor_id": entry.actor_id,
        "action": entry.action,
        "action_label": ACTION_LABELS[Action(entry.action)],
        "from_state": entry.from_state,
        "to_state": entry.to_state,
        "to_state_label": _LABEL_OF_STATE[str(entry.to_state)],
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
