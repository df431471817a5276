"""Fakes of the portal's ports, and the portal on top of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.portal.model.answers import (
    ChangeAnswer,
    FileAnswer,
    FormValues,
    MeAnswer,
    MessageAnswer,
    RegistrationAnswer,
    RegistrationRow,
    RevisionAnswer,
    RevisionRow,
    SignInRow,
    Streamed,
)
from services.portal.model.session import Account, session_id
from services.portal.model.sign_in import Flow, Identified
from services.portal.ports import Deps
from services.portal.settings import Settings
from shared.clock import FixedClock
from shared.errors import Conflict, Invalid, NotAuthenticated, NotFound, Problem, StaleVersion, Unavailable
from shared.identity.actor import Role
from shared.settings import Secret
from tests.support.portal_answers import make_file, make_person, make_registration, make_review, make_row
from tests.support.portal_app import app_on
from tests.support.portal_casework import FakeCasework
from tests.support.portal_classes import FakeClasses
from tests.support.portal_contracts import FakeContracts
from tests.support.portal_duplicates import FakeDuplicates
from tests.support.portal_exchange import FakeExchange
from tests.support.portal_filing import FakeFilings, FakeSurvey
from tests.support.portal_keeping import CountingSecrets, FakeDivisions, MemorySessions
from tests.support.portal_month_end import FakeMonthEnds
from tests.support.portal_notifications import FakeCounts, FakeNotifications
from tests.support.portal_people import FakeColleagues, FakeOffices, FakeUpkeep
from tests.support.portal_rates import FakeRates
from tests.support.portal_reminding import FakeReminding
from tests.support.portal_uploads import FakeUploads
from tests.support.portal_workbooks import FakeWorkbooks

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PASSWORD = "Correct-horse-battery-1"


PROVIDER = "https://identity.test"


@dataclass
class FakeIdentity:
    """The provider and the identity service: knows people by user name, and takes the user name for a code."""

    people: dict[str, Mapping[str, object]] = field(default_factory=dict)
    refreshed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    signups: list[Mapping[str, str]] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    rows: list[SignInRow] = field(default_factory=list)
    lifetime: int = 300
    checked: list[str] = field(default_factory=list)
    is_down: bool = False

    def sign_in_url(self, flow: Flow, prompt: str = "") -> str:
        self.flows.append(flow)
        return f"{PROVIDER}/oauth/authorize?state={flow.state}"

    def redeem(self, code: str, issuer: str, flow: Flow) -> Identified:
        if code not in self.people or flow not in self.flows:
            raise NotAuthenticated
        return self._identified(account_of(self.people[code]), code, 1)

    def refresh(self, refresh_token: str, account: Account) -> Identified:
        if refresh_token in self.refreshed:
            raise NotAuthenticated
        self.refreshed.append(refresh_token)
        _, username, number = refresh_token.split("|")
        return self._identified(account, username, int(number) + 1)

    def sign_out(self, refresh_token: str) -> None:
        self.ended.append(refresh_token)

    def sign_out_url(self) -> str:
        return f"{PROVIDER}/oauth/end_session"

    def account_url(self) -> str:
        return PROVIDER

    def check_sign_in(self, token: str) -> None:
        if self.is_down:
            raise Unavailable
        self.checked.append(token)
        if token.split("|")[1] not in self.people:
            raise NotAuthenticated

    def sessions(self, token: str) -> list[SignInRow]:
        return self.rows

    def end_session(self, token: str, sign_in_id: str) -> None:
        if sign_in_id not in [row["id"] for row in self.rows]:
            raise NotFound
        self.ended.append(sign_in_id)

    def end_other_sessions(self, token: str) -> None:
        self.ended.append("others")

    def start_signup(self, details: Mapping[str, str], address: str) -> str:
        if len(details["credit_code"]) != 18:
            raise Invalid([Problem("/credit_code", "uscc_length", "统一社会信用代码应为18位。")])
        self.signups.append(details)
        return f"s{len(self.signups)}"

    def activate(self, signup_id: str, code: str, password: str, address: str) -> str:
        if code != "12345678":
            raise NotFound
        details = self.signups[int(signup_id[1:]) - 1]
        self.people[details["email"]] = make_person("operator")
        return details["email"]

    def me(self, token: str) -> MeAnswer:
        username = token.split("|")[1]
        unit = {"credit_code": "91330106MA27WXYX0T", "name": "杭州云接包信息服务有限公司"}
        me = {**self.people[username], "username": username, "email": username, "phone": "13800001111", "unit": unit}
        return cast(MeAnswer, me)

    def ping(self) -> None:
        return None

    def _identified(self, account: Account, username: str, number: int) -> Identified:
        return Identified(account, f"access|{username}|{number}", f"refresh|{username}|{number}", self.lifetime)


def account_of(person: Mapping[str, object]) -> Account:
    """Return a person as the portal keeps them."""
    values = {name: str(value or "") for name, value in person.items()}
    return Account(**{**values, "role": Role(values["role"])})  # type: ignore[arg-type]  # as made by make_person


@dataclass
class FakeRegistrations:
    """Keeps registrations in memory; refuses a form's `refused` fields, and stale versions."""

    items: dict[str, RegistrationAnswer] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    acts: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)
    act_error: Exception | None = None
    uploads: list[tuple[str, str, int]] = field(default_factory=list)
    upload_error: Exception | None = None
    changes: list[ChangeAnswer] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    wanted: list[dict[str, str]] = field(default_factory=list)
    picture: bytes = b"\x89PNG"

    def create(self, token: str, key: str) -> RegistrationAnswer:
        return self._keep(make_registration(id="r1"))

    def list(
        self, token: str, state: str = "", cursor: str = "", limit: int = 20, more: Mapping[str, str] | None = None
    ) -> tuple[list[RegistrationRow], str]:
        self.tokens.append(token)
        self.wanted.append(dict(more or {}))
        rows = [make_row(item) for item in self.items.values() if not state or item["state"] == state]
        return rows, ""

    def get(self, token: str, registration_id: str) -> RegistrationAnswer:
        self.tokens.append(token)
        if registration_id not in self.items:
            raise NotFound
        return self.items[registration_id]

    def save_form(self, token: str, registration_id: str, version: int, form: FormValues) -> RegistrationAnswer:
        problems = [Problem(f"/{key}", "bad", text) for key, text in self.refused.items() if key in form]
        if problems:
            raise Invalid(problems)
        return self._change(registration_id, version, form=form)

    def upload(
        self, token: str, registration_id: str, slot: str, file_name: str, length: int | None, chunks: Iterable[bytes]
    ) -> FileAnswer:
        received = b"".join(chunks)
        if self.upload_error is not None:
            raise self.upload_error
        self.uploads.append((slot, file_name, len(received)))
        return make_file(file_id=f"up{len(self.uploads)}", name=file_name, size=max(1, len(received)))

    def set_material(
        self, token: str, registration_id: str, version: int, slot: str, files: Iterable[Mapping[str, object]]
    ) -> RegistrationAnswer:
        item = self.items[registration_id]
        known = {file["file_id"]: file for shelf in item["materials"].values() for file in shelf}
        chosen = []
        for entry in files:
            name = self.uploads[-1][1] if self.uploads else "新文件.pdf"
            file = known.get(str(entry["file_id"])) or make_file(file_id=entry["file_id"], name=name)
            chosen.append(cast(FileAnswer, {**file, "parts": entry["parts"]}))
        return self._change(registration_id, version, materials={**item["materials"], slot: chosen})

    def act(
        self, token: str, registration_id: str, version: int, action: str, body: Mapping[str, object]
    ) -> RegistrationAnswer:
        if self.act_error is not None:
            raise self.act_error
        if action not in self.items[registration_id]["open_actions"]:
            raise Conflict
        changed = self._change(registration_id, version)
        self.acts.append((registration_id, action, body))
        return changed

    def save_review(
        self, token: str, registration_id: str, version: int, review: Mapping[str, object]
    ) -> RegistrationAnswer:
        self.acts.append((registration_id, "save_review", review))
        labels = {"accept": "符合要求", "replace": "需更换", "correct": "需更正"}
        marked = {
            group: {
                key: {**mark, "verdict_label": labels.get(mark["verdict"], mark["verdict"])}
                for key, mark in cast("Mapping[str, Mapping[str, str]]", review[group]).items()
            }
            for group in ("materials", "fields", "conditions")
        }
        return self._change(registration_id, version, review=make_review(**marked, opinion=review["opinion"]))

    def file(self, token: str, registration_id: str, file_id: str) -> Streamed:
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": "attachment; filename*=UTF-8''a.pdf",
        }
        return Streamed({**headers, "Content-Security-Policy": "default-src 'none'; sandbox"}, iter([b"one", b"two"]))

    def page(self, token: str, registration_id: str, file_id: str, page: int) -> Streamed:
        return Streamed({"Content-Type": "image/png"}, iter([self.picture]))

    def text(self, token: str, registration_id: str, file_id: str) -> str:
        return "<b>管理制度</b>"

    def print(self, token: str, registration_id: str) -> Streamed:
        return Streamed({"Content-Type": "application/pdf"}, iter([b"%PDF-1.7"]))

    def revisions(self, token: str, registration_id: str) -> Iterable[RevisionRow]:
        return ()

    def revision(self, token: str, registration_id: str, no: int) -> RevisionAnswer:
        item = self.items[registration_id]
        answer = {"no": no, "submitted_at": item["submitted_at"], "form": item["form"], "materials": item["materials"]}
        return cast(RevisionAnswer, {**answer, "review": item["review"]})

    def diff(self, token: str, registration_id: str, no: int, against: int) -> Iterable[ChangeAnswer]:
        return self.changes

    def ping(self) -> None:
        return None

    def _keep(self, registration: RegistrationAnswer) -> RegistrationAnswer:
        self.items[registration["id"]] = registration
        return registration

    def _change(self, registration_id: str, version: int, **changes: object) -> RegistrationAnswer:
        item = self.items[registration_id]
        if item["version"] != version:
            raise StaleVersion
        return self._keep(cast(RegistrationAnswer, {**item, **changes, "version": version + 1}))


