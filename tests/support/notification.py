"""Fakes of notification's ports, and its operations on top of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.notification.model.mails import Letter, Mail, MailState
from services.notification.model.notices import Arrival, Contact, Notice, scopes_of
from services.notification.model.occasions import MailChoice
from services.notification.model.preferences import Preferences
from services.notification.model.templates import Template
from services.notification.ports import Deps, DigestLetter, Rhythm
from services.notification.repository.occasions import read_occasions
from shared.calls import Call
from shared.clock import FixedClock
from shared.errors import NotFound, StaleVersion
from shared.identity.actor import Actor, Role
from shared.paging import Page

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine in the morning in Shanghai."""

UNIT = "u" * 32
PERSON = Contact("p" * 32, "person@example.cn")
COLLEAGUE = Contact("q" * 32, "colleague@example.cn")
MINISTRY = Actor("m" * 32, Role.MINISTRY, division="000000")
OPERATOR = Actor(PERSON.account_id, Role.OPERATOR, unit_id=UNIT)


class MemoryArrivals:
    """Arrivals in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[str, Arrival] = {}
        self.until: dict[str, datetime] = {}

    def add(self, arrival: Arrival) -> None:
        self.rows.setdefault(arrival.id, arrival)

    def due(self, now: datetime, limit: int) -> Sequence[Arrival]:
        return [row for row in self.rows.values() if self.until.get(row.id, row.at) <= now][:limit]

    def postpone(self, arrival_id: str, until: datetime) -> None:
        self.until[arrival_id] = until

    def done(self, arrival_id: str) -> None:
        self.rows.pop(arrival_id, None)


class MemoryNotices:
    """Inboxes in a dictionary; `told` are the notices that a digest told of."""

    def __init__(self) -> None:
        self.rows: dict[str, Notice] = {}
        self.told: set[str] = set()

    def add(self, notice: Notice) -> Notice:
        return self.rows.setdefault(notice.id, notice)

    def list_of(self, actor: Actor, cursor: str, limit: int) -> Page[Notice]:
        return Page(tuple(self._of(actor)[:limit]))

    def count_unread(self, actor: Actor) -> int:
        return sum(row.read_at is None for row in self._of(actor))

    def mark_read(self, actor: Actor, notice_id: str, at: datetime) -> None:
        if notice_id not in {row.id for row in self._of(actor)}:
            raise NotFound
        row = self.rows[notice_id]
        self.rows[notice_id] = dataclasses.replace(row, read_at=row.read_at or at)

    def mark_all_read(self, actor: Actor, at: datetime) -> int:
        unread = [row for row in self._of(actor) if row.read_at is None]
        for row in unread:
            self.rows[row.id] = dataclasses.replace(row, read_at=at)
        return len(unread)

    def waiting_for_digest(self, before: datetime) -> Sequence[str]:
        return sorted({row.account_id for row in self.waiting(before)})

    def waiting(self, before: datetime) -> list[Notice]:
        rows = [row for row in self.rows.values() if row.delivery is MailChoice.DIGEST and row.at < before]
        return [row for row in rows if row.id not in self.told]

    def _of(self, actor: Actor) -> list[Notice]:
        mine = [row for row in self.rows.values() if row.account_id == actor.account_id]
        return sorted((row for row in mine if row.scope in scopes_of(actor)), key=lambda row: row.at, reverse=True)


class MemorySettlements:
    """What is settled, over the inboxes and mails of a desk."""

    def __init__(self, arrivals: MemoryArrivals, notices: MemoryNotices, mails: MemoryMails) -> None:
        self.rows: set[tuple[str, str]] = set()
        self._arrivals, self._notices, self._mails = arrivals, notices, mails

    def settle(self, occasion: str, once: str, at: datetime) -> None:
        self.rows.add((occasion, once))
        for arrival in list(self._arrivals.rows.values()):
            if (arrival.occasion, arrival.once) == (occasion, once):
                self._arrivals.done(arrival.id)
        for row in list(self._notices.rows.values()):
            if (row.occasion, row.once) == (occasion, once) and row.settled_at is None:
                self._notices.rows[row.id] = dataclasses.replace(row, settled_at=at, read_at=row.read_at or at)
                self._notices.told.add(row.id)
                mail = self._mails.rows.get(row.id)
                if mail is not None and mail.state is MailState.DUE:
                    self._mails.settle(row.id, MailState.SETTLED, at)

    def is_settled(self, occasion: str, once: str) -> bool:
        return (occasion, once) in self.rows


class MemoryMails:
    """Mails in a dictionary, with their letters."""

    def __init__(self, notices: MemoryNotices) -> None:
        self.rows: dict[str, Mail] = {}
        self.letters: dict[str, Letter] = {}
        self._notices = notices

    def add(self, mail: Mail, letter: Letter) -> None:
        self.rows.setdefault(mail.id, mail)
        self.letters.setdefault(mail.id, letter)

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        return [row.id for row in self.rows.values() if row.state is MailState.DUE and row.due_at <= now][:limit]

    def claim(self, mail_id: str, now: datetime) -> tuple[Mail, Letter] | None:
        row = self.rows[mail_id]
        if row.state is not MailState.DUE:
            return None
        claimed = dataclasses.replace(row, state=MailState.HANDING_OVER, attempts=row.attempts + 1, changed_at=now)
        self.rows[mail_id] = claimed
        return claimed, self.letters[mail_id]

    def settle(
        self, mail_id: str, state: MailState, now: datetime, *, code: str = "", due_at: datetime | None = None
    ) -> None:
        row = self.rows[mail_id]
        self.rows[mail_id] = dataclasses.replace(
            row, state=state, changed_at=now, code=code, due_at=due_at or row.due_at
        )

    def broken_off(self, before: datetime) -> Sequence[str]:
        handing = [row for row in self.rows.values() if row.state is MailState.HANDING_OVER]
        return [row.id for row in handing if row.changed_at is not None and row.changed_at < before]

    def count_of(self, state: MailState) -> int:
        return sum(row.state is state for row in self.rows.values())

    def list_of(self, state: MailState | None, cursor: str, limit: int) -> Page[Mail]:
        return Page(tuple(row for row in self.rows.values() if state in (None, row.state)))

    def add_digest(self, mail: Mail, make: DigestLetter, before: datetime) -> bool:
        waiting = [row for row in self._notices.waiting(before) if row.account_id == mail.account_id]
        if mail.id in self.rows or not waiting:
            return False
        self.add(mail, make([row.occasion for row in waiting]))
        self._notices.told |= {row.id for row in waiting}
        return True


class MemoryTemplates:
    """Templates in a dictionary, with the store's promise about versions."""

    def __init__(self) -> None:
        self.rows: dict[str, Template] = {}

    def get(self, key: str) -> Template:
        return self.rows.get(key) or Template(key)

    def all(self) -> Mapping[str, Template]:
        return self.rows

    def save(self, template: Template) -> Template:
        if self.get(template.key).version != template.version:
            raise StaleVersion
        self.rows[template.key] = dataclasses.replace(template, version=template.version + 1)
        return self.rows[template.key]


