"""A contradiction from the announcement to the desk, and from there to filing, to the directory and back; real servers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from services.exchange.comparing.fields import Field
from services.exchange.comparing.proposals import Proposal
from services.exchange.model.cases import Answer, Case, Choice, State
from services.exchange.model.messages import State as MessageState
from services.exchange.model.quality import Check, Side
from services.exchange.operations.ageing import remind_desk
from services.exchange.operations.casework import case_id_of
from services.exchange.operations.deciding import Chosen, decide
from services.exchange.operations.quality import check_quality
from services.exchange.ports.cases import Wanted
from services.exchange.repository.case_records import CASES, UNITS
from services.exchange.repository.cases import REMINDERS
from services.exchange.repository.quality import FINDINGS
from services.filing.handlers import handlers
from services.filing.model.units import Source, UnitType
from services.filing.operations.units import Told, take_told
from services.filing.policy import SYSTEM
from services.sandbox.peer.bureau import Bureau, Change
from services.sandbox.peer.bureau_units import record_of
from services.sandbox.peer.store import Store
from services.sandbox.peer.switches import Changes
from services.sandbox.stack.stack import Stack
from shared.calls import Call
from shared.contracts.exchange import DIRECTORY_TAKEN
from shared.errors import StaleVersion
from shared.identity.actor import COUNTRY
from shared.ids import new_id
from shared.messaging.envelope import decode
from shared.messaging.topology import FILING_EVENTS
from shared.mongo.client import Document
from shared.mongo.transactions import in_transaction
from tests.support.bus import drain, eventually
from tests.support.exchange import MOMENT, Approved, Site, site
from tests.support.exchange_desk import DESK
from tests.support.exchange_kept import keep_case
from tests.support.filing_reminding import Running
from tests.support.filing_site import open_filing_site

__all__ = ["site"]

THEIRS, OURS = "西湖外包科技有限公司", "西湖外包平台有限公司"
REASON = "以换发的营业执照为准。"


def announced(site: Site, approved: Approved, name: str, unit: str = "", **values: Any) -> str:
    """Have the directory announce a name of the unit, as new to it where no id of its own is given; return the id."""
    store = Store(site.peer_dir)
    try:
        bureau = Bureau(store)
        told = bureau.find(unit).record if unit else record_of(1)  # type: ignore[union-attr]  # it was entered before
        own = {"credit_code": approved.credit_code, "organisation_code": "", "division": "330106001001", **values}
        own = {
            "address": "文一路1号",
            "legal_representative": "王小明",
            "registration_type": "173",
            "opened_on": "2020-01",
            **dict.fromkeys(("phone", "mobile", "email"), ""),
            **own,
        }
        made = unit or bureau.enter()
        bureau.announce("change" if unit else "new", [Change(made, "subject", {**told, **own, "name": name})])
        return made
    finally:
        store.close()


def opened(site: Site) -> tuple[Approved, Case]:
    """Have a unit accepted by the directory, which then contradicts its name."""
    approved = site.approve()
    site.reaches(approved.message_id, MessageState.ACCEPTED)
    announced(site, approved, THEIRS)
    return approved, stands(site, approved, State.OPEN)


def stands(site: Site, approved: Approved, state: State) -> Case:
    """Wait until the unit's case stands so, and return it."""

    def is_so() -> bool:
        case = site.wired.deps.cases.find(case_id_of(approved.unit_id))
        return case is not None and case.state is state

    eventually(is_so, 20)
    return site.wired.deps.cases.get(case_id_of(approved.unit_id))


def decided(site: Site, case: Case, choice: Choice, reason: str = "") -> Case:
    call = Call(DESK, new_id(), version=case.version)
    return decide(site.wired.deps, call, case.id, [Chosen(Field.NAME, choice, reason)]).case


