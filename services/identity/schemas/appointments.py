"""The accounts of staff and what they are appointed to."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.identity.model.grants import GrantState
from services.identity.schemas.texts import DivisionText, Username
from shared.fields import AwareDateTime, Choice, Email, Id, Phone, PlainDate, Text, WholeNumber
from shared.identity.actor import Role
from shared.web.paging import PageIn

LONGEST_REASON = 500


class AppointmentIn(Schema):
    """What somebody is appointed to."""

    role = Choice(Role, required=True)
    division = DivisionText(load_default=None, allow_none=True)
    valid_from = PlainDate(load_default=None, allow_none=True)
    valid_to = PlainDate(load_default=None, allow_none=True)


class AccountIn(AppointmentIn):
    """A new account for staff, with its first appointment."""

    username = Username(required=True)
    display_name = Text(max=100, required=True)
    email = Email(load_default="")
    phone = Phone(load_default="")


class NewGrantIn(AppointmentIn):
    """Another appointment for a person who has an account."""

    username = Text(max=254, required=True)


class ReasonIn(Schema):
    """Why something is refused or ended."""

    reason = Text(max=LONGEST_REASON, required=True)


class TermIn(Schema):
    """The last day of a grant; null for one that lasts until it is ended."""

    valid_to = PlainDate(required=True, allow_none=True)


class AccountsIn(PageIn):
    """Which accounts: of a role, of a division, or with a proposal that waits for a second person."""

    role = Choice(Role, load_default=None)
    division = DivisionText(load_default=None)
    waiting = fields.String(load_default="", validate=validate.OneOf(("", "true")))


class GrantOut(Schema):
    """A grant as who fills its place sees it."""

    id = Id()
    role = fields.String(metadata={"enum": [role.value for role in Role]})
    role_label = fields.String()
    division = fields.String(allow_none=True)
    division_name = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": [state.value for state in GrantState]})
    is_past = fields.Boolean()
    successors = fields.List(
        fields.String(), metadata={"description": "divisions that took over, where the grant is to be settled"}
    )
    valid_from = PlainDate()
    valid_to = PlainDate(allow_none=True)
    proposed_at = AwareDateTime()
    is_proposed_by_me = fields.Boolean()
    reason = fields.String()
    open_actions = fields.List(fields.String())


class AccountRowOut(Schema):
    """An account as who fills its places sees it."""

    id = Id()
    display_name = fields.String()
    username = fields.String()
    email = fields.String()
    version = WholeNumber()
    state = fields.String()
    created_at = AwareDateTime()
    must_change_password = fields.Boolean()
    open_actions = fields.List(fields.String())
    grants = fields.List(fields.Nested(GrantOut))


class AccountCreatedOut(AccountRowOut):
    """A new account; its first password is shown this once, or was sent to the person alone."""

    first_password = fields.String(allow_none=True)
    is_mailed = fields.Boolean()


class AccountPageOut(Schema):
    """A page of accounts."""

    items = fields.List(fields.Nested(AccountRowOut))
    next_cursor = fields.String()