class MemoryPreferences:
    """Preferences in a dictionary, with the store's promise about versions."""

    def __init__(self) -> None:
        self.rows: dict[str, Preferences] = {}

    def get(self, account_id: str) -> Preferences:
        return self.rows.get(account_id) or Preferences(account_id)

    def save(self, preferences: Preferences) -> Preferences:
        if self.get(preferences.account_id).version != preferences.version:
            raise StaleVersion
        self.rows[preferences.account_id] = dataclasses.replace(preferences, version=preferences.version + 1)
        return self.rows[preferences.account_id]


@dataclass
class FakeContacts:
    """Answers every question with the same people, or with `error`."""

    people: Sequence[Contact] = (PERSON,)
    error: Exception | None = None
    asked: list[Mapping[str, str | bool | None]] = field(default_factory=list)

    def of(self, to: Mapping[str, str | bool | None]) -> Sequence[Contact]:
        self.asked.append(to)
        if self.error is not None:
            raise self.error
        if "account_id" in to:
            return [each for each in self.people if each.account_id == to["account_id"]]
        return self.people


@dataclass
class FakeMailer:
    """Takes every mail, or raises `error`."""

    error: Exception | None = None
    sent: list[tuple[str, str, str, str]] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str, id: str) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append((to, subject, text, id))


@dataclass
class Desk:
    """Deps on fakes, and the fakes themselves."""

    deps: Deps
    arrivals: MemoryArrivals
    notices: MemoryNotices
    settlements: MemorySettlements
    mails: MemoryMails
    templates: MemoryTemplates
    preferences: MemoryPreferences
    contacts: FakeContacts
    mailer: FakeMailer
    clock: FixedClock


def make_desk(*people: Contact) -> Desk:
    """Return the operations' deps on fakes; `people` are whom identity knows."""
    notices, clock = MemoryNotices(), FixedClock(MORNING)
    arrivals, mails, templates, preferences = (
        MemoryArrivals(),
        MemoryMails(notices),
        MemoryTemplates(),
        MemoryPreferences(),
    )
    settlements = MemorySettlements(arrivals, notices, mails)
    contacts, mailer = FakeContacts(people or (PERSON,)), FakeMailer()
    deps = Deps(
        occasions=read_occasions(),
        arrivals=arrivals,
        notices=notices,
        settlements=settlements,
        mails=mails,
        templates=templates,
        preferences=preferences,
        contacts=contacts,
        mailer=mailer,
        clock=clock,
        rhythm=Rhythm(),
        portal_url="https://tongbao.example.cn",
    )
    return Desk(deps, arrivals, notices, settlements, mails, templates, preferences, contacts, mailer, clock)


def make_arrival(occasion: str = "registration.returned", **changes: object) -> Arrival:
    """Return an arrival: a registration of `UNIT` was returned."""
    arrival = Arrival(
        id="a" * 32,
        at=MORNING,
        occasion=occasion,
        once="r" * 32,
        to={"unit_id": UNIT},
        link=f"/registrations/{'r' * 32}",
        about=UNIT,
        values={"platform_name": "云采平台", "reason": "请重新上传营业执照", "revision": "2"},
    )
    return dataclasses.replace(arrival, **changes)  # type: ignore[arg-type]  # test builder


def call_of(actor: Actor, version: int | None = None) -> Call:
    """Return the call of an actor on a version."""
    return Call(actor=actor, version=version)
