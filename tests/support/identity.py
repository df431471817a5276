"""Builders of identity's things, and its ports in memory with the promises of the real ones."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from services.identity.errors import BootstrapDone, LastAdministrator, TooManyAttempts, UnitHasAccount, UsernameTaken
from services.identity.model.accounts import Account, AccountState, Password, Person, Unit
from services.identity.model.attempts import RULES, Attempts, Subject
from services.identity.model.contacts import Sought
from services.identity.model.factors import FactorRule
from services.identity.model.grants import Act, Grant, GrantState, acting, in_force
from services.identity.model.mails import Due, MailDue
from services.identity.model.passwords import POLICIES
from services.identity.model.places import Place, place_of
from services.identity.model.sessions import Session
from services.identity.model.signups import Applicant, SignUp, SignUpState
from services.identity.ports.deps import Deps
from services.identity.repository.divisions import ListedDivisions
from shared.clock import FixedClock, local_date
from shared.errors import KeyReused, NotFound, StaleVersion
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from shared.paging import Page
from tests.support.codes import make_uscc
from tests.support.identity_access import MemoryClients, MemoryCodes, MemoryFactors, MemoryProofs, MemorySignIns
from tests.support.identity_change_sets import MemoryChangeSets
from tests.support.identity_invitations import MemoryInvitations
from tests.support.identity_telling import Telling

MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PASSWORD = "Tide-7-Lantern"
OTHER_PASSWORD = "Quiet-9-Harbour"


def make_applicant(**changes: Any) -> Applicant:
    values: dict[str, Any] = {
        "credit_code": make_uscc(1),
        "unit_name": "杭州样例平台有限公司",
        "division": "330106",
        "contact_person": "张三",
        "email": "zhang@example.com",
        "phone": "0571-88888888",
    }
    return Applicant(**(values | changes))


def make_grant(**changes: Any) -> Grant:
    """Return a grant in force: that of a county's reviewer."""
    values: dict[str, Any] = {
        "id": "e" * 32,
        "role": Role.COUNTY_REVIEWER,
        "division": "330106",
        "valid_from": local_date(MOMENT),
        "proposed": Act("b" * 32, MOMENT),
    }
    return Grant(**(values | changes))


def make_account(**changes: Any) -> Account:
    values: dict[str, Any] = {
        "id": "a" * 32,
        "version": 1,
        "state": AccountState.ACTIVE,
        "person": Person("county.330106", "西湖区商务局"),
        "password": Password(f"hash:{PASSWORD}", set_at=MOMENT),
        "valid_since": MOMENT,
        "created_at": MOMENT,
    }
    place = {name: changes.pop(name) for name in ("role", "division", "unit_id") if name in changes}
    return Account(**(values | {"grants": (make_grant(**place),)} | changes))


def make_actor(account: Account | None = None) -> Actor:
    """Return who acts with the account's first grant."""
    holder = account or make_account()
    return acting(holder, holder.grants[0])


def make_administrator() -> Account:
    return make_account(
        id="b" * 32, role=Role.ADMINISTRATOR, division=None, person=Person("administrator", "系统管理员")
    )


ADMINISTRATOR = Actor("b" * 32, Role.ADMINISTRATOR)
CITY = Actor("c" * 32, Role.CITY_REVIEWER, division="330100")
"""Who fills the place of `make_account`."""


