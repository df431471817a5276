"""Statistics on their way by files, on a real database: to the bureau at once, to the sharing database after its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest
from pymongo import MongoClient

from services.exchange.errors import TooEarly
from services.exchange.handlers import of_statistics
from services.exchange.journal.entries import digest_of
from services.exchange.model.deliveries import State
from services.exchange.model.messages import Entry
from services.exchange.model.messages import State as MessageState
from services.exchange.model.partners import Partner
from services.exchange.model.sharing import ObjectionState
from services.exchange.operations import preparing
from services.exchange.operations.delivering import send
from services.exchange.operations.entering import link_waiting
from services.exchange.operations.sending import send_overdue
from services.exchange.repository.journal import CHAINS, TELLER
from services.exchange.wiring import Wired
from services.sandbox.receiver.answering import Doubt
from services.sandbox.stack.stack import Stack
from shared.calls import Call
from shared.ids import new_id
from shared.messaging.effects import Effects, Fate, Verdict
from shared.messaging.envelope import encode
from shared.messaging.settlement import Delivery
from shared.mongo.client import Document
from tests.support.bus import make_event
from tests.support.exchange_deliveries import DESK, DeliverySite, at, fresh_site, open_delivery_wired
from tests.support.exchange_sharing import make_content

NBS, SHARING = Partner.NBS, Partner.SHARING
TENTH, FIRST = date(2026, 3, 16), date(2026, 3, 17)


@pytest.fixture(scope="module")
def ground(
    started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Wired, Path]]:
    keys = tmp_path_factory.mktemp("keys")
    with open_delivery_wired(keys, started.mongod.uri, f"deliveries_{new_id()}") as wired:
        yield wired, keys
        wired.client.drop_database(wired.database.name)


@pytest.fixture
def site(ground: tuple[Wired, Path], tmp_path: Path) -> DeliverySite:
    opened = fresh_site(*ground, tmp_path)
    opened.hand_over()
    return opened


def test_the_bureau_gets_its_statistics_at_once_and_its_signed_receipt_settles_the_delivery(site: DeliverySite) -> None:
    site.sign(NBS)

    site.round()

    delivery = site.of(NBS)
    assert delivery.state is State.ACCEPTED
    assert [(each["outcome"], each["effects"]) for each in site.answers(NBS)] == [("accepted", 1)]
    assert site.message(NBS).receipt is not None
    assert site.files(NBS, "to_partner") == []
    assert len(site.files(NBS, "taken")) == 2


def test_the_sharing_database_gets_nothing_on_working_day_ten_and_everything_after_it(site: DeliverySite) -> None:
    held = site.sign(SHARING)
    site.clock.moment = at(TENTH, 23)

    with pytest.raises(TooEarly):
        send(site.deps, Call(DESK, version=held.version), held.id)
    site.round()
    on_the_tenth = (site.of(SHARING).state, site.answers(SHARING), site.files(SHARING, "to_partner"))
    site.clock.moment = at(FIRST, 0)
    site.round()

    assert on_the_tenth == (State.HELD, [], [])
    assert site.of(SHARING).state is State.ACCEPTED
    assert [each["effects"] for each in site.answers(SHARING)] == [1]


def test_nothing_stands_in_clear_in_the_shared_folder_nor_in_the_database(site: DeliverySite) -> None:
    site.sign(NBS)

    site.lay()

    dropped = b"".join(path.read_bytes() for path in site.files(NBS, "to_partner"))
    stored = b"".join(
        str(row).encode()
        for name in ("deliveries", "table_sets", "messages")
        for row in site.wired.database[name].find()
    )
    for secret in ("by_region", "executed_cny", "北京市", "manifest.json"):
        assert secret.encode() not in dropped
        assert secret.encode() not in stored


@pytest.mark.parametrize(
    "point", ["receiver.stored_no_receipt", "receiver.receipt_laid_not_settled", "drop.written.event"]
)
def test_a_receiver_that_is_killed_at_a_step_loses_and_doubles_nothing(site: DeliverySite, point: str) -> None:
    site.sign(NBS)
    site.lay()

    status = site.run_receiver_until_killed(NBS, point)
    site.round()

    assert status == -9
    assert site.of(NBS).state is State.ACCEPTED
    assert [each["effects"] for each in site.answers(NBS)] == [1]


def test_an_exchange_that_dies_before_it_notes_what_it_laid_down_lays_the_same_down_again(site: DeliverySite) -> None:
    site.sign(NBS)
    site.lay()
    laid = {path.name: path.read_bytes() for path in site.files(NBS, "to_partner")}
    row = site.wired.database["messages"].find_one({"kind": "STATISTICS"})
    assert row is not None
    site.wired.database["messages"].update_one({"_id": row["_id"]}, {"$set": {"state": "pending", "sent_at": None}})

    for receiver in site.receivers.values():
        receiver.work_off()
    site.lay()
    site.round()

    assert len(laid) == 2
    assert site.of(NBS).state is State.ACCEPTED
    assert [(each["deliveries"], each["effects"]) for each in site.answers(NBS)] == [(2, 1)]


def test_a_receipt_that_is_laid_down_five_times_is_taken_once(site: DeliverySite) -> None:
    site.switch(NBS, repeats=5)
    site.sign(NBS)

    site.round()

    assert site.of(NBS).state is State.ACCEPTED
    assert [entry.event for entry in site.message(NBS).log].count(Entry.ACCEPTED) == 1
    assert len(site.files(NBS, "taken")) == 10


def test_a_receiver_that_is_away_gets_it_when_it_is_back(site: DeliverySite) -> None:
    site.switch(NBS, away=True)
    site.sign(NBS)
    site.round()
    while_away = site.of(NBS).state

    site.switch(NBS)
    site.round()

    assert while_away is State.GOING
    assert site.of(NBS).state is State.ACCEPTED


def test_a_receipt_of_a_strangers_key_changes_nothing_and_is_put_aside(site: DeliverySite) -> None:
    site.switch(NBS, signs_wrongly=True)
    site.sign(NBS)

    site.round()

    assert site.of(NBS).state is State.GOING
    assert len(site.files(NBS, "rejected")) == 2
    assert Entry.RECEIPT_REJECTED in [entry.event for entry in site.message(NBS).log]


def test_a_refusal_says_its_reason_and_a_receipt_that_was_cut_short_is_put_aside(site: DeliverySite) -> None:
    site.switch(NBS, refuses_with="not_wanted")
    site.sign(NBS)
    folder = site.root / "nbs" / "from_partner"
    folder.mkdir(parents=True)
    (folder / "receipt.x.event").write_bytes(b"{")
    (folder / "receipt.x.manifest").write_bytes(orjson.dumps({"size": 2, "sha256": "0" * 64}))

    site.round()

    assert (site.of(NBS).state, site.of(NBS).reason_code) == (State.REFUSED, "not_wanted")
    assert [path.name for path in site.files(NBS, "rejected")] == ["receipt.x.event", "receipt.x.manifest"]
    link_waiting(site.deps)
    head = next(chain.head for chain in site.wired.journal.chains() if chain.partner is NBS)
    unread = [entry for entry, _ in site.wired.journal.follow(NBS, 1, head.number) if entry.type == "unread"]
    assert [(each.token, each.size, each.outcome) for each in unread] == [(digest_of(b"{"), 1, "rejected")]


def test_a_correction_is_taken_in_its_order_and_supersedes_the_first(site: DeliverySite) -> None:
    site.sign(NBS)
    site.round()

    site.clock.advance(timedelta(minutes=1))
    site.hand_over(version=2, correction=7)
    site.sign(NBS)
    site.round()

    first, second = site.of(NBS, 0), site.of(NBS, 1)
    assert (second.state, second.number, second.supersedes) == (State.ACCEPTED, 2, first.id)
    assert first.state is State.SUPERSEDED
    assert [each["effects"] for each in site.answers(NBS)] == [1, 1]


def test_an_objection_by_a_signed_file_becomes_a_ticket_once_and_one_to_nothing_is_put_aside(
    site: DeliverySite,
) -> None:
    site.sign(NBS)
    site.round()
    doubt = Doubt(site.of(NBS).id, "by_region", ("110000",), "contracts", "明显偏低")
    site.receivers[NBS].object_to(doubt)
    site.receivers[NBS].object_to(Doubt("0" * 32, "by_region", ("110000",), "contracts", "无此批"))

    site.round()
    site.round()

    found = site.deps.sharing.objections.list_newest("", "", 10).items
    assert [(each.state, each.raised_by, each.reason) for each in found] == [(ObjectionState.OPEN, "nbs", "明显偏低")]
    assert found[0].due_on == date(2026, 3, 16)
    assert len(site.files(NBS, "rejected")) == 2
    assert "明显偏低" not in str(list(site.wired.database["objections"].find()))
    assert found[0].id


def test_what_was_not_answered_is_sent_again_and_is_given_up_visibly(site: DeliverySite) -> None:
    site.switch(NBS, away=True)
    site.sign(NBS)
    for _ in range(site.deps.patience.attempts + 1):
        site.round()
        site.clock.advance(timedelta(hours=1))
        send_overdue(site.deps, "c" * 32)

    site.round()

    assert site.message(NBS).state is MessageState.UNANSWERED
    assert site.of(NBS).state is State.UNANSWERED
    assert site.message(NBS).attempts == site.deps.patience.attempts


def test_a_folder_that_takes_nothing_holds_up_its_partner_alone(site: DeliverySite) -> None:
    site.clock.moment = at(FIRST)
    site.sign(NBS)
    site.sign(SHARING)
    folder = site.root / "nbs" / "to_partner"
    folder.parent.mkdir(parents=True)
    folder.write_bytes(b"not a folder")

    site.round()
    held_up = (site.of(NBS).state, site.of(SHARING).state)
    folder.unlink()
    site.round()

    assert held_up == (State.QUEUED, State.ACCEPTED)
    assert site.of(NBS).state is State.ACCEPTED


def test_a_set_whose_package_is_too_large_to_leave_goes_to_nobody_and_that_is_told_to_those_who_wait_for_it(
    site: DeliverySite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "MOST_BYTES", 1000)
    handed = site.handed(make_content(version=2, correction=7))
    data = {"set_id": handed.set_id, "digest": handed.digest, "sealed": handed.sealed}
    body = encode(make_event(type=handed.type, data=data), "statistics")
    handlers = of_statistics(site.deps, site.wired.deps_within)
    effects = Effects("sets", handlers, site.wired.client, site.wired.database, site.clock)

    [verdict] = effects.apply([Delivery(1, body, "m", "", {})])

    told = site.wired.database[CHAINS].find_one({"_id": TELLER}) or {"outbox": []}
    assert verdict == Verdict(Fate.PARK, "too_large", is_noted=True)
    assert [each["data"]["occasion"] for each in told["outbox"]] == ["exchange.set_refused"] * 2
    assert site.deps.sharing.deliveries.find_set(handed.set_id) is None
    assert [site.of(partner).set_version for partner in (NBS, SHARING)] == [1, 1]
