"""The people of a unit: colleagues, invitations, the principal's place."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, ValidationError, fields, validates_schema

from services.identity.model.invitations import InvitationKind, InvitationState
from services.identity.model.signups import UnitRole
from services.identity.schemas.accounts import UnitOut
from services.identity.schemas.texts import CodeText, PasswordText
from shared.fields import AwareDateTime, Choice, Email, Flag, Id, Phone, PlainDate, Text, Uscc, WholeNumber

LONGEST_NAME = 50
LONGEST_REASON = 500


class InvitationIn(Schema):
    """Whom the principal invites."""

    email = Email(required=True)
    display_name = Text(max=LONGEST_NAME, required=True)


class TransferIn(Schema):
    """To whom the principal's place is offered: a colleague, or somebody by mail; whether the giver stays."""

    account_id = Id(load_default=None, allow_none=True)
    email = Email(load_default=None, allow_none=True)
    display_name = Text(max=LONGEST_NAME, load_default="")
    stays = Flag(required=True)

    @validates_schema
    def check(self, data: Mapping[str, object], **_: object) -> None:
        """Take exactly one of colleague and address."""
        if (data.get("account_id") is None) == (data.get("email") is None):
            raise ValidationError(
                "应选择一位同事，或填写受邀人的邮箱。", "account_id" if data.get("email") else "email"
            )


class CodeIn(Schema):
    """The mailed code."""

    code = CodeText(required=True)


class AnswerIn(Schema):
    """The mailed code; empty where the invitation went to the account's own address."""

    code = CodeText(load_default="")


class EnrolmentIn(CodeIn):
    """The mailed code, and what an account is made of; for an address with an account its password alone counts."""

    display_name = Text(max=LONGEST_NAME, load_default="")
    phone = Phone(load_default="")
    password = PasswordText(required=True)


class RecoveryIn(InvitationIn):
    """For which unit a new principal is proposed, and why."""

    credit_code = Uscc(required=True)
    reason = Text(max=LONGEST_REASON, required=True)


class UnitRoleIn(Schema):
    """What one's unit is besides."""

    role = Choice(UnitRole, required=True)


class UnitRoleOut(Schema):
    """What one's unit is."""

    roles = fields.List(fields.String(metadata={"enum": [role.value for role in UnitRole]}))


class ColleagueOut(Schema):
    """A person who acts for the unit."""

    account_id = Id()
    display_name = fields.String()
    email = fields.String()
    version = WholeNumber()
    since = PlainDate()
    is_principal = fields.Boolean()
    is_me = fields.Boolean()


class InvitationOut(Schema):
    """An invitation as the unit sees it."""

    id = Id()
    version = WholeNumber()
    kind = fields.String(metadata={"enum": [kind.value for kind in InvitationKind]})
    state = fields.String(metadata={"enum": [state.value for state in InvitationState]})
    email = fields.String()
    display_name = fields.String()
    stays = fields.Boolean()
    asked_at = AwareDateTime()
    expires_at = AwareDateTime()


class PeopleOut(Schema):
    """Everybody who acts for the unit, and who is asked to."""

    unit = fields.Nested(UnitOut)
    roles = fields.List(fields.String(metadata={"enum": [role.value for role in UnitRole]}))
    is_principal = fields.Boolean()
    colleagues = fields.List(fields.Nested(ColleagueOut))
    invitations = fields.List(fields.Nested(InvitationOut))


class ReceivedOut(Schema):
    """An invitation as the invited person sees it."""

    id = Id()
    kind = fields.String(metadata={"enum": [kind.value for kind in InvitationKind]})
    unit = fields.Nested(UnitOut)
    expires_at = AwareDateTime()


class ReceivedListOut(Schema):
    """The open invitations of a person."""

    items = fields.List(fields.Nested(ReceivedOut))


class EnrolledOut(Schema):
    """The account that accepted."""

    username = fields.String()


class RecoveryOut(InvitationOut):
    """A recovery as the departments in charge see it."""

    unit = fields.Nested(UnitOut)
    division = fields.String()
    division_name = fields.String()
    reason = fields.String()
    is_proposed_by_me = fields.Boolean()
    open_actions = fields.List(fields.String())


class RecoveryPageOut(Schema):
    """A page of recoveries."""

    items = fields.List(fields.Nested(RecoveryOut))
    next_cursor = fields.String()