class MemoryAccounts(Telling):
    def __init__(self, accounts: Sequence[Account]) -> None:
        self.rows = {account.id: account for account in accounts}
        super().__init__()

    def get(self, account_id: str) -> Account:
        if account_id not in self.rows:
            raise NotFound
        return self.rows[account_id]

    def find_by_username(self, username: str) -> Account | None:
        return next((a for a in self.rows.values() if a.person.username.upper() == username.upper()), None)

    def find_principal(self, unit_id: str) -> Account | None:
        held = ((a, g) for a in self.rows.values() for g in a.grants)
        return next((a for a, g in held if g.is_principal and g.unit_id == unit_id and g.state == "in_force"), None)

    def list_of_unit(self, unit_id: str, today: date) -> Sequence[Account]:
        return [a for a in self.rows.values() if any(g.unit_id == unit_id for g in in_force(a, today))]

    def list_reachable(self, sought: Sought, today: date, cursor: str, limit: int) -> Page[Account]:
        def fits(account: Account) -> bool:
            return sought.account_id == account.id or any(
                sought.account_id is None
                and (sought.unit_id in (None, grant.unit_id))
                and (sought.role is None or (sought.role, sought.division) == (grant.role, grant.division))
                for grant in in_force(account, today)
            )

        found = [a for a in self.rows.values() if a.state is AccountState.ACTIVE and fits(a)]
        return Page(tuple(sorted(found, key=lambda a: a.id, reverse=True))[:limit])

    def find_created(self, request: RequestKey) -> Account | None:
        for account in self.rows.values():
            if account.history and account.history[0].key == request.key:
                if account.history[0].digest != request.digest:
                    raise KeyReused
                return account
        return None

    def add(self, account: Account, entry: HistoryEntry, mails: Sequence[Due] = ()) -> Account:
        if self.find_by_username(account.person.username):
            raise UsernameTaken
        if entry.key and any(a.history and a.history[0].key == entry.key for a in self.rows.values()):
            raise BootstrapDone
        self.tell(mails)
        self.rows[account.id] = replace(account, history=(entry,))
        return self.rows[account.id]

    def save(
        self,
        account: Account,
        entry: HistoryEntry,
        mails: Sequence[Due] = (),
        *,
        keep_administrator: bool = False,
    ) -> Account:
        if self.get(account.id).version != account.version:
            raise StaleVersion
        others = [a for a in self.rows.values() if a.id != account.id]
        if keep_administrator and not any(_is_administrator(a, local_date(entry.at)) for a in others):
            raise LastAdministrator
        self.tell(mails)
        self.rows[account.id] = replace(account, version=account.version + 1, history=(*account.history, entry))
        return self.rows[account.id]

    def list_in_places(
        self, places: frozenset[Place], state: GrantState | None, cursor: str, limit: int
    ) -> Page[Account]:
        def fits(grant: Grant) -> bool:
            return place_of(grant) in places and state in (None, grant.state)

        found = [a for a in self.rows.values() if any(fits(grant) for grant in a.grants)]
        return Page(tuple(found[:limit]))

    def count_over(self, division: str, today: date) -> int:
        return sum(any(g.division == division and g.is_live(today) for g in a.grants) for a in self.rows.values())

    def count_administrators(self, today: date, now: datetime) -> int:
        return sum(
            _is_administrator(a, today) and (a.password.expires_at is None or now < a.password.expires_at)
            for a in self.rows.values()
        )


def _is_administrator(account: Account, today: date) -> bool:
    return account.state is AccountState.ACTIVE and any(
        grant.role is Role.ADMINISTRATOR for grant in in_force(account, today)
    )


class MemoryUnits:
    def __init__(self, units: Sequence[Unit]) -> None:
        self.rows = {unit.id: unit for unit in units}

    def get(self, unit_id: str) -> Unit:
        if unit_id not in self.rows:
            raise NotFound
        return self.rows[unit_id]

    def find_by_credit_code(self, credit_code: str) -> Unit | None:
        return next((unit for unit in self.rows.values() if unit.credit_code == credit_code), None)

    def count_in(self, division: str) -> int:
        return sum(unit.division == division for unit in self.rows.values())


class MemorySignUps:
    def __init__(self, units: MemoryUnits, accounts: MemoryAccounts) -> None:
        self.rows: dict[str, SignUp] = {}
        self.mails: list[MailDue] = []
        self._units = units
        self._accounts = accounts

    def get(self, sign_up_id: str) -> SignUp:
        if sign_up_id not in self.rows:
            raise NotFound
        return self.rows[sign_up_id]

    def add(self, sign_up: SignUp, entry: HistoryEntry, mails: Sequence[MailDue]) -> None:
        self.rows[sign_up.id] = sign_up
        self.mails.extend(mails)

    def save(self, sign_up: SignUp, entry: HistoryEntry) -> SignUp:
        if self.get(sign_up.id).version != sign_up.version:
            raise StaleVersion
        self.rows[sign_up.id] = replace(sign_up, version=sign_up.version + 1)
        return self.rows[sign_up.id]

    def forget_pending(self, expired_before: datetime) -> int:
        stale = [
            sign_up.id
            for sign_up in self.rows.values()
            if sign_up.state is SignUpState.PENDING and sign_up.expires_at < expired_before
        ]
        for id in stale:
            del self.rows[id]
        return len(stale)

    def activate(self, sign_up: SignUp, unit: Unit, account: Account, entry: HistoryEntry) -> None:
        if self._units.find_by_credit_code(unit.credit_code):
            raise UnitHasAccount
        self._accounts.add(account, entry)
        self._units.rows[unit.id] = unit
        self.save(sign_up, entry)


