"""What filing hears of others and of itself: units of registration, its own approvals, changes of the divisions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.filing.handlers import APPROVED, handlers
from services.filing.model.units import Source, Unit, UnitType
from services.notification.repository.occasions import read_occasions
from services.registration.model.standing import Standing
from services.registration.model.states import State
from services.registration.operations.making_known import tell_of_all
from services.sandbox.story.figures import basic_information
from services.sandbox.story.unit import make_unit
from shared.contracts.exchange import DIRECTORY_RECORD, DIRECTORY_TAKEN
from shared.contracts.filing import UNIT_CHANGED
from shared.contracts.identity import DIVISIONS_CHANGED
from shared.contracts.registration import UNIT_KNOWN
from shared.crypto.jose import public_part, seal_for
from shared.crypto.payload import dump_payload
from shared.errors import NotFound
from shared.identity.actor import Actor
from shared.ids import new_id
from shared.messaging.envelope import Message
from shared.messaging.errors import Transient
from shared.messaging.events import EventMaker
from shared.mongo.transactions import in_transaction
from tests.support.filing_site import DIVISION, FilingSite
from tests.support.platform_filing import submitted
from tests.support.registration import make_fakes, make_life, make_registration

UNIT, REGISTRATION = "5" * 32, "6" * 32


def hear(site: FilingSite, type_: str, data: dict[str, Any], later: timedelta = timedelta()) -> None:
    """Take a message as the consumer does: in a transaction."""
    taken = handlers(site.wired.deps_within, site.wired.own_keys, site.wired.division_changes.note)
    message = Message(new_id(), type_, "test", "s", site.clock.now() + later, "c" * 32, data)
    in_transaction(site.wired.client, lambda session: taken[type_](session, message))


def tell(
    site: FilingSite,
    standing: str = "registered",
    later: timedelta = timedelta(),
    registration: str = REGISTRATION,
    division: str = DIVISION,
    **unit: Any,
) -> None:
    """Tell of a unit as registration does; `unit` replaces values of its record."""
    values = {
        "unit_id": UNIT,
        "unit_types": ["服务外包交易平台"],
        "name": "杭州云采科技有限公司",
        "credit_code": "91330106000000019W",
        "legal_representative": "王小明",
        "division": division,
        "opened_on": date(2015, 3, 1),
        "registration_type": "domestic",
        "registered_capital": Decimal("1000"),
    }
    record = {
        "unit": values | unit,
        "platform": {"name": "云采服务外包交易平台", "website": "https://x.example.cn", "icp_number": "1"},
        "standing": standing,
    }
    sealed = seal_for(public_part(site.wired.own_keys()), dump_payload(record), typ=UNIT_KNOWN.type)
    data = {
        "registration_id": registration,
        "unit_id": UNIT,
        "division": division,
        "revision": 1,
        "standing": standing,
        "reader": "filing",
        "sealed": sealed,
    }
    hear(site, UNIT_KNOWN.type, UNIT_KNOWN.load(data), later)


def tell_record(site: FilingSite, later: timedelta, unit: str = UNIT, **basics: str) -> None:
    """Tell what the 名录库 has of the unit."""
    sealed = seal_for(
        public_part(site.wired.own_keys()),
        dump_payload({"basics": basics, "is_ceased": False}),
        typ=DIRECTORY_RECORD.type,
    )
    told_at = (site.clock.now() + later).isoformat()
    data = {"unit_id": unit, "division": DIVISION, "told_at": told_at, "reader": "filing", "sealed": sealed}
    hear(site, DIRECTORY_RECORD.type, data)


def take_of_directory(site: FilingSite, later: timedelta, lists: dict[str, str] | None = None, **facts: str) -> None:
    """Tell what the desk of the exchange has taken of the 名录库 for the unit."""
    record = {"facts": facts, "lists": lists or {}}
    sealed = seal_for(public_part(site.wired.own_keys()), dump_payload(record), typ=DIRECTORY_TAKEN.type)
    data = {
        "case_id": "7" * 32,
        "unit_id": UNIT,
        "division": facts.get("division", DIVISION)[:6],
        "at": (site.clock.now() + later).isoformat(),
        "reader": "filing",
        "sealed": sealed,
    }
    hear(site, DIRECTORY_TAKEN.type, data, later)


def unit_of(site: FilingSite) -> Unit:
    return site.wired.units.get(UNIT)


def test_a_registered_platform_makes_its_unit_known_with_the_source_of_each_fact(filing_site: FilingSite) -> None:
    for _ in range(2):  # told twice, as messages may be
        tell(filing_site)

    unit = unit_of(filing_site)
    assert (unit.version, unit.types, unit.division) == (1, {UnitType.PLATFORM}, DIVISION)
    assert {name: basic.value for name, basic in unit.basics.items()} == {
        "name": "杭州云采科技有限公司",
        "uscc": "91330106000000019W",
        "legal_representative": "王小明",
        "opened_on": "2015-03",
    }
    assert {basic.source for basic in unit.basics.values()} == {Source.REGISTRATION}
    (platform,) = unit.platforms
    assert (platform.id, platform.name, platform.is_registered) == (REGISTRATION, "云采服务外包交易平台", True)


@pytest.mark.parametrize("standing", ["suspended", "expired", "deregistered"])
def test_a_platform_that_does_not_count_as_registered_is_kept_as_such(filing_site: FilingSite, standing: str) -> None:
    tell(filing_site)

    tell(filing_site, standing, later=timedelta(days=1))

    (platform,) = unit_of(filing_site).platforms
    assert not platform.is_registered


def test_a_change_at_registration_replaces_what_is_older(filing_site: FilingSite) -> None:
    tell(filing_site)

    tell(filing_site, later=timedelta(days=1), legal_representative="赵六")

    assert unit_of(filing_site).basic("legal_representative") == "赵六"


def test_what_the_desk_takes_of_the_directory_is_the_units_own_from_then_on_with_that_source(
    filing_site: FilingSite,
) -> None:
    tell(filing_site)

    for _ in range(2):  # told twice, as messages may be
        take_of_directory(filing_site, timedelta(hours=1), name="杭州云采科技股份有限公司", division="330110001000")

    unit = unit_of(filing_site)
    assert (unit.version, unit.division, unit.path[1:]) == (2, "330110", ("330100", "330000", "000000"))
    assert (unit.basics["name"].value, unit.basics["name"].source) == ("杭州云采科技股份有限公司", Source.DIRECTORY)
    assert unit.basics["uscc"].source is Source.REGISTRATION


def test_what_the_unit_said_after_the_decision_of_the_desk_stays(filing_site: FilingSite) -> None:
    tell(filing_site, later=timedelta(hours=2), legal_representative="赵六")

    take_of_directory(filing_site, timedelta(hours=1), legal_representative="李四", division="330110")

    unit = unit_of(filing_site)
    assert (unit.version, unit.basic("legal_representative"), unit.division) == (1, "赵六", DIVISION)


@pytest.mark.parametrize(("version", "expected"), [("2011", "173"), ("2023", "")])
def test_a_registration_type_of_a_list_that_the_form_does_not_print_is_left_to_the_unit(
    filing_site: FilingSite, version: str, expected: str
) -> None:
    tell(filing_site)

    take_of_directory(filing_site, timedelta(hours=1), {"registration_type": version}, registration_type="173")

    assert unit_of(filing_site).basic("registration_type") == expected


def test_what_is_taken_for_a_unit_that_does_not_file_is_passed_over(filing_site: FilingSite) -> None:
    take_of_directory(filing_site, timedelta(), name="杭州云采科技股份有限公司")

    with pytest.raises(NotFound):
        unit_of(filing_site)


def test_nothing_of_the_unit_is_stored_in_clear(filing_site: FilingSite) -> None:
    tell(filing_site)

    stored = repr(filing_site.wired.database["units"].find_one({"_id": UNIT}))

    assert UNIT in stored
    assert [word for word in ("云采", "91330106000000019W", "王小明") if word in stored] == []


def test_news_that_come_late_do_not_undo_newer_ones(filing_site: FilingSite) -> None:
    tell(filing_site, "suspended", later=timedelta(days=1))

    tell(filing_site, "registered", legal_representative="赵六")

    unit = unit_of(filing_site)
    assert [platform.is_registered for platform in unit.platforms] == [False]
    assert unit.basic("legal_representative") == "王小明"


def test_an_older_message_of_another_platform_does_not_bring_an_older_division_back(filing_site: FilingSite) -> None:
    tell(filing_site, division="330108", later=timedelta(days=1))

    tell(filing_site, registration="7" * 32)  # of the day before, and of another platform of the same unit

    unit = unit_of(filing_site)
    assert (unit.division, unit.path) == ("330108", ("330108", "330100", "330000", "000000"))
    assert {platform.id for platform in unit.platforms} == {REGISTRATION, "7" * 32}


def test_a_newer_message_moves_the_unit(filing_site: FilingSite) -> None:
    tell(filing_site)

    tell(filing_site, registration="7" * 32, division="330108", later=timedelta(days=1))

    assert unit_of(filing_site).division == "330108"


def test_what_registration_tells_of_all_has_one_effect_however_often_it_tells(filing_site: FilingSite) -> None:
    registered = make_registration(State.APPROVED, unit_id=UNIT, life=make_life(Standing.REGISTERED))
    fakes = make_fakes(registered)
    for _ in range(3):
        tell_of_all(fakes.deps, "c" * 32)
    readers = EventMaker({"filing": public_part(filing_site.wired.own_keys())}, new_id)
    events = [
        readers.event(each, registered.id, registered.updated_at, "c" * 32) for each in fakes.registrations.events
    ]

    for event in events:
        hear(filing_site, event.type, UNIT_KNOWN.load(event.data), event.time - filing_site.clock.now())

    unit = unit_of(filing_site)
    assert len(events) == 3
    assert (unit.version, len(unit.history)) == (1, 1)
    assert [platform.id for platform in unit.platforms] == [registered.id]


def approved_basics(site: FilingSite, **answers: Any) -> tuple[Actor, str]:
    """Return a platform's operator and its 企业1表 of 2025, approved, its answers but for the changes."""
    operator = site.operator()
    site.clock.advance(timedelta(hours=1))
    body = basic_information(make_unit()) | {"101": {"uscc": "91330106000000019W"}} | answers
    filing = site.save(operator, site.begin(operator, "enterprise-1"), answers=body)
    explanations = {each["key"]: "情况属实。" for each in filing["findings"] if each["severity"] == "query"}
    filing = site.save(operator, filing, answers=body, explanations=explanations)
    submitted_ = site.submit(operator, filing)
    assert submitted_.status_code == 200, submitted_.text
    site.approve_through(filing)
    return operator, filing["id"]


