"""The portal's clients against identity itself: every interface is there, and answers what the pages read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, get_type_hints

import httpx
import pytest

from services.portal.clients.colleagues import HttpColleagues
from services.portal.clients.http import ServiceHttp
from services.portal.clients.offices import HttpOffices
from services.portal.clients.upkeep import HttpUpkeep
from services.portal.model.people import (
    AccountAct,
    ChangeFault,
    ChangeSetAnswer,
    ColleagueAnswer,
    DivisionChange,
    GrantAct,
    HeldAnswer,
    HolderAnswer,
    Impact,
    InvitationAnswer,
    OpenedAnswer,
    PeopleAnswer,
    PreviewAnswer,
    ReceivedAnswer,
    RecoveryAnswer,
    SecondAct,
    UnitAnswer,
)
from shared.clock import local_date
from shared.codes import divisions
from shared.errors import Invalid, NotAllowed, NotFound, StaleVersion
from shared.identity.actor import COUNTRY, Actor, Role
from shared.ids import new_id
from tests.support.codes import make_uscc
from tests.support.identity import MOMENT, OTHER_PASSWORD, make_grant
from tests.support.identity_office import Office

UNIT = f"{1:032x}"
PRINCIPAL, COLLEAGUE = (Actor(f"{number:032x}", Role.OPERATOR, UNIT, "330106") for number in (1, 2))
COUNTY, OTHER_COUNTY = (Actor(f"{number:032x}", Role.COUNTY_REVIEWER, division="330106") for number in (7, 8))
CITY = Actor(f"{5:032x}", Role.CITY_REVIEWER, division="330100")
ADMINISTRATOR, OTHER_ADMINISTRATOR = (Actor(f"{number:032x}", Role.ADMINISTRATOR) for number in (3, 4))
MINISTRY = Actor(f"{6:032x}", Role.MINISTRY, division=COUNTRY)

SECOND_ACTS: tuple[SecondAct, ...] = ("withdraw", "refuse", "confirm")
TODAY = local_date(MOMENT)
APPOINTED = {"role": "county_reviewer", "division": "330106", "valid_from": None, "valid_to": None}
NEW = {**APPOINTED, "username": "chen.ming", "display_name": "陈明"}
RENAMED = {"kind": "rename", "code": "330106", "on": TODAY.isoformat(), "name": "西溪区"}
TABLE = f"变更类型,代码,名称,级别,上级代码,生效日期,承接代码\n合并,330105,,,,{TODAY},330106\n更名,330106,,,,{TODAY},\n"


@pytest.fixture(autouse=True)
def _as_listed() -> Iterator[None]:
    yield
    divisions.use(())


@pytest.fixture
def http(office: Office) -> ServiceHttp:
    return ServiceHttp("http://identity", httpx.WSGITransport(app=office.app))


def token(office: Office, actor: Actor) -> str:
    return office.wired.token_keys.issue(actor, new_id())


def with_people(office: Office) -> None:
    office.add_unit(1)
    for actor in (PRINCIPAL, COLLEAGUE):
        held = make_grant(
            id=actor.account_id, role=Role.OPERATOR, unit_id=UNIT, is_principal=actor is PRINCIPAL, division="330106"
        )
        office.add(int(actor.account_id, 16), held)
    for actor in (COUNTY, OTHER_COUNTY, CITY, ADMINISTRATOR, OTHER_ADMINISTRATOR, MINISTRY):
        held = make_grant(id=actor.account_id, role=actor.role, division=actor.division)
        office.add(int(actor.account_id, 16), held)


def is_as_read(answer: Mapping[str, Any], kind: type) -> bool:
    """Whether an answer has every field that the pages read; it may have more."""
    return set(answer) >= set(get_type_hints(kind))


@contextmanager
def refused(error: type[Exception]) -> Iterator[None]:
    with pytest.raises(error):
        yield


def test_people_are_appointed_and_every_step_is_taken(office: Office, http: ServiceHttp) -> None:
    with_people(office)
    offices, city = HttpOffices(http), token(office, CITY)
    key = new_id()
    opened = offices.open(city, key, NEW)
    again = offices.open(city, key, NEW)
    chen, grant = opened["id"], opened["grants"][0]["id"]

    seen: list[HolderAnswer] = []
    version = opened["version"]
    bodies: dict[GrantAct, Mapping[str, object]] = {
        "extend": {"valid_to": (TODAY + timedelta(days=90)).isoformat()},
        "end": {"reason": "调离"},
    }
    for act, body in bodies.items():
        seen.append(offices.act_on_grant(city, new_id(), chen, grant, version, act, body))
        version = seen[-1]["version"]
    acts: tuple[AccountAct, ...] = ("end_sign_ins", "reset_factor", "disable", "enable", "reset_password")
    for each in acts:
        seen.append(offices.act_on_account(city, new_id(), chen, version, each))
        version = seen[-1]["version"]

    assert opened["first_password"]
    assert again["first_password"] is None
    assert is_as_read(opened, OpenedAnswer)
    assert is_as_read(seen[-1], OpenedAnswer)
    assert all(is_as_read(answer, HolderAnswer) for answer in seen[:-1])
    assert is_as_read(seen[0]["grants"][0], HeldAnswer)
    assert chen in [row["id"] for row in offices.list(city)[0]]
    with refused(StaleVersion):
        offices.act_on_account(city, new_id(), chen, 1, "disable")
    with refused(Invalid):
        offices.open(city, new_id(), {**NEW, "username": "li.hong", "division": "330206"})


def test_a_powerful_office_waits_for_a_second_person(office: Office, http: ServiceHttp) -> None:
    with_people(office)
    offices, first, second = HttpOffices(http), token(office, ADMINISTRATOR), token(office, OTHER_ADMINISTRATOR)
    wanted = {**APPOINTED, "role": "directory_desk", "division": None}
    opened = offices.open(first, new_id(), {**NEW, **wanted, "email": "chen@example.com"})
    chen, grant = opened["id"], opened["grants"][0]["id"]

    with refused(NotAllowed):
        offices.act_on_grant(first, new_id(), chen, grant, 1, "confirm", {})
    waiting = [row["id"] for row in offices.list(second, is_waiting=True)[0]]
    refusal = offices.act_on_grant(second, new_id(), chen, grant, 1, "refuse", {"reason": "人数已满"})
    again = offices.appoint(first, new_id(), {**wanted, "username": "chen.ming"})
    taken_back = offices.act_on_grant(
        first, new_id(), chen, again["grants"][-1]["id"], again["version"], "withdraw", {}
    )

    assert (opened["first_password"], opened["is_mailed"], waiting) == (None, True, [chen])
    assert refusal["grants"][0]["reason"] == "人数已满"
    assert [held["state"] for held in taken_back["grants"]] == ["refused", "ended"]


def test_a_unit_shares_and_hands_over(office: Office, http: ServiceHttp) -> None:
    with_people(office)
    colleagues, principal = HttpColleagues(http), token(office, PRINCIPAL)
    by_mail = {"email": "new@example.com", "display_name": "新同事"}
    key = new_id()
    for _ in range(2):
        colleagues.invite(principal, key, by_mail)
    before = colleagues.people(principal)
    (invited,) = before["invitations"]
    code = office.chance.codes[-1]
    body = {"code": code, "display_name": "新同事", "password": OTHER_PASSWORD}
    with refused(Invalid):
        colleagues.enrol(invited["id"], {**body, "code": "00000000"}, "192.0.2.1")
    colleagues.enrol(invited["id"], body, "192.0.2.1")

    colleagues.offer(principal, new_id(), {"stays": True, "account_id": COLLEAGUE.account_id})
    other = token(office, COLLEAGUE)
    (received,) = colleagues.received(other)
    colleagues.decline(other, new_id(), received["id"])
    colleagues.offer(principal, new_id(), {"stays": True, "account_id": COLLEAGUE.account_id})
    colleagues.accept(other, new_id(), colleagues.received(other)[0]["id"], "")
    after = colleagues.people(other)
    (new,) = [row for row in after["colleagues"] if row["email"] == "new@example.com"]
    colleagues.end(other, new_id(), new["account_id"], new["version"])

    assert is_as_read(before, PeopleAnswer)
    assert is_as_read(before["unit"], UnitAnswer)
    assert is_as_read(invited, InvitationAnswer)
    assert is_as_read(received, ReceivedAnswer)
    assert is_as_read(new, ColleagueAnswer)
    assert [row["is_principal"] for row in after["colleagues"] if row["is_me"]] == [True]
    assert len(colleagues.people(other)["colleagues"]) == 2


def test_an_invitation_is_taken_back_or_declined_by_its_code(office: Office, http: ServiceHttp) -> None:
    with_people(office)
    colleagues, principal = HttpColleagues(http), token(office, PRINCIPAL)
    for number in (1, 2):
        colleagues.invite(principal, new_id(), {"email": f"new{number}@example.com", "display_name": "新同事"})
    by_email = {each["email"]: each for each in colleagues.people(principal)["invitations"]}
    first, second = by_email["new1@example.com"], by_email["new2@example.com"]

    colleagues.take_back(principal, new_id(), first["id"], first["version"])
    colleagues.decline_by_code(second["id"], office.chance.codes[-1], "192.0.2.1")

    assert colleagues.people(principal)["invitations"] == []
    with refused(NotFound):
        colleagues.accept(principal, new_id(), "f" * 32, "")


def test_a_department_puts_a_new_principal_in(office: Office, http: ServiceHttp) -> None:
    with_people(office)
    colleagues, first, second = HttpColleagues(http), token(office, COUNTY), token(office, OTHER_COUNTY)
    body = {"credit_code": make_uscc(1), "email": "zhao@example.com", "display_name": "赵新", "reason": "原负责人离职"}
    for act in SECOND_ACTS:
        colleagues.propose_recovery(first, new_id(), body)
        newest = colleagues.recoveries(first)[0][0]
        colleagues.act_on_recovery(
            first if act == "withdraw" else second,
            new_id(),
            newest["id"],
            newest["version"],
            act,
        )

    found, cursor = colleagues.recoveries(first)

    assert [each["state"] for each in found] == ["open", "refused", "withdrawn"]
    assert all(is_as_read(each, RecoveryAnswer) for each in found)
    assert cursor == ""


def test_divisions_are_looked_at_proposed_and_confirmed(office: Office, http: ServiceHttp) -> None:
    with_people(office)
    upkeep, first, second = HttpUpkeep(http), token(office, MINISTRY), token(office, ADMINISTRATOR)
    table = upkeep.preview_table(first, TABLE.encode())
    looked = upkeep.preview(first, [RENAMED])
    for act in SECOND_ACTS:
        upkeep.propose(first, new_id(), "国函〔2026〕1号", [RENAMED])
        newest = upkeep.list(first)[0][0]
        actor = first if act == "withdraw" else second
        upkeep.act(actor, new_id(), newest["id"], newest["version"], act)

    found = upkeep.list(second)[0]

    assert is_as_read(table, PreviewAnswer)
    assert is_as_read(table["faults"][0], ChangeFault)
    assert is_as_read(table["impacts"][0], Impact)
    assert (table["faults"][0]["line"], table["faults"][0]["field"]) == (3, "name")
    assert looked["faults"] == []
    assert is_as_read(looked["changes"][0], DivisionChange)
    assert [each["state"] for each in found] == ["confirmed", "refused", "withdrawn"]
    assert all(is_as_read(each, ChangeSetAnswer) for each in found)
    assert [(change.code, change.name) for change in upkeep.changes()] == [("330106", "西溪区")]