@dataclass
class Portal:
    """The application on fakes, and a browser."""

    app: Flask
    browser: FlaskClient
    identity: FakeIdentity
    registrations: FakeRegistrations
    uploads: FakeUploads
    casework: FakeCasework
    exchange: FakeExchange
    notifications: FakeNotifications
    sessions: MemorySessions
    clock: FixedClock
    offices: FakeOffices
    colleagues: FakeColleagues
    upkeep: FakeUpkeep
    filings: FakeFilings
    survey: FakeSurvey
    workbooks: FakeWorkbooks
    rates: FakeRates
    classes: FakeClasses
    month_ends: FakeMonthEnds
    duplicates: FakeDuplicates
    contracts: FakeContracts

    def csrf(self) -> str:
        """Return the token of the browser's session."""
        cookie = self.browser.get_cookie("tongbao")
        assert cookie is not None
        session = next(item for item in self.sessions.items.values() if item.id == session_id(cookie.value))
        return session.csrf

    def post(self, url: str, **values: object) -> TestResponse:
        """Post a form with the session's token; the answer's redirects are not followed."""
        return self.browser.post(url, data={"csrf_token": self.csrf(), **values})

    def sign_in(self, role: str = "operator") -> None:
        """Sign a person of the role in."""
        self.identity.people[f"{role}@example.cn"] = make_person(role)
        answer = self.come_back(f"{role}@example.cn")
        assert answer.status_code == 303, answer.status_code

    def come_back(self, username: str, asked: str = "/sign-in") -> TestResponse:
        """Go to the provider from a page, and come back as somebody."""
        away = self.browser.get(asked)
        assert away.location.startswith(PROVIDER), away.location
        return self.browser.get(f"/sign-in/callback?code={username}&state={self.identity.flows[-1].state}")


