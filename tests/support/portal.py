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
    MeAnswer,
    MessageAnswer,
    RegistrationAnswer,
    SignInRow,
)
from services.portal.model.session import Account, session_id
from services.portal.model.sign_in import Flow, Identified
from services.portal.ports import Deps
from services.portal.settings import Settings
from shared.clock import FixedClock
from shared.errors import Invalid, NotAuthenticated, NotFound, Problem, Unavailable
from shared.identity.actor import Role
from shared.settings import Secret
from tests.support.portal_answers import make_person
from tests.support.portal_app import app_on
from tests.support.portal_cases import FakeCases
from tests.support.portal_casework import FakeCasework
from tests.support.portal_classes import FakeClasses
from tests.support.portal_closings import FakeClosings
from tests.support.portal_completeness import FakeCompleteness
from tests.support.portal_contracts import FakeContracts
from tests.support.portal_dashboards import FakeDashboards
from tests.support.portal_deliveries import FakeDeliveries
from tests.support.portal_duplicates import FakeDuplicates
from tests.support.portal_exchange import FakeExchange
from tests.support.portal_exchange_desk import FakeExchangeDesk
from tests.support.portal_filed_casework import FakeFilingCasework, FakeReviewers
from tests.support.portal_filing import FakeFilings
from tests.support.portal_keeping import CountingSecrets, FakeDivisions, MemorySessions
from tests.support.portal_mirror import FakeMirror
from tests.support.portal_month_end import FakeMonthEnds
from tests.support.portal_notifications import FakeCounts, FakeNotifications
from tests.support.portal_people import FakeColleagues, FakeOffices, FakeUpkeep
from tests.support.portal_proof import FakeProof
from tests.support.portal_queue import FakeReviewQueue
from tests.support.portal_rates import FakeRates
from tests.support.portal_reach import FakeReaches
from tests.support.portal_registrations import FakeRegistrations
from tests.support.portal_reliefs import FakeReliefs
from tests.support.portal_reminding import FakeReminding
from tests.support.portal_statistics import FakeDrafts, FakePublications, FakeReleases
from tests.support.portal_survey import FakeSurvey
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
    reliefs: FakeReliefs
    queue: FakeReviewQueue

    def csrf(self) -> str:
        """Return the token of the browser's session."""
        cookie = self.browser.get_cookie("tongbao")
        assert cookie is not None
        session = next(item for item in self.sessions.items.values() if item.id == session_id(cookie.value))
        return session.csrf

    def post(self, url: str, **values: object) -> TestResponse:
        """Post a form with the session's token; the answer's redirects are not followed."""
        return self.browser.post(url, data={"csrf_token": self.csrf(), **values})

    def sign_in(self, role: str = "operator", **changes: object) -> None:
        """Sign a person of the role in, of whom `changes` are known otherwise."""
        self.identity.people[f"{role}@example.cn"] = make_person(role, **changes)
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
    queue = FakeReviewQueue(filings)
    classes, month_ends, duplicates, contracts = FakeClasses(), FakeMonthEnds(), FakeDuplicates(), FakeContracts()
    reliefs = FakeReliefs()
    deps = Deps(
        provider=identity,
        identity=identity,
        offices=offices,
        colleagues=colleagues,
        upkeep=upkeep,
        registrations=fake,
        uploads=uploads,
        casework=casework,
        filing_casework=FakeFilingCasework(),
        reviewers=FakeReviewers(),
        exchange=exchange,
        filings=filings,
        survey=survey,
        workbooks=workbooks,
        month_ends=month_ends,
        contracts=contracts,
        rates=rates,
        reliefs=reliefs,
        queue=queue,
        reminding=FakeReminding(),
        cases=FakeCases(),
        exchange_desk=FakeExchangeDesk(),
        proof=FakeProof(),
        completeness=FakeCompleteness(),
        duplicates=duplicates,
        closings=FakeClosings(),
        deliveries=FakeDeliveries(),
        releases=FakeReleases(),
        table_drafts=FakeDrafts(),
        dashboards=FakeDashboards(),
        reaches=FakeReaches(),
        publications=FakePublications(),
        mirror=FakeMirror(),
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
        reliefs,
        queue,
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
        statistics_url="http://statistics",
        issuer=PROVIDER,
        portal_url="http://localhost",
        kek_provider="file",
        secure_cookies=False,
    )
    return dataclasses.replace(settings, **changes)  # type: ignore[arg-type]  # test builder
