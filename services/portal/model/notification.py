"""What the notification service answers, as far as the pages use it."""

from __future__ import annotations

from typing import TypedDict


class NoticeAnswer(TypedDict):
    """A notice; `link` is a path of ours."""

    id: str
    at: str
    occasion: str
    category_label: str
    title: str
    text: str
    link: str
    read_at: str | None
    settled_at: str | None
    mailed: str


class PreferenceRow(TypedDict):
    """A category; `mail` is None where nothing was chosen."""

    category: str
    label: str
    mail: str | None
    mandatory: list[str]
    optional: list[str]


class PreferencesAnswer(TypedDict):
    """One's preferences."""

    version: int
    digest_hour: int
    choices: list[PreferenceRow]


class PortalWording(TypedDict):
    """What the notice says."""

    title: str
    text: str


class MailWording(TypedDict):
    """What the mail says."""

    subject: str
    text: str


class WordingAnswer(TypedDict):
    """A wording, or a preview of one."""

    in_app: PortalWording
    email: MailWording


class VariableAnswer(TypedDict):
    """A variable that may be used."""

    name: str
    label: str
    sample: str


class VersionAnswer(TypedDict):
    """A published version; number 0 is what the system came with."""

    no: int
    at: str | None
    by: str | None
    reason: str
    returned_to: int | None
    wording: WordingAnswer


class TemplateRow(TypedDict):
    """A template in the list."""

    key: str
    title: str
    category: str
    category_label: str
    mandatory: bool
    published: int
    has_draft: bool
    version: int


class TemplateAnswer(TemplateRow):
    """A template in full."""

    current: WordingAnswer
    draft: WordingAnswer | None
    draft_at: str | None
    has_notice: bool
    has_mail: bool
    in_app_variables: list[VariableAnswer]
    email_variables: list[VariableAnswer]
    versions: list[VersionAnswer]
    open_actions: list[str]
