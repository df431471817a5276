"""Keeping the accounts of staff."""

from __future__ import annotations

from typing import TypedDict

from services.identity.model.accounts import Account, Person
from services.identity.operations import accounts as operations
from services.identity.operations.accounts import Position, WithPassword
from services.identity.policy import Permission
from services.identity.presenters import row_view
from services.identity.routes.request import deps
from services.identity.schemas.accounts import AccountCreatedOut, AccountIn, AccountPageOut, AccountRowOut, NothingIn
from shared.identity.actor import Role
from shared.web.auth import actor, needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.paging import PageIn
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("accounts", __name__, description="账户管理")

Answer = tuple[dict[str, object], int, dict[str, str]]


class _Page(TypedDict):
    cursor: str
    limit: int


class _Position(TypedDict):
    username: str
    display_name: str
    role: Role
    division: str | None
    email: str
    phone: str


@bp.get("/accounts")
@needs(Permission.ACCOUNTS)
@bp.arguments(PageIn, location="query")
@bp.response(200, AccountPageOut)
def list_all(page: _Page) -> dict[str, object]:
    """Return a page of staff's accounts, newest first."""
    found = operations.list_accounts(deps(), page["cursor"], page["limit"])
    items = [row_view(account, actor(), deps().divisions) for account in found.items]
    return {"items": items, "next_cursor": found.next_cursor}


@bp.post("/accounts")
@needs(Permission.ACCOUNTS)
@creating
@bp.arguments(AccountIn)
@bp.response(201, AccountCreatedOut)
def create(data: _Position) -> Answer:
    """Open an account for staff; the answer shows its first password this once."""
    person = Person(data["username"], data["display_name"], data["email"], data["phone"])
    position = Position(person, data["role"], data["division"])
    return _with_password(operations.create_account(deps(), creating_call(), position), 201)


@bp.get("/accounts/<account_id>")
@needs(Permission.ACCOUNTS)
@bp.response(200, AccountRowOut)
def get(account_id: str) -> Answer:
    """Return an account of staff."""
    return _answer(operations.get_account(deps(), reading_call(), account_id))


@bp.post("/accounts/<account_id>/password-reset")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, AccountCreatedOut)
def reset(_: object, account_id: str) -> Answer:
    """Give the account a new first password, shown this once."""
    return _with_password(operations.reset_password(deps(), changing_call(), account_id), 200)


@bp.post("/accounts/<account_id>/disabling")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, AccountRowOut)
def disable(_: object, account_id: str) -> Answer:
    """Stop the account from signing in."""
    return _answer(operations.disable_account(deps(), changing_call(), account_id))


@bp.post("/accounts/<account_id>/enabling")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, AccountRowOut)
def enable(_: object, account_id: str) -> Answer:
    """Let the account sign in again."""
    return _answer(operations.enable_account(deps(), changing_call(), account_id))


def _answer(account: Account) -> Answer:
    return row_view(account, actor(), deps().divisions), 200, {"ETag": etag(account.version)}


def _with_password(made: WithPassword, status: int) -> Answer:
    row = row_view(made.account, actor(), deps().divisions)
    return {**row, "first_password": made.first_password}, status, {"ETag": etag(made.account.version)}
