"""What identity owes somebody to tell: mails to addresses, news to people; the facts travel sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.identity.actor import Role


class MailKind(StrEnum):
    """Why a mail is sent; what it says is the notification service's, by the same name."""

    ACTIVATION = "activation"
    FIRST_PASSWORD = "first_password"  # noqa: S105  why a mail is sent
    INVITATION = "invitation"
    PLACE_OFFERED = "place_offered"
    PLACE_RECOVERED = "place_recovered"
    PLACE_TAKEN = "place_taken"
    RECOVERY_STARTED = "recovery_started"
    UNIT_HAS_ACCOUNT = "unit_has_account"
    ADDRESS_HAS_ACCOUNT = "address_has_account"


@dataclass(frozen=True)
class MailDue:
    """A mail to an address: `facts` are the values that its wording needs, `link` a path of the portal."""

    kind: MailKind
    to: str
    facts: Mapping[str, str]
    link: str = ""

    def __repr__(self) -> str:
        return f"MailDue(kind={self.kind!r}, …)"


class NewsKind(StrEnum):
    """Why people who have accounts are told something; what it says is the notification service's, by the same name."""

    RIGHT_GIVEN = "right_given"
    RIGHT_ENDED = "right_ended"
    OFFICE_PROPOSED = "office_proposed"
    RECOVERY_PROPOSED = "recovery_proposed"
    DIVISIONS_PROPOSED = "divisions_proposed"


@dataclass(frozen=True)
class NewsDue:
    """News to one account, or to all in a role over the very division (None for a role without one)."""

    kind: NewsKind
    link: str
    account_id: str = ""
    role: Role | None = None
    division: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"NewsDue(kind={self.kind!r}, …)"


Due = MailDue | NewsDue
