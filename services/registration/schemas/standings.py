"""Standing and life of a registration over HTTP: `XIn` strict, `…_body` what a reader may see."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from marshmallow import Schema, post_load

from services.registration.form.changes import Change
from services.registration.form.deadline import deadline
from services.registration.form.items import GROUND_LABELS, PURPOSE_LABELS, STANDING_LABELS
from services.registration.form.updating import asked_for, changed_since_in_force
from services.registration.form.validity import expires_on, papers, valid_until
from services.registration.model.registration import Registration
from services.registration.model.standing import GROUNDS_OF_DEPARTMENTS, Closing, Ending, Ground, Suspension
from services.registration.model.states import OPEN, WITH_DEPARTMENT
from services.registration.operations.standings import Reasons
from shared.fields import Choice, PlainDate, Text

PARAGRAPH = 2000
"""Characters of a reason or a statement."""

Body = dict[str, object]

OwnGround = StrEnum("OwnGround", {each.name: each.value for each in sorted(GROUNDS_OF_DEPARTMENTS)})  # type: ignore[misc]  # made of the table
"""The grounds that a department may name."""


class ReasonIn(Schema):
    """Why something is done with a registration."""

    reason = Text(PARAGRAPH, multiline=True, required=True)


class StatementIn(Schema):
    """What the operator says to an announced de-registration."""

    statement = Text(PARAGRAPH, multiline=True, required=True)


class GroundedIn(ReasonIn):
    """A coded ground with the reason in words."""

    ground = Choice(OwnGround, required=True)

    @post_load
    def reasons(self, data: dict[str, object], **_: object) -> dict[str, object]:
        """Return the reasons as the operation takes them, and what else came."""
        reasons = Reasons(Ground(str(data.pop("ground"))), str(data.pop("reason")))
        return {"reasons": reasons, **data}


class SuspensionIn(GroundedIn):
    """A suspension from a day on, and until another day where one is named."""

    since = PlainDate(required=True)
    until = PlainDate(load_default=None, allow_none=False)


def row_of_life(registration: Registration, today: date) -> Body:
    """Return what a list says of the life of a registration."""
    limit = deadline(registration.history) if registration.state in WITH_DEPARTMENT else None
    until = valid_until(registration)
    return {
        "standing": registration.standing.value,
        "standing_label": STANDING_LABELS[registration.standing],
        "purpose": registration.purpose.value,
        "purpose_label": PURPOSE_LABELS[registration.purpose],
        "round": registration.life.round,
        "in_force": registration.life.in_force,
        "valid_until": until.isoformat() if until else None,
        "review_due": limit.due.isoformat() if limit else None,
        "is_late": limit is not None and today > limit.due,
        "closing_kind": registration.life.closing.kind.value if registration.life.closing else "",
    }


def life_body(registration: Registration, submitted: Registration, today: date) -> Body:
    """Return the life in full; `submitted` has the application that the reader may see."""
    life = registration.life
    ends = expires_on(registration)
    limit = deadline(registration.history) if registration.state in WITH_DEPARTMENT else None
    changes = changed_since_in_force(submitted, submitted.form, submitted.materials)
    has_change = registration.state in OPEN and registration.in_force is not None
    return {
        "since": life.since.isoformat() if life.since else None,
        "division": life.division,
        "papers": [
            {
                "key": paper.key,
                "label": paper.label,
                "until": paper.until.isoformat(),
                "left": (paper.until - today).days,
            }
            for paper in papers(registration)
        ],
        "expires_on": ends.isoformat() if ends else None,
        "suspension": _suspension(life.suspension),
        "closing": _closing(life.closing, today),
        "ending": _ending(life.ending),
        "changes": [_change(change) for change in changes] if has_change else [],
        "explanation": registration.revisions[-1].explanation if registration.state in WITH_DEPARTMENT else "",
        "asked_materials": [slot.value for slot in asked_for(changes)] if has_change else [],
        "review_terms": limit.explanation if limit else "",
        "review_due_provisional": limit is not None and limit.is_provisional,
    }


def _change(change: Change) -> Body:
    return {"pointer": change.pointer, "label": change.label}


def _suspension(suspension: Suspension | None) -> Body | None:
    if suspension is None:
        return None
    return {
        "ground": suspension.ground.value,
        "ground_label": GROUND_LABELS[suspension.ground],
        "reason": suspension.reason,
        "since": suspension.since.isoformat(),
        "until": suspension.until.isoformat() if suspension.until else None,
    }


def _closing(closing: Closing | None, today: date) -> Body | None:
    if closing is None:
        return None
    until = closing.statement_until
    return {
        "kind": closing.kind.value,
        "ground": closing.ground.value,
        "ground_label": GROUND_LABELS[closing.ground],
        "reason": closing.reason,
        "at": closing.at.isoformat(),
        "statement_until": until.isoformat() if until else None,
        "statement": closing.statement,
        "stated_at": _moment(closing.stated_at),
        "can_be_decided": until is None or bool(closing.statement) or today > until,
    }


def _ending(ending: Ending | None) -> Body | None:
    if ending is None:
        return None
    return {
        "ground": ending.ground.value,
        "ground_label": GROUND_LABELS[ending.ground],
        "reason": ending.reason,
        "on": ending.on.isoformat(),
        "at": ending.at.isoformat(),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