class MemorySessions:
    def __init__(self) -> None:
        self.rows: dict[str, Session] = {}

    def find(self, session_id: str) -> Session | None:
        return self.rows.get(session_id)

    def add(self, session: Session) -> None:
        self.rows[session.id] = session

    def save(self, session: Session) -> None:
        if self.rows[session.id].version != session.version:
            raise StaleVersion
        self.rows[session.id] = replace(session, version=session.version + 1)


class MemoryAttempts:
    def __init__(self) -> None:
        self.rows: dict[Subject, Attempts] = {}
        self.familiar: set[tuple[str, str]] = set()

    def take(self, subjects: Sequence[Subject], now: datetime) -> None:
        for subject in subjects:
            before = self.rows.get(subject) or Attempts(since=now)
            self.rows[subject] = before.counted(now, RULES[subject.kind])
            if self.rows[subject].is_blocked(now):
                raise TooManyAttempts

    def check(self, subject: Subject, now: datetime) -> None:
        if subject in self.rows and self.rows[subject].is_blocked(now):
            raise TooManyAttempts

    def forget(self, subject: Subject) -> None:
        self.rows.pop(subject, None)

    def give_back(self, subject: Subject) -> None:
        self.rows[subject] = self.rows[subject].given_back()

    def is_familiar(self, username: str, address: str) -> bool:
        return (username, address) in self.familiar

    def make_familiar(self, username: str, address: str, now: datetime) -> None:
        self.familiar.add((username, address))


class PlainHashes:
    """Hashes that tell; `compared` counts the comparisons."""

    nobody = "hash:nobody knows"

    def __init__(self) -> None:
        self.compared = 0

    def hash(self, secret: str) -> str:
        return f"hash:{secret}"

    def verify(self, hash: str, secret: str) -> bool:
        self.compared += 1
        return hash == f"hash:{secret}"


class PlainTokens:
    def issue(self, actor: Actor, token_id: str, client_id: str = "", sign_in_id: str = "") -> str:
        return f"token of {actor.account_id}"

    def sign(self, claims: Mapping[str, object], typ: str) -> str:
        return json.dumps(claims)


class CountedRandomness:
    """The next value each time."""

    def __init__(self) -> None:
        self._count = 0

    def _next(self) -> int:
        self._count += 1
        return self._count

    def id(self) -> str:
        return f"{self._next():032x}"

    def secret(self) -> str:
        return f"{self._next():043d}"

    def code(self) -> str:
        return f"{self._next():08d}"

    def password(self) -> str:
        return f"Made-{self._next()}-Password"

    def totp_secret(self) -> str:
        return "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

    def recovery_code(self) -> str:
        return f"ABCD-EFGH-JKLM-{self._next():04d}"


@dataclasses.dataclass(frozen=True)
class MemoryDeps(Deps):
    """Deps whose adapters a test can look into."""

    accounts: MemoryAccounts
    units: MemoryUnits
    sign_ups: MemorySignUps
    invitations: MemoryInvitations
    change_sets: MemoryChangeSets
    sessions: MemorySessions
    sign_ins: MemorySignIns
    codes: MemoryCodes
    clients: MemoryClients
    proofs: MemoryProofs
    factors: MemoryFactors
    attempts: MemoryAttempts
    hashes: PlainHashes
    clock: FixedClock


def make_deps(
    accounts: Sequence[Account] = (),
    units: Sequence[Unit] = (),
    profile: str = "djbh3",
    second_factor: str = "optional",
) -> MemoryDeps:
    kept_accounts, kept_units = MemoryAccounts(accounts), MemoryUnits(units)
    clock = FixedClock(MOMENT)
    return MemoryDeps(
        accounts=kept_accounts,
        units=kept_units,
        sign_ups=MemorySignUps(kept_units, kept_accounts),
        invitations=MemoryInvitations(kept_accounts),
        change_sets=MemoryChangeSets(),
        sessions=MemorySessions(),
        sign_ins=MemorySignIns(),
        codes=MemoryCodes(),
        clients=MemoryClients(),
        proofs=MemoryProofs(),
        factors=MemoryFactors(),
        attempts=MemoryAttempts(),
        hashes=PlainHashes(),
        tokens=PlainTokens(),
        divisions=ListedDivisions(clock),
        random=CountedRandomness(),
        policy=POLICIES[profile],
        factor_rule=FactorRule(second_factor),
        clock=clock,
    )
