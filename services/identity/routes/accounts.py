"""Keeping the accounts of staff."""

from __future__ import annotations

from typing import TypedDict

from services.identity.model.accounts import Account, Person
from services.identity.operations import accounts as operations
from services.identity.operations.accounts import Filter
from services.identity.operations.appointments import Appointment, WithPassword, appoint_new
from services.identity.operations.sight import places_of
from services.identity.policy import Permission
from services.identity.presenters import Onlooker, row_view
from services.identity.routes.request import deps
from services.identity.schemas.accounts import NothingIn
from services.identity.schemas.appointments import (
    AccountCreatedOut,
    AccountIn,
    AccountPageOut,
    AccountRowOut,
    AccountsIn,
)
from shared.clock import local_date
from shared.identity.actor import Role
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("accounts", __name__, description="账户管理")

Answer = tuple[dict[str, object], int, dict[str, str]]


class _Query(TypedDict):
    cursor: str
    limit: int
    role: Role | None
    division: str | None
    waiting: str


def appointment_of(data: dict[str, object]) -> Appointment:
    """Return the appointment of a checked body, and take its fields out."""
    return Appointment(**{name: data.pop(name) for name in ("role", "division", "valid_from", "valid_to")})  # type: ignore[arg-type]  # as the schema loads them


@bp.get("/accounts")
@needs(Permission.ACCOUNTS)
@bp.arguments(AccountsIn, location="query")
@bp.response(200, AccountPageOut)
def list_all(query: _Query) -> dict[str, object]:
    """Return a page of those who hold or held a place that one fills, newest first."""
    wanted = Filter(query["role"], query["division"], bool(query["waiting"]))
    found = operations.list_accounts(deps(), reading_call(), wanted, query["cursor"], query["limit"])
    by = onlooker()
    return {"items": [row_view(account, by) for account in found.items], "next_cursor": found.next_cursor}


@bp.post("/accounts")
@needs(Permission.ACCOUNTS)
@creating
@bp.arguments(AccountIn)
@bp.response(201, AccountCreatedOut)
def create(data: dict[str, object]) -> Answer:
    """Open an account for staff; the answer shows its first password this once, where it is not mailed."""
    wanted = appointment_of(data)
    return _with_password(appoint_new(deps(), creating_call(), Person(**data), wanted), 201)  # type: ignore[arg-type]  # as the schema loads them


@bp.get("/accounts/<account_id>")
@needs(Permission.ACCOUNTS)
@bp.response(200, AccountRowOut)
def get(account_id: str) -> Answer:
    """Return an account of staff."""
    return answer_of(operations.get_account(deps(), reading_call(), account_id))


@bp.post("/accounts/<account_id>/password-reset")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, AccountCreatedOut)
def reset(_: object, account_id: str) -> Answer:
    """Give the account a new first password, shown this once or mailed."""
    return _with_password(operations.reset_password(deps(), changing_call(), account_id), 200)


@bp.post("/accounts/<account_id>/sign-out")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, AccountRowOut)
def sign_out(_: object, account_id: str) -> Answer:
    """End every session of the account."""
    return answer_of(operations.end_sign_ins(deps(), changing_call(), account_id))


@bp.post("/accounts/<account_id>/factor-reset")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, AccountRowOut)
def reset_factor(_: object, account_id: str) -> Answer:
    """Take the second factor from somebody who lost the device."""
    return answer_of(operations.reset_account_factor(deps(), changing_call(), account_id))


@bp.post("/accounts/<account_id>/disabling")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, AccountRowOut)
def disable(_: object, account_id: str) -> Answer:
    """Stop the account from signing in."""
    return answer_of(operations.disable_account(deps(), changing_call(), account_id))


@bp.post("/accounts/<account_id>/enabling")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, AccountRowOut)
def enable(_: object, account_id: str) -> Answer:
    """Let the account sign in again."""
    return answer_of(operations.enable_account(deps(), changing_call(), account_id))


def onlooker() -> Onlooker:
    """Return who asks, with the places that they fill."""
    call = reading_call()
    return Onlooker(call.actor, places_of(deps(), call), local_date(deps().clock.now()), deps().divisions)


def answer_of(account: Account, status: int = 200) -> Answer:
    """Return the answer that shows an account."""
    return row_view(account, onlooker()), status, {"ETag": etag(account.version)}


def _with_password(made: WithPassword, status: int) -> Answer:
    row, _, headers = answer_of(made.account)
    return {**row, "first_password": made.first_password, "is_mailed": made.is_mailed}, status, headers
