"""The way of a unit to the directory and back, on real servers: each fault ends in a right and visible state."""

from __future__ import annotations

import json

import orjson
import pytest

from services.exchange.model.messages import Entry, State
from services.exchange.repository.records import COLLECTION
from shared.contracts.border import UNIT_NEW
from shared.crypto.jose import create_jose_keys, public_part, seal_for
from shared.ids import new_id
from shared.messaging.envelope import encode
from shared.messaging.topology import (
    BORDER,
    DEFAULT_EXCHANGE,
    DIRECTORY_INBOX,
    DIRECTORY_RECEIPTS,
    EVENTS,
    EXCHANGE_EVENTS,
)
from tests.support.bus import drain, eventually, ready
from tests.support.codes import make_uscc
from tests.support.exchange import APPROVED, MOMENT, Site, make_record, site, stranger

__all__ = ["site"]

A_DIGEST = "0" * 64


def events_in(message_log: tuple[object, ...]) -> list[str]:
    return [entry.event.value for entry in message_log]  # type: ignore[attr-defined]


def test_an_approved_unit_is_accepted_by_the_directory_and_registration_hears_of_it(site: Site) -> None:
    with site.both():
        approved = site.approve()
        message = site.reaches(approved.message_id, State.ACCEPTED)

    assert message.receipt is not None
    assert message.receipt.digest == message.digest
    assert site.wired.messages.secret_of(message).directory_id.startswith("D")
    assert site.report()[message.id] | {"deliveries": 1, "effects": 1} == site.report()[message.id]
    news = site.news()
    assert [each.type.split(".")[2] for each in news] == ["unit_sent", "unit_acknowledged"]
    assert {each.data["message_id"] for each in news} == {message.id}
    assert news[1].data["attempt"] == 1
    assert news[1].data["outcome"] == "accepted"
    assert site.parked(DIRECTORY_RECEIPTS) == site.parked(EXCHANGE_EVENTS) == site.parked(DIRECTORY_INBOX) == []


def test_while_the_directory_is_away_the_message_waits_as_sent(site: Site) -> None:
    with site.exchange():
        approved = site.approve()
        waiting = site.reaches(approved.message_id, State.SENT)
        with site.directory():
            message = site.reaches(approved.message_id, State.ACCEPTED)

    assert waiting.sent_at is not None
    assert message.attempts == 1
    assert site.report()[message.id]["effects"] == 1


def test_an_approval_that_comes_twice_makes_one_message(site: Site) -> None:
    with site.both():
        approved = site.approve()
        site.reaches(approved.message_id, State.ACCEPTED)
        site.publish(EVENTS, APPROVED, encode(approved.event, "registration"))
        site.reaches(site.approve().message_id, State.ACCEPTED)

    assert site.database[COLLECTION].count_documents({}) == 2
    assert len(site.news()) == 4
    assert {row["deliveries"] for row in site.report().values()} == {1}


def test_a_message_that_is_delivered_twice_has_one_effect_and_one_receipt(site: Site) -> None:
    with site.exchange():
        approved = site.approve()
        site.reaches(approved.message_id, State.SENT)
        [(_, body)] = drain(site.amqp_url, DIRECTORY_INBOX)
        site.publish(BORDER, DIRECTORY_INBOX, body)
        site.publish(BORDER, DIRECTORY_INBOX, body)
        with site.directory():
            eventually(lambda: bool(site.report()) and site.report()[approved.message_id]["deliveries"] == 2)
            message = site.reaches(approved.message_id, State.ACCEPTED)
            eventually(lambda: ready(site.amqp_url, DIRECTORY_RECEIPTS) == 0)

    assert site.report()[message.id]["effects"] == 1
    assert events_in(message.log).count("accepted") == 1
    assert [each.type.split(".")[2] for each in site.news()] == ["unit_sent", "unit_acknowledged"]
    assert site.parked(DIRECTORY_RECEIPTS) == []


def test_a_receipt_with_a_wrong_signature_is_parked_and_noted_and_a_right_one_is_taken_later(site: Site) -> None:
    site.switch(signs_wrongly=True)
    with site.both(wait_seconds=3.0):
        approved = site.approve()
        eventually(lambda: ready(site.amqp_url, f"{DIRECTORY_RECEIPTS}.parking") > 0)
        doubted = site.message(approved.message_id)
        site.switch(signs_wrongly=False)
        message = site.reaches(approved.message_id, State.ACCEPTED)

    assert doubted.state in (State.PENDING, State.SENT)
    assert [(e.event, e.code) for e in doubted.log if e.code] == [(Entry.RECEIPT_REJECTED, "bad_signature")]
    assert set(site.parked(DIRECTORY_RECEIPTS)) == {"bad_signature"}
    assert message.attempts == 2
    assert site.report()[message.id]["effects"] == 1


