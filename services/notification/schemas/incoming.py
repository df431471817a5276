"""What comes in over HTTP, strict and without unknown fields."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields, validate, validates_schema

from services.notification.model.mails import MailState
from services.notification.model.occasions import MailChoice, Wording
from services.notification.model.templates import LENGTHS
from shared.fields import Choice, Text, WholeNumber, fault
from shared.web.paging import PageIn

REASON = 500
"""Characters of a reason."""

MOST_VERSIONS = 100_000


class EmptyIn(Schema):
    """A body without content."""


class MailsIn(PageIn):
    """Query of the list of mails."""

    state = Choice(MailState, load_default=None)


class ChoiceIn(Schema):
    """When the notices of a category are mailed."""

    category = Text(30, required=True)
    mail = Choice(MailChoice, required=True)


class PreferencesIn(Schema):
    """The choices that change."""

    choices = fields.List(
        fields.Nested(ChoiceIn), required=True, validate=validate.Length(1, 20, error="请选择 1 至 20 项。")
    )

    @validates_schema
    def check(self, data: Mapping[str, list[Mapping[str, str]]], **_: object) -> None:
        """Take each category once."""
        categories = [each["category"] for each in data.get("choices", ())]
        if len(set(categories)) < len(categories):
            raise fault("repeated", "同一类别只能选择一次。", "每类一项")


class PortalWordingIn(Schema):
    """What the notice says; both empty for an occasion without one."""

    title = Text(LENGTHS["title"], min=0, multiline=True, load_default="")
    text = Text(LENGTHS["text"], min=0, multiline=True, load_default="")


class MailWordingIn(Schema):
    """What the mail says; both empty for an occasion without one."""

    subject = Text(LENGTHS["subject"], min=0, multiline=True, load_default="")
    text = Text(LENGTHS["mail"], min=0, multiline=True, load_default="")


class WordingIn(Schema):
    """A wording; `${name}` stands for a variable of the occasion."""

    in_app = fields.Nested(PortalWordingIn, required=True)
    email = fields.Nested(MailWordingIn, required=True)


class PublicationIn(Schema):
    """Why a wording is published."""

    reason = Text(REASON, multiline=True, required=True)


class ReturnIn(PublicationIn):
    """To which earlier version, and why."""

    version = WholeNumber(0, MOST_VERSIONS, required=True)


def wording_of(data: Mapping[str, Mapping[str, str]]) -> Wording:
    """Return the wording of a loaded body."""
    portal, mail = data["in_app"], data["email"]
    return Wording(portal["title"], portal["text"], mail["subject"], mail["text"])
