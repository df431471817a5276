"""The directory's announcements over the border into the mirror, on real servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from joserfc.jwk import KeySetSerialization

from services.exchange.model.directory import Announcement, plain
from services.exchange.model.directory import record_of as record_from
from services.exchange.model.inquiries import Follower, LoadState
from services.exchange.model.mirror import Standing, UnitState
from services.exchange.operations.asking import follow_unit, look_up
from services.exchange.operations.loading import start_load
from services.exchange.operations.mirroring import basics_of
from services.exchange.repository.announcements import COLLECTION as ANNOUNCEMENTS
from services.exchange.repository.mirror import COLLECTION as UNITS
from services.sandbox.peer.bureau import Bureau, Change, How
from services.sandbox.peer.bureau_units import record_of, unit_id
from services.sandbox.peer.store import Store
from shared.calls import Call
from shared.contracts.directory import UNIT_ANNOUNCED
from shared.contracts.exchange import DIRECTORY_RECORD
from shared.contracts.filing import DIRECTORY_WANTED
from shared.crypto.jose import open_sealed, public_part, seal_for
from shared.crypto.payload import dump_payload, load_payload
from shared.ids import new_id
from shared.messaging.envelope import decode, encode
from shared.messaging.topology import BORDER, DIRECTORY_ANNOUNCED, EVENTS, FILING_EVENTS, NOTIFICATION_EVENTS
from shared.mongo.aggregates import Event
from tests.support.bus import drain, eventually, ready
from tests.support.exchange import MOMENT, Site, site, stranger
from tests.support.exchange_desk import DESK
from tests.support.exchange_mirror import content_of, make_announcement, make_directory_record, make_party

__all__ = ["site"]


def announce(
    site: Site, announcement: Announcement, signer: KeySetSerialization | None = None, type_: str = UNIT_ANNOUNCED.type
) -> None:
    token = seal_for(
        public_part(site.keys["exchange"]),
        content_of(announcement),
        sign_with=signer or site.keys["directory"],
        typ=type_,
    )
    publish(site, type_, {"sealed": token})


def publish(site: Site, type_: str, data: Mapping[str, Any]) -> None:
    event = Event(new_id(), type_, MOMENT, "u", dict(data))
    site.publish(BORDER, DIRECTORY_ANNOUNCED, encode(event, "directory"))


def comes_to(site: Site, unit: str, sequence: int) -> None:
    eventually(lambda: site.wired.deps.directory.mirror.sequences([unit]).get(unit) == sequence, 20)


def test_what_is_announced_comes_into_the_mirror_once_and_in_order_and_the_rest_flows_on(site: Site):
    changes = [make_announcement(make_party("D7", number)) for number in (1, 2, 3)]
    forged = make_announcement(make_party("D7", 1, after=make_directory_record(7, name="另一家有限公司")))

    with site.exchange():
        for change in (changes[2], changes[1], changes[0], *changes):
            announce(site, change)
        comes_to(site, "D7", 3)
        announce(site, make_announcement(make_party("D8")), signer=stranger())
        announce(site, forged)
        publish(site, "tongbao.border.unit_announced.v2", {"sealed": "x"})
        site.publish(BORDER, DIRECTORY_ANNOUNCED, encode(Event(new_id(), UNIT_ANNOUNCED.type, MOMENT, "u"), "d")[:80])
        announce(site, make_announcement(make_party("D9")))
        comes_to(site, "D9", 1)
        eventually(lambda: ready(site.amqp_url, NOTIFICATION_EVENTS) >= 2, 20)

    directory = site.wired.deps.directory
    known = directory.mirror.find(["D7", "D8"])
    assert list(known) == ["D7"]
    assert known["D7"].record == make_directory_record(7, address="3号")
    assert sorted(site.parked(DIRECTORY_ANNOUNCED)) == [
        "bad_signature",
        "contract_broken",
        "no_handler",
        "sequence_reused",
    ]
    assert {trouble.code for trouble in directory.troubles.list_newest(9)} == {"bad_signature", "sequence_reused"}
    assert site.database[ANNOUNCEMENTS].count_documents({"standing": Standing.APPLIED.value}) == 4
    assert len(drain(site.amqp_url, NOTIFICATION_EVENTS)) == 2


def test_a_unit_is_found_by_its_credit_code_and_stored_without_a_word_of_it(site: Site):
    party = make_party("D7000007")
    with site.exchange():
        announce(site, make_announcement(party))
        comes_to(site, "D7000007", 1)

    [known] = site.wired.deps.directory.mirror.find_by_code(f" {make_directory_record(7000007).credit_code.lower()}")
    stored = repr(list(site.database[UNITS].find())) + repr(list(site.database[ANNOUNCEMENTS].find()))
    assert known.record == party.after
    assert site.wired.deps.directory.mirror.count() == {("330106", known.state): 1}
    assert all(word not in stored for word in ("D7000007", "西湖软件", known.record.credit_code, "文一路"))


def test_what_is_kept_of_an_announcement_comes_back_as_it_was(site: Site):
    kept_in = site.wired.deps.directory.announcements
    with site.exchange():
        announce(site, make_announcement(make_party("D7", 2)))
        eventually(lambda: kept_in.count_waiting() == 1, 20)

    [kept] = kept_in.list_waiting(9)
    kept_in.save(replace(kept, asked_at=MOMENT, asked=1))
    assert kept.announcement == make_announcement(make_party("D7", 2))
    assert [(each.id, each.asked) for each in kept_in.list_waiting_of(["D7"], 9)] == [(kept.id, 1)]
    assert kept_in.list_to_ask(MOMENT, 9) == []


def test_look_ups_and_a_load_are_answered_by_the_directory(site: Site):
    bureau = Bureau(Store(site.peer_dir))
    bureau.found(7)
    deps, call = site.wired.deps, Call(DESK, "c" * 32)
    follower = Follower("9" * 32, "330106", record_of(6)["credit_code"], MOMENT, claims={"name": record_of(6)["name"]})

    with site.both():
        found = deps.together(lambda within: look_up(within, call, record_of(3)["credit_code"]))
        deps.together(partial(follow_unit, call=call, follower=follower))
        assert found.inquiry is not None
        comes_to(site, unit_id(3), 1)
        comes_to(site, unit_id(6), 1)
        load = deps.together(lambda within: start_load(within, call, page_size=3))
        eventually(lambda: deps.directory.loads.get(load.id).state is LoadState.DONE, 20)

    done = deps.directory.loads.get(load.id)
    assert (done.pages, done.taken, done.stored, done.total, done.differing) == (3, 7, 5, 7, 0)
    assert sum(deps.directory.mirror.count().values()) == 7
    kept = [
        name for name in site.database.list_collection_names() if name.startswith(("directory", "messages", "reads"))
    ]
    stored = repr([list(site.database[name].find()) for name in kept])
    assert {"directory_units", "directory_inquiries", "directory_loads", "directory_followers"} <= {*kept}
    secrets = [value for n in range(1, 8) for value in (unit_id(n), *map(str, record_of(n).values())) if len(value) > 8]
    assert [value for value in secrets if value in stored] == []
    [known] = deps.directory.mirror.find_by_code(record_of(5)["credit_code"])
    assert plain(known.record) == record_of(5)


def test_announcements_that_were_lost_are_asked_for_and_a_merger_waits_for_them(site: Site):
    bureau = Bureau(Store(site.peer_dir))
    bureau.found(3)
    deps, call = site.wired.deps, Call(DESK, "c" * 32)
    first, second, third = (unit_id(number) for number in (1, 2, 3))

    with site.both(gap_seconds=0.2):
        load = deps.together(lambda within: start_load(within, call))
        eventually(lambda: deps.directory.loads.get(load.id).state is LoadState.DONE, 20)
        bureau.announce("change", [Change(second, "subject", {**record_of(2), "staff": 7})], how=How.LOST)
        merger = [
            Change(first, "subject", None),
            Change(second, "predecessor", None),
            Change(third, "successor", record_of(3)),
        ]
        content = bureau.announce("merge", merger)
        bureau.send_again(content, times=5)
        eventually(lambda: deps.directory.mirror.sequences([third]).get(third) == 2, 30)

    states = {unit: known.state for unit, known in deps.directory.mirror.find([first, second, third]).items()}
    assert states == {first: UnitState.CEASED, second: UnitState.CEASED, third: UnitState.IN_FORCE}
    assert deps.directory.mirror.sequences([second]) == {second: 3}
    assert deps.directory.announcements.count_waiting() == 0


def test_who_registered_itself_and_says_who_it_is_is_told_the_rest_for_its_forms(site: Site):
    Bureau(Store(site.peer_dir)).found(3)
    record, unit = record_of(2), new_id()
    said = {
        "uscc": record["credit_code"],
        "name": record["name"],
        "legal_representative": record["legal_representative"],
    }

    with site.both():
        for unit_id_, basics in ((unit, said), (new_id(), said | {"legal_representative": "旁人"})):
            sealed = seal_for(
                public_part(site.keys["exchange"]), dump_payload({"basics": basics}), typ=DIRECTORY_WANTED.type
            )
            data = {"unit_id": unit_id_, "division": "330106", "reader": "exchange", "sealed": sealed}
            event = Event(new_id(), DIRECTORY_WANTED.type, MOMENT, unit_id_, data)
            site.publish(EVENTS, DIRECTORY_WANTED.type, encode(event, "filing"))
        comes_to(site, unit_id(2), 1)
        eventually(lambda: site.database[UNITS].count_documents({"outbox.id": {"$exists": True}}) == 0, 20)

    heard = [decode(body) for _, body in drain(site.amqp_url, FILING_EVENTS)]
    [told] = [message for message in heard if message.type == DIRECTORY_RECORD.type]
    opened = load_payload(open_sealed(site.keys["filing"], told.data["sealed"], typ=told.type))
    assert told.data["unit_id"] == unit
    assert opened == {"basics": basics_of(record_from(record)), "is_ceased": False}
    assert record["email"] not in repr(opened)
