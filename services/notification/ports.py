"""What the operations need from outside, as protocols; `wiring.py` knows the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.notification.model.mails import Letter, Mail, MailState
from services.notification.model.notices import Arrival, Contact, Notice
from services.notification.model.occasions import Occasions
from services.notification.model.preferences import Preferences
from services.notification.model.templates import Template
from shared.clock import Clock
from shared.identity.actor import Actor
from shared.mail import Mailer
from shared.paging import Page


class Arrivals(Protocol):
    """Occasions whose recipients are not told yet."""

    def add(self, arrival: Arrival) -> None:
        """Store an arrival once per id, with its values sealed."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[Arrival]:
        """Return arrivals to work off by now, the one that waits longest first."""
        ...

    def postpone(self, arrival_id: str, until: datetime) -> None:
        """Have an arrival wait."""
        ...

    def done(self, arrival_id: str) -> None:
        """Forget an arrival: everybody is told."""
        ...


class Notices(Protocol):
    """The inboxes."""

    def add(self, notice: Notice) -> Notice:
        """Store a notice once per id, and return the stored one, which may be an earlier one."""
        ...

    def list_of(self, actor: Actor, cursor: str, limit: int) -> Page[Notice]:
        """Return a page of what the actor sees, newest first. Raises `Malformed`."""
        ...

    def count_unread(self, actor: Actor) -> int:
        """Return how many notices the actor sees and has not read."""
        ...

    def mark_read(self, actor: Actor, notice_id: str, at: datetime) -> None:
        """Note when a notice was first read. Raises `NotFound`."""
        ...

    def mark_all_read(self, actor: Actor, at: datetime) -> int:
        """Note that all notices that came by then were read; return how many were not."""
        ...

    def waiting_for_digest(self, before: datetime) -> Sequence[str]:
        """Return the accounts that have notices for a digest from before that moment."""
        ...


class Settlements(Protocol):
    """What is done with before everybody was told or has read it."""

    def settle(self, occasion: str, once: str, at: datetime) -> None:
        """Note it, and take back what waits: arrivals, mails that have not left, notices in digests and unread ones."""
        ...

    def is_settled(self, occasion: str, once: str) -> bool:
        """Tell whether it is done with."""
        ...


class Mails(Protocol):
    """Mails on their way, and what became of them."""

    def add(self, mail: Mail, letter: Letter) -> None:
        """Store a mail once per id."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Return the ids of mails to hand over by now, the one that is due longest first."""
        ...

    def claim(self, mail_id: str, now: datetime) -> tuple[Mail, Letter] | None:
        """Note that a due mail is being handed over, and return it; None where another worker was faster.

        Raises `CryptoError` where it can't be read; it is noted as being handed over then, too.
        """
        ...

    def settle(
        self, mail_id: str, state: MailState, now: datetime, *, code: str = "", due_at: datetime | None = None
    ) -> None:
        """Note what became of a mail that was being handed over; the letter is destroyed unless it is due again."""
        ...

    def broken_off(self, before: datetime) -> Sequence[str]:
        """Return the ids of mails that have been in handing over since before that moment."""
        ...

    def count_of(self, state: MailState) -> int:
        """Return how many mails are in a state."""
        ...

    def list_of(self, state: MailState | None, cursor: str, limit: int) -> Page[Mail]:
        """Return a page of mails, newest first. Raises `Malformed`."""
        ...

    def add_digest(self, mail: Mail, make: DigestLetter, before: datetime) -> bool:
        """Store the digest of a day and note it in the notices that it tells of, all or nothing.

        Returns whether it was stored: False where there was one already, or nothing to tell.
        """
        ...


class DigestLetter(Protocol):
    """Writes a digest."""

    def __call__(self, occasions: Sequence[str]) -> Letter:
        """Return the letter about notices on these occasions, one key per notice."""
        ...


class Templates(Protocol):
    """The wordings. Every write is one atomic step with its history."""

    def get(self, key: str) -> Template:
        """Return the template of an occasion; one that nobody has touched where nothing is stored."""
        ...

    def all(self) -> Mapping[str, Template]:
        """Return the stored templates by key."""
        ...

    def save(self, template: Template) -> Template:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        ...


class PreferencesOf(Protocol):
    """What people prefer."""

    def get(self, account_id: str) -> Preferences:
        """Return the preferences of an account; those of nobody in particular where nothing is stored."""
        ...

    def save(self, preferences: Preferences) -> Preferences:
        """Store the next version. Raises `StaleVersion`."""
        ...


class Contacts(Protocol):
    """Asks identity whom to tell."""

    def of(self, to: Mapping[str, str | bool | None]) -> Sequence[Contact]:
        """Return the persons that a recipient of the contract stands for. Raises `Unavailable`."""
        ...


@dataclass(frozen=True)
class Rhythm:
    """`digest_hour` in Asia/Shanghai; how long a hand-over of a mail may take before it counts as broken off."""

    digest_hour: int = 8
    handing_over: timedelta = timedelta(minutes=5)


@dataclass(frozen=True)
class Deps:
    """Everything that the operations use; `portal_url` is where links in mails begin, without a slash at its end."""

    occasions: Occasions
    arrivals: Arrivals
    notices: Notices
    settlements: Settlements
    mails: Mails
    templates: Templates
    preferences: PreferencesOf
    contacts: Contacts
    mailer: Mailer
    clock: Clock
    rhythm: Rhythm
    portal_url: str