def make_portal(*registrations: RegistrationAnswer, messages: Iterable[MessageAnswer] = ()) -> Portal:
    """Return the portal on fakes with these registrations and messages."""
    identity, exchange, sessions, clock = FakeIdentity(), FakeExchange(), MemorySessions(), FixedClock(NOON)
    fake = FakeRegistrations(items={item["id"]: item for item in registrations})
    exchange.items = {message["id"]: message for message in messages}
    uploads, casework = FakeUploads(), FakeCasework()
    notifications, offices, colleagues, upkeep = FakeNotifications(), FakeOffices(), FakeColleagues(), FakeUpkeep()
    filings, survey, workbooks, rates = FakeFilings(), FakeSurvey(), FakeWorkbooks(), FakeRates()
    classes, month_ends, duplicates, contracts = FakeClasses(), FakeMonthEnds(), FakeDuplicates(), FakeContracts()
    deps = Deps(
        provider=identity,
        identity=identity,
        offices=offices,
        colleagues=colleagues,
        upkeep=upkeep,
        registrations=fake,
        uploads=uploads,
        casework=casework,
        exchange=exchange,
        filings=filings,
        survey=survey,
        workbooks=workbooks,
        month_ends=month_ends,
        contracts=contracts,
        rates=rates,
        reminding=FakeReminding(),
        duplicates=duplicates,
        classes=classes,
        notifications=notifications,
        unread=FakeCounts(),
        sessions=sessions,
        divisions=FakeDivisions(),
        secrets=CountingSecrets(),
        clock=clock,
    )
    app = app_on(make_settings(), deps)
    return Portal(
        app,
        app.test_client(),
        identity,
        fake,
        uploads,
        casework,
        exchange,
        notifications,
        sessions,
        clock,
        offices,
        colleagues,
        upkeep,
        filings,
        survey,
        workbooks,
        rates,
        classes,
        month_ends,
        duplicates,
        contracts,
    )


def make_settings(**changes: object) -> Settings:
    """Return settings for plain HTTP."""
    settings = Settings(
        mongo_uri=Secret(""),
        identity_url="http://identity",
        registration_url="http://registration",
        exchange_url="http://exchange",
        notification_url="http://notification",
        filing_url="http://filing",
        issuer=PROVIDER,
        portal_url="http://localhost",
        kek_provider="file",
        secure_cookies=False,
    )
    return dataclasses.replace(settings, **changes)  # type: ignore[arg-type]  # test builder
