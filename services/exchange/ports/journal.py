"""The journal and the signature of the exchange, as the operations see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from services.exchange.journal.anchors import SignedAnchor, Standing
from services.exchange.journal.chains import Head
from services.exchange.journal.entries import Crossing, Entry
from services.exchange.model.partners import Partner, RouteName

Noted = tuple[Entry, str]
"""An entry, and the hash that was kept beside it."""


@dataclass(frozen=True)
class Arrival:
    """What came over the border: `proof` is what the partner signed, kept sealed under the key of `owner`."""

    crossing: Crossing
    proof: str = field(default="", repr=False)
    owner: str = ""


@dataclass(frozen=True)
class Search:
    """Which entries of a partner are asked for: of days in Asia/Shanghai, a route, a message; all where empty."""

    partner: Partner
    since: date | None = None
    until: date | None = None
    route: RouteName | None = None
    message_id: str = ""


@dataclass(frozen=True)
class Checked:
    """How far a chain was followed, when, and where it broke; `broken_at` is 0 where it holds."""

    at: datetime
    number: int
    fault: str = ""
    broken_at: int = 0


@dataclass(frozen=True)
class Chain:
    """The chain of a partner as it stands."""

    partner: Partner
    head: Head
    checked: Checked | None = None


class Journal(Protocol):
    """What crosses the border, in chains. What is on its way out is released only by `link`."""

    def note(self, arrival: Arrival, at: datetime) -> None:
        """Have something entered that came and changed nothing; the same again adds nothing."""
        ...

    def link(self, at: datetime, limit: int) -> int:
        """Enter what waits, release what is on its way out, and return how much that was: all of it or nothing."""
        ...

    def oldest_waiting(self) -> datetime | None:
        """Return since when the oldest waits that is not entered yet."""
        ...

    def chains(self) -> Sequence[Chain]:
        """Return the chains of all partners."""
        ...

    def list_newest(self, search: Search, cursor: str, limit: int) -> tuple[Sequence[Noted], str]:
        """Return a page of entries, newest first, and the cursor of the next. Raises `Malformed`."""
        ...

    def follow(self, partner: Partner, first: int, last: int) -> Iterator[Noted]:
        """Yield the entries from one number to another, in their order."""
        ...

    def proofs(self, partner: Partner, first: int, last: int) -> Iterator[tuple[int, str]]:
        """Yield the number of each entry that has a proof with it, empty where that can't be opened any more."""
        ...

    def head_before(self, partner: Partner, moment: datetime) -> Head:
        """Return where a chain stood before a moment."""
        ...

    def close_day(
        self, day: date, make: Callable[[SignedAnchor | None, Sequence[Standing]], SignedAnchor]
    ) -> SignedAnchor:
        """Keep the anchor of a day that is over, made of the one before and of where the chains stood; once."""
        ...

    def anchors(self, since: date | None = None, until: date | None = None) -> Sequence[SignedAnchor]:
        """Return the anchors of days, in their order."""
        ...

    def anchor_before(self, day: date | None = None) -> SignedAnchor | None:
        """Return the last anchor before a day, or the very last."""
        ...

    def note_checked(self, partner: Partner, checked: Checked) -> None:
        """Keep how far a chain was followed."""
        ...

    def tell(self, type: str, data: Mapping[str, object], at: datetime) -> None:
        """Send an event of the journal's own to our services."""
        ...


class Signer(Protocol):
    """Signs for the exchange what is to be read outside."""

    def sign(self, payload: bytes, typ: str) -> str:
        """Return a compact JWS over the payload."""
        ...

    def proof_in(self, token: str, typ: str) -> str:
        """Return what the sender signed inside of a sealed text for us; empty where there is no such thing."""
        ...

    def public_keys(self, partner: Partner) -> Mapping[str, Mapping[str, object]]:
        """Return the public keys of the exchange and of a partner, by name."""
        ...