def test_the_basic_facts_of_an_approved_form_become_the_unit_s_own(filing_site: FilingSite) -> None:
    operator, filing_id = approved_basics(filing_site, **{"105": "赵六"})

    for _ in range(2):  # told twice, as messages may be
        hear(filing_site, APPROVED, {"filing_id": filing_id}, timedelta(days=1))

    unit = filing_site.wired.units.get(operator.unit_id or "")
    assert unit.version == 2
    assert (unit.basic("legal_representative"), unit.basic("registration_type")) == ("赵六", "173")
    assert unit.basics["legal_representative"].source is Source.FILING
    assert unit.basics["uscc"].source is Source.REGISTRATION  # says the same, and was there before


def test_the_exchange_is_told_of_every_approved_form_of_basic_facts(filing_site: FilingSite) -> None:
    operator, filing_id = approved_basics(filing_site)

    outbox = (filing_site.wired.database["filings"].find_one({"_id": filing_id}) or {})["outbox"]

    (told,) = [entry for entry in outbox if entry["type"] == UNIT_CHANGED.type]
    assert UNIT_CHANGED.load(told["data"])["unit_id"] == operator.unit_id
    assert told["data"]["reader"] == "exchange"


def test_an_approval_of_another_form_leaves_the_unit_as_it_is(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    filing_site.approve_through(filing)
    before = filing_site.wired.units.get(operator.unit_id or "")

    hear(filing_site, APPROVED, {"filing_id": filing["id"]})

    assert filing_site.wired.units.get(before.id) == before


def test_the_news_of_an_unknown_filing_fail_and_are_not_passed_over(filing_site: FilingSite) -> None:
    with pytest.raises(NotFound):
        hear(filing_site, APPROVED, {"filing_id": "0" * 32})


def test_changes_of_the_divisions_are_kept(filing_site: FilingSite) -> None:
    data = DIVISIONS_CHANGED.load(DIVISIONS_CHANGED.sample)

    hear(filing_site, DIVISIONS_CHANGED.type, data)

    assert len(filing_site.wired.division_changes.confirmed()) == len(data["changes"])


def test_every_occasion_that_a_filing_gives_is_in_the_table_with_the_values_that_are_sent(
    filing_site: FilingSite,
) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    filing_site.approve_through(filing)

    outbox = (filing_site.wired.database["filings"].find_one({"_id": filing["id"]}) or {})["outbox"]

    told = [entry["data"]["occasion"] for entry in outbox if entry["type"].endswith("notice_due.v1")]
    assert told == ["filing.submitted", "filing.awaiting_review", "filing.approved"]
    assert all(read_occasions().find(occasion) for occasion in told)


def test_what_the_directory_has_fills_in_what_nobody_examined_and_is_newer_each_time(filing_site: FilingSite) -> None:
    tell(filing_site)

    for days in (1, 2, 2):
        tell_record(
            filing_site,
            timedelta(days=days),
            name="名录库名称有限公司",
            registration_type="173",
            english_name=f"Yun {days}",
        )

    unit = filing_site.wired.deps.units.get(UNIT)
    assert (unit.basics["name"].value, unit.basics["name"].source) == ("杭州云采科技有限公司", Source.REGISTRATION)
    assert (unit.basics["registration_type"].value, unit.basics["registration_type"].source) == (
        "173",
        Source.DIRECTORY,
    )
    assert unit.basic("english_name") == "Yun 2"
    assert [entry.action for entry in unit.history] == ["take_registration", "take_directory", "take_directory"]


def test_what_the_directory_has_of_a_unit_that_is_not_known_yet_waits_for_it(filing_site: FilingSite) -> None:
    with pytest.raises(Transient, match="unit not known yet"):
        tell_record(filing_site, timedelta(days=1), unit="9" * 32, name="某公司")