def test_what_the_desk_takes_of_the_directory_becomes_the_units_basics_in_filing(
    site: Site, started: Stack, mongo: MongoClient[Document], tmp_path: Path
) -> None:
    with site.both():
        approved, case = opened(site)
        settled = decided(site, case, Choice.TAKE_THEIRS)
        eventually(lambda: not site.database[CASES].find_one({"_id": case.id})["outbox"], 20)  # type: ignore[index]
        announced(site, approved, THEIRS, case.directory_unit)  # the same delta again
        eventually(lambda: site.wired.deps.directory.mirror.sequences([case.directory_unit])[case.directory_unit] == 2)

    heard = [decode(body) for _, body in drain(site.amqp_url, FILING_EVENTS)]
    [taken] = [message for message in heard if message.type == DIRECTORY_TAKEN.type]
    (tmp_path / "filing").mkdir()
    with open_filing_site(started, f"filing-{new_id()}", "bucket", tmp_path / "filing") as filing:
        basics = {"name": OURS, "uscc": approved.credit_code}
        told = Told(approved.unit_id, UnitType.PLATFORM, "330106", Source.REGISTRATION, MOMENT, basics)
        take_told(filing.wired.deps, Call(SYSTEM), told)
        own = lambda: site.keys["filing"]  # noqa: E731  # the keys that the exchange sealed it for
        hear = handlers(filing.wired.deps_within, own, filing.wired.division_changes.note)[taken.type]
        for _ in range(2):
            in_transaction(filing.wired.client, lambda session: hear(session, taken))
        unit = filing.wired.units.get(approved.unit_id)

    assert settled.state is State.SETTLED
    assert stands(site, approved, State.SETTLED).version == settled.version
    assert (unit.basics["name"].value, unit.basics["name"].source, unit.version) == (THEIRS, Source.DIRECTORY, 2)
    stored = repr([*site.database[CASES].find(), *site.database[UNITS].find()])
    assert not [word for word in (THEIRS, OURS, approved.credit_code, "王小明", "市场监管") if word in stored]


def test_what_is_kept_is_told_to_the_directory_and_its_answer_comes_back_to_the_field(site: Site) -> None:
    site.switch(changes=Changes.REFUSE)
    with site.both():
        approved, case = opened(site)
        kept = decided(site, case, Choice.KEEP_OURS, REASON)
        refused = stands(site, approved, State.OPEN)
        site.switch(changes=Changes.PENDING)
        again = decided(site, refused, Choice.KEEP_OURS, REASON)
        [pending] = [each.decisions[-1] for each in again.fields if each.which is Field.NAME]
        site.reaches(pending.message_id, MessageState.SENT)
        site.switch(changes=Changes.ACCEPT)

    with site.both(wait_seconds=0.5):
        settled = stands(site, approved, State.SETTLED)

    [name] = [each for each in settled.fields if each.which is Field.NAME]
    assert (kept.state, again.state) == (State.WAITING, State.WAITING)
    assert [(each.answer, each.reason_code) for each in name.decisions] == [
        (Answer.REFUSED, "change_refused"),
        (Answer.ACCEPTED, ""),
    ]
    assert site.report()[pending.message_id]["effects"] == 1


def test_one_of_two_people_settles_a_case_and_nothing_of_the_other_leaves(site: Site) -> None:
    unit_id, case_id = new_id(), new_id()
    case = keep_case(site.wired.deps, case_id, unit_id, MOMENT)

    def attempt(choice: Choice) -> State | None:
        try:
            return decided(site, case, choice, REASON).state
        except StaleVersion:
            return None

    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(attempt, (Choice.TAKE_THEIRS, Choice.LEAVE)))

    kept = site.wired.deps.cases.get(case_id)
    assert states.count(None) == 1
    assert (kept.version, len(kept.history)) == (2, 2)
    outbox = site.database[CASES].find_one({"_id": case_id})["outbox"]  # type: ignore[index]
    assert len(outbox) == (2 if kept.state is State.SETTLED else 0)