@pytest.mark.parametrize("fault", ["changed", "of_a_stranger"])
def test_a_message_that_was_tampered_with_is_turned_away_and_the_right_one_sent_again(site: Site, fault: str) -> None:
    with site.exchange(wait_seconds=1.0):
        approved = site.approve()
        site.reaches(approved.message_id, State.SENT)
        [(_, body)] = drain(site.amqp_url, DIRECTORY_INBOX)[:1]
        envelope = orjson.loads(body)
        if fault == "changed":
            sealed = envelope["data"]["sealed"]
            envelope["data"]["sealed"] = sealed[:-40] + ("A" if sealed[-40] != "A" else "B") + sealed[-39:]
        else:
            directory = public_part(site.keys["directory"])
            envelope["data"]["sealed"] = seal_for(directory, b"{}", sign_with=stranger(), typ=UNIT_NEW.type)
        site.publish(BORDER, DIRECTORY_INBOX, orjson.dumps(envelope))
        with site.directory():
            message = site.reaches(approved.message_id, State.ACCEPTED)
            eventually(lambda: ready(site.amqp_url, f"{DIRECTORY_INBOX}.parking") == 1)

    assert message.attempts > 1
    assert site.report()[message.id]["effects"] == 1


def test_a_refused_unit_is_seen_with_its_reason(site: Site) -> None:
    with site.both():
        accepted = site.approve()
        site.reaches(accepted.message_id, State.ACCEPTED)
        taken = site.approve(credit_code=accepted.credit_code)
        refused = site.reaches(taken.message_id, State.REFUSED)
        wrong = site.approve(credit_code="91330106MA00000000")
        invalid = site.reaches(wrong.message_id, State.REFUSED)

    assert (refused.reason_code, invalid.reason_code) == ("unit_known_otherwise", "credit_code_invalid")
    news = [each for each in site.news() if each.type.endswith("unit_refused.v1")]
    assert [each.data["reason_code"] for each in news] == ["unit_known_otherwise", "credit_code_invalid"]
    assert site.report()[refused.id]["effects"] == 0
    assert site.parked(DIRECTORY_RECEIPTS) == []


def test_a_receipt_for_a_message_that_was_never_sent_is_parked(site: Site) -> None:
    content = {
        "message_id": "f" * 32,
        "digest": A_DIGEST,
        "outcome": "accepted",
        "reason": "",
        "directory_id": "D1",
        "received_at": MOMENT.isoformat(),
    }
    with site.exchange():
        site.receipt(content)
        eventually(lambda: ready(site.amqp_url, f"{DIRECTORY_RECEIPTS}.parking") == 1)

    assert site.parked(DIRECTORY_RECEIPTS) == ["unknown_message"]
    assert site.database[COLLECTION].count_documents({}) == 0


def test_a_receipt_of_another_content_is_parked_and_noted(site: Site) -> None:
    with site.exchange():
        approved = site.approve()
        sent = site.reaches(approved.message_id, State.SENT)
        content = {
            "message_id": sent.id,
            "digest": A_DIGEST,
            "outcome": "accepted",
            "reason": "",
            "directory_id": "D1",
            "received_at": MOMENT.isoformat(),
        }
        site.receipt(content, subject="f" * 32)
        eventually(lambda: ready(site.amqp_url, f"{DIRECTORY_RECEIPTS}.parking") == 1)

    message = site.message(sent.id)
    assert site.parked(DIRECTORY_RECEIPTS) == ["digest_mismatch"]
    assert (message.state, message.log[-1].code) == (State.SENT, "digest_mismatch")


def test_a_message_without_receipt_is_sent_again_and_then_given_up_and_a_late_receipt_is_still_taken(
    site: Site,
) -> None:
    with site.exchange(wait_seconds=0.2, attempts=3):
        approved = site.approve()
        given_up = site.reaches(approved.message_id, State.UNANSWERED)
        sent = ready(site.amqp_url, DIRECTORY_INBOX)
        with site.directory():
            message = site.reaches(approved.message_id, State.ACCEPTED)
            eventually(lambda: site.report()[approved.message_id]["deliveries"] == 3)
            eventually(lambda: ready(site.amqp_url, DIRECTORY_RECEIPTS) == 0)

    assert (given_up.attempts, sent) == (3, 3)
    assert events_in(given_up.log) == ["created", "queued", "sent", "resent", "sent", "resent", "sent", "unanswered"]
    assert site.report()[message.id]["effects"] == 1
    kinds = [each.type.split(".")[2] for each in site.news()]
    assert kinds == ["unit_sent", "unit_sent", "unit_sent", "unit_unanswered", "unit_acknowledged"]
    assert events_in(message.log).count("accepted") == 1
    assert site.parked(DIRECTORY_RECEIPTS) == []


def test_a_second_message_of_a_unit_waits_until_the_first_is_answered(site: Site) -> None:
    with site.exchange():
        first = site.approve()
        site.reaches(first.message_id, State.SENT)
        second = site.approve(unit_id=first.unit_id)
        held = site.reaches(second.message_id, State.PENDING)
        with site.directory():
            site.reaches(first.message_id, State.ACCEPTED)
            message = site.reaches(second.message_id, State.ACCEPTED)

    assert (held.sequence, held.attempts) == (2, 0)
    assert message.attempts == 1
    assert [row["effects"] for row in site.report().values()] == [1, 1]


