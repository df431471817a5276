"""The life of a registration: change it, renew it, suspend it, end it."""

from __future__ import annotations

from datetime import date
from typing import cast

from services.registration.operations import applications, standings
from services.registration.operations.standings import Reasons
from services.registration.policy import Permission
from services.registration.routes.context import Answer, answer, deps
from services.registration.schemas.incoming import EmptyIn
from services.registration.schemas.outgoing import RegistrationOut
from services.registration.schemas.standings import GroundedIn, ReasonIn, StatementIn, SuspensionIn
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call
from shared.web.preconditions import changing

bp = Blueprint("standings", __name__, url_prefix="/registrations/<string:registration_id>", description="登记状态")


@bp.post("/change")
@needs(Permission.EDIT)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, RegistrationOut)
def open_change(_: object, registration_id: str) -> Answer:
    """Begin a change of what is registered."""
    return answer(applications.open_change(deps(), changing_call(), registration_id))


@bp.post("/renewal")
@needs(Permission.EDIT)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, RegistrationOut)
def renew(_: object, registration_id: str) -> Answer:
    """Begin to register the platform again."""
    return answer(applications.renew_registration(deps(), changing_call(), registration_id))


@bp.post("/discarding")
@needs(Permission.EDIT)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, RegistrationOut)
def discard(_: object, registration_id: str) -> Answer:
    """Give a draft up for good."""
    return answer(applications.discard_draft(deps(), changing_call(), registration_id))


@bp.post("/suspension")
@needs(Permission.STANDING)
@changing
@bp.arguments(SuspensionIn)
@bp.response(200, RegistrationOut)
def suspend(data: dict[str, object], registration_id: str) -> Answer:
    """Suspend the registration."""
    reasons, since = cast(Reasons, data["reasons"]), cast(date, data["since"])
    until = cast("date | None", data["until"])
    return answer(standings.suspend_registration(deps(), changing_call(), registration_id, reasons, since, until))


@bp.post("/suspension/lifting")
@needs(Permission.STANDING)
@changing
@bp.arguments(ReasonIn)
@bp.response(200, RegistrationOut)
def lift(data: dict[str, str], registration_id: str) -> Answer:
    """Let a suspended registration count again."""
    return answer(standings.lift_suspension(deps(), changing_call(), registration_id, data["reason"]))


@bp.post("/deregistration-request")
@needs(Permission.EDIT)
@changing
@bp.arguments(ReasonIn)
@bp.response(200, RegistrationOut)
def request(data: dict[str, str], registration_id: str) -> Answer:
    """Ask for de-registration."""
    return answer(standings.request_deregistration(deps(), changing_call(), registration_id, data["reason"]))


@bp.post("/deregistration-request/withdrawal")
@needs(Permission.EDIT)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, RegistrationOut)
def take_back(_: object, registration_id: str) -> Answer:
    """Take the request for de-registration back."""
    return answer(standings.take_back_request(deps(), changing_call(), registration_id))


@bp.post("/deregistration-request/refusal")
@needs(Permission.STANDING)
@changing
@bp.arguments(ReasonIn)
@bp.response(200, RegistrationOut)
def refuse(data: dict[str, str], registration_id: str) -> Answer:
    """Refuse a request for de-registration."""
    return answer(standings.refuse_deregistration(deps(), changing_call(), registration_id, data["reason"]))


@bp.post("/deregistration-notice")
@needs(Permission.STANDING)
@changing
@bp.arguments(GroundedIn)
@bp.response(200, RegistrationOut)
def announce(data: dict[str, Reasons], registration_id: str) -> Answer:
    """Announce a de-registration of the department's own accord."""
    return answer(standings.announce_deregistration(deps(), changing_call(), registration_id, data["reasons"]))


@bp.post("/deregistration-notice/statement")
@needs(Permission.EDIT)
@changing
@bp.arguments(StatementIn)
@bp.response(200, RegistrationOut)
def state(data: dict[str, str], registration_id: str) -> Answer:
    """Make a statement on an announced de-registration."""
    return answer(standings.make_statement(deps(), changing_call(), registration_id, data["statement"]))


@bp.post("/deregistration-notice/calling-off")
@needs(Permission.STANDING)
@changing
@bp.arguments(ReasonIn)
@bp.response(200, RegistrationOut)
def call_off(data: dict[str, str], registration_id: str) -> Answer:
    """Call an announced de-registration off."""
    return answer(standings.call_off_deregistration(deps(), changing_call(), registration_id, data["reason"]))


@bp.post("/deregistration")
@needs(Permission.STANDING)
@changing
@bp.arguments(ReasonIn)
@bp.response(200, RegistrationOut)
def deregister(data: dict[str, str], registration_id: str) -> Answer:
    """End the registration, as it was asked for or announced."""
    return answer(standings.deregister(deps(), changing_call(), registration_id, data["reason"]))