def test_cases_come_oldest_first_by_pages_that_the_index_alone_finds(site: Site) -> None:
    cases = site.wired.deps.cases
    for number in range(7):
        keep_case(site.wired.deps, f"{number:032x}", new_id(), MOMENT + timedelta(days=7 - number))
    keep_case(site.wired.deps, "a" * 32, new_id(), MOMENT, path=("440304", "440300", "440000", COUNTRY))
    keep_case(site.wired.deps, "b" * 32, new_id(), MOMENT, State.SETTLED)
    wanted = Wanted("330100", State.OPEN, Proposal.CHANGE, opened_before=MOMENT + timedelta(days=7))

    first = cases.list_oldest(wanted, "", 4)
    second = cases.list_oldest(wanted, first.next_cursor, 4)
    plan = site.database[CASES].find({"listed": "330100/open/change"}).sort([("opened_at", 1), ("_id", 1)]).explain()

    assert [case.id for case in (*first.items, *second.items)] == [f"{number:032x}" for number in (6, 5, 4, 3, 2, 1)]
    assert second.next_cursor == ""
    assert cases.count(Wanted(COUNTRY)) == 8
    runs = [Running(MOMENT + timedelta(days=30)) for _ in range(2)]
    for run in runs:
        remind_desk(site.wired.deps, run)
    assert [run.counts for run in runs] == [
        {"waiting": 8, "late": late, "told": told} for late, told in ((2, 1), (2, 0))
    ]
    assert len(site.database[REMINDERS].find_one({})["outbox"]) == 1  # type: ignore[index]  # it is there
    assert cases.count(Wanted("330106", State.SETTLED)) == 1
    assert "'indexName': 'listed'" in repr(plan["queryPlanner"]["winningPlan"])
    assert "'stage': 'SORT'" not in repr(plan["queryPlanner"]["winningPlan"])


def test_quality_is_checked_over_both_sides_and_names_are_opened_for_the_page(site: Site) -> None:
    deps = site.wired.deps
    with site.both():
        approved = site.approve()
        site.reaches(approved.message_id, MessageState.ACCEPTED)
        announced(site, approved, OURS)
        announced(site, approved, OURS, division="440304001001", registered_division="440304")
        announced(site, approved, "没有代码的店", credit_code="", registered_division="330106")
        announced(site, approved, "临时代码的店", credit_code="", organisation_code="L12345678")
        announced(
            site, approved, "分店", credit_code="", organisation_code="12345678B", form="MLK101-2", parent_code="x"
        )
        eventually(lambda: sum(deps.directory.mirror.count().values()) == 5, 20)
    site.database[UNITS].delete_many({})  # as if its messages were older than what is kept of units
    for _ in range(2):
        check_quality(deps, Running(MOMENT))

    report = deps.quality.last()
    page = deps.quality.list_found(Check.DOUBLE_CODE, "", 2)
    rest = deps.quality.list_found(Check.DOUBLE_CODE, page.next_cursor, 2)
    assert report is not None
    assert (report.units[Side.DIRECTORY], report.units[Side.SURVEY]) == (5, 1)
    assert {check: report.count(check) for check in Check} == {
        Check.DOUBLE_CODE: 3,
        Check.DOUBLE_NAME: 3,
        Check.NO_PARENT: 1,
        Check.NO_CODE: 1,
        Check.TEMPORARY_CODE: 1,
        Check.NINTH_B: 1,
    }
    assert {(each.name, each.code) for each in (*page.items, *rest.items)} == {(OURS, approved.credit_code)}
    assert site.database[FINDINGS].count_documents({}) == 10
    assert approved.credit_code not in repr(list(site.database[FINDINGS].find()))


def test_every_look_up_of_a_unit_or_a_finding_is_answered_by_an_index(site: Site) -> None:
    looked: list[tuple[str, dict[str, Any], list[tuple[str, int]], str]] = [
        (UNITS, {"code": b"x"}, [("_id", 1)], "of_code"),
        (FINDINGS, {"check": "no_code"}, [("group", 1), ("_id", 1)], "of_check"),
    ]
    for collection, query, order, index in looked:
        plan = repr(site.database[collection].find(query).sort(order).explain()["queryPlanner"]["winningPlan"])
        assert f"'indexName': '{index}'" in plan, plan
        assert "COLLSCAN" not in plan
