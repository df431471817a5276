"""Occasions: on what people are told something, which values its wordings may use, and over which channels.

The table is data, one TOML file per owner in `services/notification/occasions/`, so that a new occasion needs no code
here. To add one: write its table there, have its owner send a `Notice` (`shared.contracts.notification`) with a value
for every variable, and `pytest tests/unit/notification` checks the rest.

| field of an occasion | meaning |
| --- | --- |
| `title`, `category` | what the ministry and the page of preferences call it; a key of `categories.toml` |
| `mandatory` | its mail goes out at once whatever the person prefers |
| `mail` | `at_once`, `digest` or `none` where the person has no preference |
| `valid_minutes` | after which a mail is not sent any more; without it, it has no end |
| `variables.<name>` | `label` and `sample` for the editor; `in_mail = true` only for what is not confidential |
| `in_app.title`, `in_app.text` | the notice in the portal; without them there is none |
| `email.subject`, `email.text` | the mail; without them there is none. `${link}` and `${portal_url}` are always there |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LINK = "link"
PORTAL_URL = "portal_url"


class MailChoice(StrEnum):
    """When a notice is mailed as well."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NONE = "none"


@dataclass(frozen=True)
class Variable:
    """A value that a wording may name; one that is confidential (the rule) stays out of mails."""

    name: str
    label: str
    sample: str
    in_mail: bool = False


EVERYWHERE = (
    Variable(LINK, "查看链接", "https://tongbao.example.cn/notices", in_mail=True),
    Variable(PORTAL_URL, "系统网址", "https://tongbao.example.cn", in_mail=True),
)
"""Variables of every mail; in the portal the link is shown beside the notice."""


@dataclass(frozen=True)
class Wording:
    """What is said: title and text of the notice in the portal, subject and text of the mail; empty where there is none."""

    title: str = ""
    text: str = ""
    subject: str = ""
    mail: str = ""


@dataclass(frozen=True)
class Occasion:
    """One row of the table; `wording` is the one that the system comes with."""

    key: str
    title: str
    category: str
    is_mandatory: bool
    mail: MailChoice
    variables: tuple[Variable, ...]
    wording: Wording
    valid_minutes: int | None = None

    @property
    def has_notice(self) -> bool:
        """Whether it shows in the portal."""
        return bool(self.wording.text)

    @property
    def has_mail(self) -> bool:
        """Whether there is a mail of it."""
        return bool(self.wording.mail)

    def in_portal(self) -> Mapping[str, Variable]:
        """Return the variables of the notice by name."""
        return {each.name: each for each in self.variables}

    def in_mail(self) -> Mapping[str, Variable]:
        """Return the variables of the mail by name."""
        return {each.name: each for each in (*self.variables, *EVERYWHERE) if each.in_mail}


@dataclass(frozen=True)
class Occasions:
    """The table: occasions by key, titles of categories by key, in the order of the page."""

    by_key: Mapping[str, Occasion]
    categories: Mapping[str, str]

    def find(self, key: str) -> Occasion | None:
        """Return the occasion, or None."""
        return self.by_key.get(key)

    def chosen(self) -> Mapping[str, tuple[Occasion, ...]]:
        """Return, by category, the occasions whose mails a person can have a preference on."""
        found: dict[str, tuple[Occasion, ...]] = {}
        for category in self.categories:
            here = [one for one in self.by_key.values() if one.category == category and one.has_notice and one.has_mail]
            if here:
                found[category] = tuple(here)
        return found
