"""Mails that identity owes somebody; the facts travel sealed until they are written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


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
