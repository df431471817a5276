"""What the table of identity's rights speaks of: accounts, and a right request per route."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from services.identity.app import app_of
from services.identity.model.accounts import Account, AccountState, Person, Unit
from services.identity.model.change_sets import ChangeSet, ChangeSetState
from services.identity.model.grants import Act, GrantState
from services.identity.model.invitations import LIFETIME, Invitation, InvitationKind, InvitationState, Invited
from services.identity.model.sign_ins import Proof, SignIn
from services.identity.repository.indexes import ACCOUNTS, ATTEMPTS, CHANGE_SETS, CLIENTS, INDEXES
from services.identity.repository.indexes import INVITATIONS as INVITED
from services.identity.wiring import Wired, build
from shared.clock import SystemClock
from shared.codes.division_changes import Change, ChangeKind
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.history import HistoryEntry
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from shared.mongo.indexes import ensure_indexes
from tests.support.codes import make_uscc
from tests.support.identity import MOMENT, make_account, make_grant
from tests.support.identity_desk import make_settings
from tests.support.oidc import OidcClient
from tests.support.rights import Row
from tests.support.rights_people import PEOPLE, UNIT

NAMES = ("staff", "disabled", "colleague", "provincial", "proposal", "by_admin", "mate")
TARGETS = {name: f"{number:032x}" for number, name in enumerate(NAMES, 101)}
TARGETS |= {"of_unit": f"{1:032x}", "missing": "0" * 32, "client": "report"}
NAMES_OF_INVITATIONS = ("invitation", "elsewhere", "recovery", "by_county")
FILES = {"/docs/assets/": "swagger-ui.css", "/assets/": "pages.css", "/bootstrap/": "css/bootstrap.min.css"}

INVITATIONS = {name: f"{number:032x}" for number, name in enumerate(NAMES_OF_INVITATIONS, 201)}
CHANGE = {"kind": "rename", "code": "330106", "on": "2099-01-01", "name": "新区"}
CHANGES = f"{301:032x}"
GRANT = "/accounts/<account_id>/grants/<grant_id>"

BODIES: Mapping[tuple[str, str], object] = {
    ("POST", "/accounts"): {"username": "a b", "display_name": "甲", "role": "auditor"},
    ("POST", "/invitations"): {"email": "new@example.com", "display_name": "新同事"},
    ("POST", "/unit-roles"): {"role": "enterprise"},
    ("POST", "/transfers"): {"email": "new@example.com", "stays": True},
    ("POST", "/recoveries"): {
        "credit_code": make_uscc(7),
        "email": "new@example.com",
        "display_name": "接任人",
        "reason": "已离职。",
    },
    ("POST", "/division-changes"): {"document": "文件", "changes": [CHANGE | {"code": "339999"}]},
    ("POST", "/division-changes/preview"): {"changes": [CHANGE]},
    ("POST", "/appointments"): {"username": "", "role": "auditor"},
    ("POST", f"{GRANT}/refusal"): {"reason": "不符合条件。"},
    ("POST", f"{GRANT}/extension"): {"valid_to": None},
    ("POST", f"{GRANT}/end"): {"reason": "已调离。"},
    ("POST", "/password"): {"current_password": "wrong", "new_password": "Quiet-9-Harbour"},
}
"""Bodies that the permission lets through to a fault of their content; others are empty."""


def _id_of(person: str) -> str:
    actor = PEOPLE[person]
    return actor.account_id if actor else ""


def _division_of(actor: Actor) -> str | None:
    """Return where a person acts; a unit's person acts where the unit is."""
    return actor.division or ("330106" if actor.unit_id else None)


def _sign_in(account_id: str) -> SignIn:
    """Return a sign-in of a person, with the person's own id."""
    now = SystemClock().now()
    proofs = frozenset({Proof.PASSWORD})
    return SignIn(account_id, 1, account_id, account_id, now, now, now, proofs, is_complete=True)


