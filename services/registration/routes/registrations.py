"""Registrations: create, list, read, fill in, submit, withdraw, resume, print."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from flask import Response

from services.registration.model.facts import FactValues
from services.registration.model.materials import Slot
from services.registration.model.registration import FormValues
from services.registration.model.standing import Standing
from services.registration.model.states import State
from services.registration.operations import drafts, facts, reading, submission
from services.registration.policy import Permission
from services.registration.ports import Order, Wanted
from services.registration.routes.context import Answer, answer, answer_view, deps
from services.registration.schemas.facts import FactsIn
from services.registration.schemas.incoming import DiffIn, EmptyIn, FormIn, ListIn, MaterialIn, SubmissionIn
from services.registration.schemas.outgoing import (
    Body,
    ChangesOut,
    RegistrationOut,
    RevisionOut,
    RevisionsOut,
    RowsOut,
    change_body,
    revision_body,
    revision_row,
    row_body,
)
from shared.clock import local_date
from shared.errors import NotFound
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.files import SANDBOXED
from shared.web.limits import costly
from shared.web.openapi import BINARY
from shared.web.preconditions import changing, creating

bp = Blueprint("registrations", __name__, description="平台注册")

ONE = "/registrations/<string:registration_id>"


@bp.post("/registrations")
@needs(Permission.CREATE)
@creating
@bp.arguments(EmptyIn)
@bp.response(201, RegistrationOut)
def create(_: object) -> Answer:
    """Start an empty registration."""
    return answer(drafts.create_registration(deps(), creating_call()), 201)


@bp.get("/registrations")
@needs(Permission.READ)
@bp.arguments(ListIn, location="query")
@bp.response(200, RowsOut)
def list_all(query: dict[str, object]) -> Body:
    """List what the reader sees, last changed first."""
    today = local_date(deps().clock.now())
    within = query["ends_within"]
    wanted = Wanted(
        state=cast("State | None", query["state"]),
        standing=cast("Standing | None", query["standing"]),
        valid_until=today + timedelta(days=within) if isinstance(within, int) else None,
        order=cast(Order, query["order"]),
    )
    page = reading.list_registrations(deps(), reading_call(), wanted, str(query["cursor"]), int(str(query["limit"])))
    return {"items": [row_body(item, today) for item in page.items], "next_cursor": page.next_cursor}


@bp.get(ONE)
@needs(Permission.READ)
@bp.response(200, RegistrationOut)
def read(registration_id: str) -> Answer:
    """Read one in full."""
    return answer_view(reading.read_registration(deps(), reading_call(), registration_id))


@bp.put(f"{ONE}/form")
@needs(Permission.EDIT)
@changing
@bp.arguments(FormIn)
@bp.response(200, RegistrationOut)
def save_form(form: FormValues, registration_id: str) -> Answer:
    """Save the form as a draft."""
    return answer(drafts.save_form(deps(), changing_call(), registration_id, form))


@bp.put(f"{ONE}/materials/<string:slot>")
@needs(Permission.EDIT)
@changing
@bp.arguments(MaterialIn)
@bp.response(200, RegistrationOut)
def set_material(data: dict[str, list[drafts.Chosen]], registration_id: str, slot: str) -> Answer:
    """Say which files a material consists of."""
    return answer(drafts.set_material(deps(), changing_call(), registration_id, slot_of(slot), data["files"]))


@bp.put(f"{ONE}/facts")
@needs(Permission.EDIT)
@changing
@bp.arguments(FactsIn)
@bp.response(200, RegistrationOut)
def state_facts(stated: FactValues, registration_id: str) -> Answer:
    """Say what the materials hold, ahead of the review."""
    return answer(facts.state_facts(deps(), changing_call(), registration_id, stated))


@bp.post(f"{ONE}/submission")
@needs(Permission.EDIT)
@changing
@bp.arguments(SubmissionIn)
@bp.response(200, RegistrationOut)
def submit(data: dict[str, object], registration_id: str) -> Answer:
    """Submit to the department of the division."""
    return answer(
        submission.submit_registration(
            deps(),
            changing_call(),
            registration_id,
            undertaking=bool(data["undertaking"]),
            explanation=str(data["explanation"]),
        )
    )


@bp.post(f"{ONE}/withdrawal")
@needs(Permission.EDIT)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, RegistrationOut)
def withdraw(_: object, registration_id: str) -> Answer:
    """Take the registration back."""
    return answer(drafts.withdraw_registration(deps(), changing_call(), registration_id))


@bp.post(f"{ONE}/resumption")
@needs(Permission.EDIT)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, RegistrationOut)
def resume(_: object, registration_id: str) -> Answer:
    """Take a withdrawn registration up again."""
    return answer(drafts.resume_registration(deps(), changing_call(), registration_id))


@bp.get(f"{ONE}/revisions")
@needs(Permission.READ)
@bp.response(200, RevisionsOut)
def list_revisions(registration_id: str) -> Body:
    """List the revisions."""
    revisions = reading.list_revisions(deps(), reading_call(), registration_id)
    return {"items": [revision_row(revision) for revision in revisions]}


@bp.get(f"{ONE}/revisions/<int:no>")
@needs(Permission.READ)
@bp.response(200, RevisionOut)
def read_revision(registration_id: str, no: int) -> Body:
    """Read a revision as it was submitted."""
    return revision_body(reading.read_revision(deps(), reading_call(), registration_id, no))


@bp.get(f"{ONE}/revisions/<int:no>/diff")
@needs(Permission.READ)
@bp.arguments(DiffIn, location="query")
@bp.response(200, ChangesOut)
def diff(query: dict[str, int], registration_id: str, no: int) -> Body:
    """Compare a revision with an earlier one."""
    changes = reading.revision_changes(deps(), reading_call(), registration_id, no, query["against"])
    return {"changes": [change_body(change) for change in changes]}


@bp.get(f"{ONE}/print")
@needs(Permission.READ)
@costly
@bp.response(200, BINARY, content_type="application/pdf")
def print_form(registration_id: str) -> Response:
    """Print the 注册信息表 as on paper."""
    pdf = reading.print_registration(deps(), reading_call(), registration_id)
    headers = SANDBOXED | {"Content-Disposition": 'attachment; filename="registration.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def slot_of(text: str) -> Slot:
    """Return the slot of a path. Raises `NotFound`."""
    try:
        return Slot(text)
    except ValueError:
        raise NotFound from None
