"""Mails that identity owes somebody; the facts travel sealed until they are written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class MailKind(StrEnum):
    """Why a mail is sent."""

    ACTIVATION = "activation"
    UNIT_HAS_ACCOUNT = "unit_has_account"
    ADDRESS_HAS_ACCOUNT = "address_has_account"


@dataclass(frozen=True)
class MailDue:
    """A mail to write: `facts` are what its text needs."""

    kind: MailKind
    to: str
    facts: Mapping[str, str]

    def __repr__(self) -> str:
        return f"MailDue(kind={self.kind!r}, …)"