class Ground:
    """Accounts of every role on identity, and the way to ask for them."""

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        self.app: Flask = app_of(wired)
        self._client = self.app.test_client()
        now = SystemClock().now()
        unit = Unit(id=UNIT, version=1, division="330106", credit_code=make_uscc(1), name="平台公司", created_at=now)
        wired.deps.units.add(unit, HistoryEntry(now, "system", "create", None, None))  # type: ignore[attr-defined]  # the real one also takes them
        for name, actor in PEOPLE.items():
            if actor is not None:
                self._add(name, actor)
                self.wired.deps.sign_ins.add(_sign_in(actor.account_id))
        self._add("staff", Actor(TARGETS["staff"], Role.COUNTY_REVIEWER, division="330108"))
        self._add("disabled", Actor(TARGETS["disabled"], Role.CITY_REVIEWER, division="330200"), AccountState.DISABLED)
        self._add("colleague", Actor(TARGETS["colleague"], Role.ADMINISTRATOR))
        self._add("provincial", Actor(TARGETS["provincial"], Role.PROVINCE_REVIEWER, division="320000"))
        self._propose("proposal", "f" * 32)
        self._propose("by_admin", _id_of("admin"))
        self._add("mate", Actor(TARGETS["mate"], Role.OPERATOR, UNIT, "330106"))
        self._invite("invitation", InvitationKind.COLLEAGUE, UNIT, "330106", "f" * 32)
        self._invite("elsewhere", InvitationKind.RECOVERY, "9" * 32, "320106", "f" * 32)
        self._invite("recovery", InvitationKind.RECOVERY, UNIT, "330106", "f" * 32)
        self._invite("by_county", InvitationKind.RECOVERY, UNIT, "330106", _id_of("county"))
        self._propose_changes()
        OidcClient(self.app, wired.deps, wired.settings.issuer, "report", Role.SERVICE).register()
        self._kept = {name: list(wired.database[name].find()) for name in (ACCOUNTS, CLIENTS, INVITED, CHANGE_SETS)}

    def ask(self, person: str, row: Row) -> TestResponse:
        """Send the right request of a row as a person; what it changed is put back."""
        actor = PEOPLE[person]
        account_id = actor.account_id if row.target == "own" and actor else TARGETS.get(row.target, "0" * 32)
        path = row.route.replace("<account_id>", account_id).replace("<sign_up_id>", "0" * 32)
        path = path.replace("<invitation_id>", INVITATIONS.get(row.target, "0" * 32))
        path = path.replace("<change_set_id>", CHANGES if row.target == "changes" else "0" * 32)
        path = path.replace("<grant_id>", make_grant().id)
        path = path.replace("<sign_in_id>", "0" * 32)
        path = path.replace("<client_id>", TARGETS.get(row.target, "missing"))
        headers = {"If-Match": '"1"', "Idempotency-Key": new_id()}
        if actor is not None:
            sign_in = "0" * 32 if row.target == "over" else actor.account_id
            acting = replace(actor, division=_division_of(actor))
            token = self.wired.token_keys.issue(acting, new_id(), sign_in_id=sign_in)
            headers["Authorization"] = f"Bearer {token}"
        body = None if row.method == "GET" else BODIES.get((row.method, row.route), {})
        file = next((name for folder, name in FILES.items() if path.startswith(folder)), "")
        path = path.replace("<path:file_name>", file).replace("<path:filename>", file)
        answer = self._client.open(path, method=row.method, headers=headers, json=body, buffered=True)
        if row.method != "GET":
            self._put_back()
        return answer

    def _put_back(self) -> None:
        for name, documents in self._kept.items():
            for document in documents:
                self.wired.database[name].replace_one({"_id": document["_id"]}, document)
        self.wired.database[ATTEMPTS].delete_many({})

    def _add(self, name: str, actor: Actor, state: AccountState = AccountState.ACTIVE) -> None:
        division = _division_of(actor)
        grant = make_grant(role=actor.role, division=division, unit_id=actor.unit_id, is_principal=name == "operator")
        self._store(name, make_account(id=actor.account_id, state=state, grants=(grant,)))

    def _invite(self, name: str, kind: InvitationKind, unit_id: str, division: str, by: str) -> None:
        is_recovery = kind is InvitationKind.RECOVERY
        invitation = Invitation(
            id=INVITATIONS[name],
            version=1,
            kind=kind,
            state=InvitationState.PROPOSED if is_recovery else InvitationState.OPEN,
            unit_id=unit_id,
            division=division,
            role=Role.OPERATOR,
            invited=Invited("invited@example.com", "受邀人"),
            asked=Act(by, MOMENT),
            expires_at=SystemClock().now() + LIFETIME,
        )
        entry = HistoryEntry(MOMENT, by, "invite", None, invitation.state)
        self.wired.deps.invitations.add(invitation, entry, [])

    def _propose_changes(self) -> None:
        change = Change(ChangeKind.RENAME, "330109", date(2099, 1, 1), "新萧山区")
        act = Act(_id_of("ministry"), MOMENT)
        change_set = ChangeSet(CHANGES, 1, ChangeSetState.PROPOSED, "文件", (change,), act)
        entry = HistoryEntry(MOMENT, act.by, "propose", None, change_set.state)
        self.wired.deps.change_sets.add(change_set, entry, [])

    def _propose(self, name: str, by: str) -> None:
        act = Act(by, MOMENT)
        grant = make_grant(role=Role.AUDITOR, division=None, state=GrantState.PROPOSED, proposed=act)
        self._store(name, make_account(id=TARGETS[name], grants=(grant,)))

    def _store(self, name: str, account: Account) -> None:
        account = replace(account, person=Person(f"{name}@example.com", name, f"{name}@example.com"))
        entry = HistoryEntry(account.created_at, "system", "create", None, account.state)
        self.wired.deps.accounts.add(account, entry)


@contextmanager
def open_ground(folder: Path, mongo_uri: str, database: str) -> Iterator[Ground]:
    """Open identity on a database; it needs neither broker nor mail."""
    wired = build(make_settings(folder, mongo_uri, database, ""))
    with wired.client:
        MongoKeyStore(wired.database[KEYS]).prepare()
        ensure_indexes(wired.database, INDEXES)
        wired.token_keys.prepare()
        yield Ground(wired)