def test_an_approval_of_another_unit_than_it_says_is_parked_and_seen_in_the_ledger(site: Site) -> None:
    with site.both():
        failed = site.reaches(site.approve(record=make_record("0" * 32, "1" * 32)).message_id, State.FAILED)
        eventually(lambda: ready(site.amqp_url, f"{EXCHANGE_EVENTS}.parking") == 1)

    assert failed.reason_code == "record_of_another"
    assert site.parked(EXCHANGE_EVENTS) == ["record_of_another"]
    assert site.report() == {}
    assert site.news() == []


def test_an_approval_for_a_key_that_is_missing_fails_visibly_and_is_sent_when_it_comes_again_with_the_key(
    site: Site,
) -> None:
    missing = create_jose_keys("exchange")
    with site.exchange():
        approved = site.approve(reader=missing)
        failed = site.reaches(approved.message_id, State.FAILED)
        eventually(lambda: ready(site.amqp_url, f"{EXCHANGE_EVENTS}.parking") == 1)
    keys = {"keys": [*site.keys["exchange"]["keys"], *missing["keys"]]}
    site.files["exchange"].write_text(json.dumps(keys))
    [(_, body)] = drain(site.amqp_url, f"{EXCHANGE_EVENTS}.parking")
    site.publish(DEFAULT_EXCHANGE, EXCHANGE_EVENTS, body)
    with site.both():
        message = site.reaches(approved.message_id, State.ACCEPTED)

    assert failed.reason_code == "cannot_decrypt"
    assert events_in(message.log)[:3] == ["failed", "created", "queued"]
    assert (message.sequence, message.reason_code) == (1, "")


def test_nothing_of_the_unit_is_stored_or_sent_in_clear(site: Site) -> None:
    canaries = ["西湖外包平台有限公司", "王小明", "contact@example.cn", "文一路1号"]
    with site.exchange():
        approved = site.approve(name=canaries[0], legal_representative=canaries[1])
        site.reaches(approved.message_id, State.SENT)
        [(_, body)] = drain(site.amqp_url, DIRECTORY_INBOX)

    document = site.database[COLLECTION].find_one({"_id": approved.message_id})
    stored = repr(document).encode() + body
    assert document is not None
    assert [canary for canary in [*canaries, approved.credit_code] if canary.encode() in stored] == []


def test_a_unit_its_change_and_its_end_reach_the_directory_in_one_sequence(site: Site) -> None:
    unit_id, registration_id = new_id()[::-1], new_id()
    changes = [{"field": "unit/name", "before": "甲公司", "after": "乙公司"}]
    record = make_record(unit_id, registration_id)

    with site.exchange():
        told = [
            site.tell(APPROVED, unit_id, registration_id, record),
            site.tell("tongbao.registration.changed.v1", unit_id, registration_id, record | {"changes": changes}),
            site.tell("tongbao.registration.deregistered.v1", unit_id, registration_id, record | {"ground": "other"}),
        ]
        site.reaches(told[0].message_id, State.SENT)
        waiting = [site.reaches(each.message_id, State.PENDING) for each in told[1:]]
        with site.directory():
            messages = [site.reaches(each.message_id, State.ACCEPTED) for each in told]

    news = [(each.data["kind"], each.type.split(".")[2]) for each in site.news()]
    assert [message.attempts for message in waiting] == [0, 0]
    assert [(message.kind.value, message.sequence) for message in messages] == [
        ("UNIT_NEW", 1),
        ("UNIT_CHANGE", 2),
        ("UNIT_CLOSE", 3),
    ]
    assert [kind for kind, fact in news if fact == "unit_acknowledged"] == ["UNIT_NEW", "UNIT_CHANGE", "UNIT_CLOSE"]
    assert site.parked(DIRECTORY_RECEIPTS) == site.parked(EXCHANGE_EVENTS) == site.parked(DIRECTORY_INBOX) == []


def test_a_filing_corrects_the_unit_in_the_same_sequence_and_makes_an_unheard_of_unit_known(site: Site) -> None:
    with site.both():
        approved = site.approve()
        site.reaches(approved.message_id, State.ACCEPTED)
        told = [
            site.correct(approved.unit_id, uscc=approved.credit_code, name="西湖外包股份有限公司"),
            site.correct(new_id()[::-1], uscc=make_uscc(7_654_321), name="杭州软件有限公司"),
        ]
        changed, new = [site.reaches(each.message_id, State.ACCEPTED) for each in told]

    assert (changed.kind.value, changed.sequence, changed.registration_id) == ("UNIT_CHANGE", 2, "")
    assert (new.kind.value, new.sequence) == ("UNIT_NEW", 1)
    assert changed.filing_id
    assert [each.data["filing_id"] for each in site.news()][-2:] != ["", ""]
    assert site.parked(DIRECTORY_RECEIPTS) == site.parked(EXCHANGE_EVENTS) == site.parked(DIRECTORY_INBOX) == []
