"""Addresses, for machines that have to tell people something."""

from __future__ import annotations

from typing import TypedDict

from services.identity.model.contacts import Sought
from services.identity.operations.contacts import list_contacts
from services.identity.policy import Permission
from services.identity.routes.request import deps
from services.identity.schemas.contacts import ContactPageOut, ContactsIn
from shared.identity.actor import Role
from shared.web.auth import needs
from shared.web.blueprint import Blueprint

bp = Blueprint("contacts", __name__, description="联系方式（仅供服务调用）")


class _Query(TypedDict):
    unit_id: str | None
    account_id: str | None
    role: Role | None
    division: str | None
    cursor: str
    limit: int


@bp.get("/contacts")
@needs(Permission.CONTACTS)
@bp.arguments(ContactsIn, location="query")
@bp.response(200, ContactPageOut)
def list_all(query: _Query) -> dict[str, object]:
    """Return a page of who acts for a unit, in a role, or under an account, with their addresses."""
    sought = Sought(query["unit_id"], query["account_id"], query["role"], query["division"])
    found = list_contacts(deps(), sought, query["cursor"], query["limit"])
    items = [
        {"account_id": account.id, "email": account.person.email, "display_name": account.person.display_name}
        for account in found.items
    ]
    return {"items": items, "next_cursor": found.next_cursor}
