"""Signing a unit up."""

from __future__ import annotations

from typing import Any

from services.identity.model.signups import Applicant
from services.identity.operations.signups import activate_sign_up, start_sign_up
from services.identity.routes.request import deps, visitor
from services.identity.schemas.signups import ActivationIn, ActivationOut, SignUpIn, SignUpOut
from shared.web.auth import public
from shared.web.blueprint import Blueprint

bp = Blueprint("signups", __name__, description="注册账户")


@bp.post("/signups")
@public("who signs up has no account yet")
@bp.arguments(SignUpIn)
@bp.response(202, SignUpOut)
def start(data: dict[str, Any]) -> dict[str, str]:
    """Have a code mailed; the answer is the same whether or not there is an account."""
    return {"signup_id": start_sign_up(deps(), visitor(), Applicant(**data))}


@bp.post("/signups/<sign_up_id>/activation")
@public("the mailed code proves the right")
@bp.arguments(ActivationIn)
@bp.response(201, ActivationOut)
def activate(data: dict[str, str], sign_up_id: str) -> dict[str, str]:
    """Open the account with the mailed code."""
    account = activate_sign_up(deps(), sign_up_id, data["code"], data["password"])
    return {"account_id": account.id, "username": account.person.username}
