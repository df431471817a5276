"""How every service says that somebody is to be told something: one type of message per owner, one shape for all.

An owner makes a `Notice` in the operation that gives the occasion, and sends it through its outbox in the same write:
`NOTICE_DUE[owner].type` is the type, `notice.clear` the data in clear, `notice.values` what is sealed for `READER` as a
JWE of `dump_payload` with the type as `typ`. `seal_notice` does the sealing for owners that don't do it by themselves.

What was told may be settled meanwhile (the form was filed that a notice asked for): the owner says so by a
`NOTICE_SETTLED` of the same occasion and `once`. Mails that have not left yet don't leave then, and what is unread no
longer counts as such.

A new occasion is data, in `services/notification/occasions/<owner>.toml`: its title, its variables, its wordings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from joserfc.jwk import KeySetSerialization
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from shared.contracts import Contract
from shared.crypto.jose import seal_for
from shared.crypto.payload import dump_payload

READER = "notification"
"""The name of the service among the peers' keys."""

OWNERS = ("identity", "registration", "filing", "statistics", "exchange")
"""The services that give occasions; each has a type of its own, so that nobody speaks for another."""

ADDRESS = "address"
"""The sealed value that holds the mail address, where a notice goes to an address and to no account."""

ID = validate.Length(min=1, max=64)
OCCASION = validate.Regexp(r"[a-z]+\.[a-z_]{1,60}\Z")
LINK = validate.Regexp(r"(/(?!/)[A-Za-z0-9/_.?=&%-]{0,300}(#[A-Za-z0-9_.-]{1,100})?)?\Z")


class To(Schema):
    """Who is told: all persons of a unit, one account, all in a role over a division, or a bare address."""

    unit_id = fields.String(validate=ID)
    account_id = fields.String(validate=ID)
    role = fields.String(validate=ID)
    division = fields.String(validate=ID, allow_none=True)
    address = fields.Boolean(validate=validate.Equal(True))

    @validates_schema
    def check(self, data: Mapping[str, object], **_: object) -> None:
        """Take exactly one kind of recipient."""
        if frozenset(data) not in _KINDS:
            raise ValidationError("one kind of recipient", "to")


_KINDS = frozenset(
    frozenset(kind) for kind in (("unit_id",), ("account_id",), ("role",), ("role", "division"), ("address",))
)


class NoticeDue(Schema):
    """Somebody is to be told something, at most once per recipient and `once`.

    `occasion` is a key of the table of occasions, `link` a path in the portal with the anchor of the field concerned,
    `about` the unit that the values belong to; `sealed` is a JWE for `reader` with the named values of the wording.
    """

    occasion = fields.String(required=True, validate=OCCASION)
    once = fields.String(required=True, validate=ID)
    to = fields.Nested(To, required=True, unknown=EXCLUDE)
    link = fields.String(load_default="", validate=LINK)
    about = fields.String(load_default="", validate=validate.Length(max=64))
    reader = fields.String(required=True, validate=validate.Equal(READER))
    sealed = fields.String(required=True)


NOTICE_DUE: Mapping[str, Contract] = MappingProxyType(
    {owner: Contract(f"tongbao.{owner}.notice_due.v1", 1, owner, NoticeDue()) for owner in OWNERS}
)


class NoticeSettled(Schema):
    """What was or is to be told on this occasion is done with; it may come before what it settles."""

    occasion = fields.String(required=True, validate=OCCASION)
    once = fields.String(required=True, validate=ID)


SETTLERS = ("filing",)
"""The services that tell what may be settled before it is read."""

NOTICE_SETTLED: Mapping[str, Contract] = MappingProxyType(
    {owner: Contract(f"tongbao.{owner}.notice_settled.v1", 1, owner, NoticeSettled()) for owner in SETTLERS}
)

CONTRACTS = (*NOTICE_DUE.values(), *NOTICE_SETTLED.values())


@dataclass(frozen=True)
class Recipient:
    """Who is told; made by `of_unit`, `of_account`, `in_role`, `TO_ADDRESS`."""

    kind: Mapping[str, object]


TO_ADDRESS = Recipient(MappingProxyType({"address": True}))
"""The address among the values: for a person without an account."""


def of_unit(unit_id: str) -> Recipient:
    """Return all persons who act for the unit."""
    return Recipient({"unit_id": unit_id})


def of_account(account_id: str) -> Recipient:
    """Return one person."""
    return Recipient({"account_id": account_id})


def in_role(role: str, division: str | None) -> Recipient:
    """Return all persons who have the role over the very division (None for a role without one)."""
    return Recipient({"role": role} if division is None else {"role": role, "division": division})


@dataclass(frozen=True)
class Notice:
    """An occasion to tell somebody something, as its owner sees it.

    `once` is the id of the very occasion (that of the registration with its revision, say): whoever got a notice of it
    gets no second one. `about` is the unit whose values these are; empty where no unit's.
    """

    occasion: str
    once: str
    to: Recipient
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    link: str = ""
    about: str = ""

    @property
    def clear(self) -> dict[str, object]:
        """The data that stays in clear: keys, ids and a path."""
        return {
            "occasion": self.occasion,
            "once": self.once,
            "to": dict(self.to.kind),
            "link": self.link,
            "about": self.about,
            "reader": READER,
        }


def seal_notice(owner: str, notice: Notice, reader: KeySetSerialization) -> dict[str, object]:
    """Return the data of the owner's event, the values sealed for the public keys of `READER`."""
    sealed = seal_for(reader, dump_payload(dict(notice.values)), typ=NOTICE_DUE[owner].type)
    return {**notice.clear, "sealed": sealed}
