"""The directory's stand-in: judges by its own rules, answers the same message with the same receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.sandbox.peer.answering import Desk, Keys
from services.sandbox.peer.judgement import Known, Told, refusal
from services.sandbox.peer.store import Store
from services.sandbox.peer.switches import Changes, Switches, read_switches, write_switches
from shared.clock import FixedClock
from shared.contracts.border import PING, RECEIPT, UNIT_CHANGE, UNIT_NEW, Receipt, digest_of, dump_content, load_content
from shared.crypto.errors import BadSignature
from shared.crypto.jose import create_jose_keys, open_sealed, public_part, seal_for
from shared.ids import new_id
from shared.messaging.envelope import decode, encode
from shared.messaging.errors import Poison
from shared.mongo.aggregates import Event
from tests.support.codes import make_uscc

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
EXCHANGE, DIRECTORY = create_jose_keys("exchange"), create_jose_keys("directory")
SAMPLE = orjson.loads((UNIT_NEW.sample_path.parent / "contents" / UNIT_NEW.sample_path.name).read_bytes())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "directory")
    yield store
    store.close()


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    keys = Keys(DIRECTORY, public_part(EXCHANGE))
    return Desk(store, keys, lambda: read_switches(tmp_path), FixedClock(NOW))


def content(unit: dict[str, Any] | None = None, **changes: Any) -> bytes:
    return dump_content({**SAMPLE, "unit": {**SAMPLE["unit"], **(unit or {})}, **changes})


def body(content: bytes, signer: Any = EXCHANGE, typ: str = UNIT_NEW.type) -> bytes:
    token = seal_for(public_part(DIRECTORY), content, sign_with=signer, typ=typ)
    return encode(Event(new_id(), typ, NOW, "m", {"sealed": token}), "exchange")


def a_change() -> bytes:
    changes = [{"field": "unit/name", "before": "甲", "after": "乙"}]
    told = content(kind="UNIT_CHANGE", message_id="9" * 32, sequence=2, changes=changes)
    return body(told, typ=UNIT_CHANGE.type)


def opened(reply: bytes) -> dict[str, object]:
    sealed = decode(reply).data["sealed"]
    return load_content(Receipt(), open_sealed(EXCHANGE, sealed, public_part(DIRECTORY), typ=RECEIPT.type))


@pytest.mark.parametrize(
    ("answer", "expected"), [(Changes.ACCEPT, ("accepted", "")), (Changes.REFUSE, ("refused", "change_refused"))]
)
def test_changes_are_taken_or_refused_as_the_switch_says_and_new_units_taken_all_the_same(
    desk: Desk, tmp_path: Path, answer: Changes, expected: tuple[str, str]
) -> None:
    write_switches(tmp_path, Switches(changes=answer))

    new, change = opened(desk.answer(body(content())).body), opened(desk.answer(a_change()).body)

    assert new["outcome"] == "accepted"
    assert (change["outcome"], change["reason"]) == expected


def test_a_change_that_is_kept_unanswered_is_judged_when_it_comes_again(desk: Desk, tmp_path: Path) -> None:
    desk.answer(body(content()))
    write_switches(tmp_path, Switches(changes=Changes.PENDING))
    silent = desk.answer(a_change())
    write_switches(tmp_path, Switches())

    receipt = opened(desk.answer(a_change()).body)

    assert silent is None
    assert receipt["outcome"] == "accepted"


@pytest.mark.parametrize(
    ("told", "known", "refused", "reason"),
    [
        (Told("u", make_uscc(1), 1), Known(None, 0), (), ""),
        (Told("u", make_uscc(1), 2), Known("u", 1), (), ""),
        (Told("u", make_uscc(1)[:-1] + "I", 1), Known(None, 0), (), "credit_code_invalid"),
        (Told("u", "", 1), Known(None, 0), (), "credit_code_invalid"),
        (Told("u", make_uscc(1), 1), Known(None, 0), (make_uscc(1),), "credit_code_refused"),
        (Told("u", make_uscc(1), 1), Known("other", 0), (), "unit_known_otherwise"),
        (Told("u", make_uscc(1), 2), Known("u", 2), (), "sequence_old"),
        (Told("u", make_uscc(1), 2, is_new=False), Known(None, 0), (), "unit_unknown"),
        (Told("u", make_uscc(2), 2, is_new=False), Known(None, 1), (), ""),
        (Told("u", make_uscc(1), 2, is_new=False), Known("other", 1), (), "unit_known_otherwise"),
    ],
)
def test_a_unit_is_refused_for_the_first_rule_that_it_breaks(
    told: Told, known: Known, refused: Any, reason: str
) -> None:
    assert refusal(told, known, refused) == reason


def test_a_unit_is_taken_and_the_receipt_quotes_what_was_read(desk: Desk, store: Store) -> None:
    sent = content()

    receipt = opened(desk.answer(body(sent)).body)

    assert (receipt["outcome"], receipt["reason"], receipt["digest"]) == ("accepted", "", digest_of(sent))
    assert store.report()["units"] == [SAMPLE["unit"]["unit_id"]]


def test_the_same_message_gets_the_same_receipt_byte_by_byte(desk: Desk, store: Store) -> None:
    first = desk.answer(body(content()))

    again = desk.answer(body(content()))

    seen: Any = store.report()["messages"]
    assert again == first
    assert [(row["deliveries"], row["effects"]) for row in seen] == [(2, 1)]


def test_a_refused_message_is_judged_anew_only_when_it_is_sent_again(desk: Desk, tmp_path: Path) -> None:
    write_switches(tmp_path, Switches().refusing(SAMPLE["unit"]["credit_code"]))
    delivery = body(content())
    first = desk.answer(delivery)
    write_switches(tmp_path, read_switches(tmp_path).allowing(SAMPLE["unit"]["credit_code"]))

    delivered_again = desk.answer(delivery)
    sent_again = desk.answer(body(content()))

    assert delivered_again == first
    assert opened(first.body)["reason"] == "credit_code_refused"
    assert opened(sent_again.body)["outcome"] == "accepted"


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (content(kind="UNIT_GONE"), "kind_unknown"),
        (content(sequence="one"), "malformed"),
        (content(unit={"unit_id": None}), "malformed"),
        (content(unit={"credit_code": "91330106MA00000000"}), "credit_code_invalid"),
    ],
)
def test_what_the_exchange_signed_but_is_no_good_is_refused_with_a_reason(desk: Desk, sent: bytes, reason: str) -> None:
    receipt = opened(desk.answer(body(sent)).body)

    assert (receipt["outcome"], receipt["reason"]) == ("refused", reason)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (body(content(), signer=create_jose_keys("exchange")), "bad_signature"),
        (body(content(), signer=None), "bad_signature"),
        (body(content(), typ=RECEIPT.type), "type_unknown"),
        (body(b"no json"), "contract_broken"),
        (body(dump_content({"kind": "UNIT_NEW"})), "contract_broken"),
        (b"no envelope", "contract_broken"),
    ],
)
def test_what_cannot_be_trusted_gets_no_answer(desk: Desk, store: Store, message: bytes, reason: str) -> None:
    with pytest.raises(Poison) as caught:
        desk.answer(message)

    assert caught.value.reason == reason
    assert store.report() == {"units": [], "messages": []}


def test_a_test_of_the_way_is_answered_and_has_no_effect(desk: Desk, store: Store) -> None:
    sent = dump_content(PING.content_sample)

    receipt = opened(desk.answer(body(sent, typ=PING.type)).body)

    assert (receipt["outcome"], receipt["digest"], receipt["directory_id"]) == ("accepted", digest_of(sent), "")
    assert store.report()["units"] == []


def test_a_message_id_with_another_content_gets_no_answer(desk: Desk) -> None:
    desk.answer(body(content()))

    with pytest.raises(Poison, match="message_id_reused"):
        desk.answer(body(content(effective_date="2026-03-02")))


def test_a_wrong_signature_is_only_as_long_as_the_switch_says(desk: Desk, tmp_path: Path) -> None:
    write_switches(tmp_path, replace(Switches(), signs_wrongly=True))
    forged = desk.answer(body(content()))
    write_switches(tmp_path, Switches())

    right = desk.answer(body(content()))

    with pytest.raises(BadSignature):
        opened(forged.body)
    assert opened(right.body)["outcome"] == "accepted"


def test_the_store_holds_no_credit_code_in_clear(desk: Desk, tmp_path: Path) -> None:
    desk.answer(body(content()))

    stored = b"".join(path.read_bytes() for path in (tmp_path / "directory").iterdir())

    assert SAMPLE["unit"]["unit_id"].encode() in stored
    assert SAMPLE["unit"]["credit_code"].encode() not in stored
    assert SAMPLE["unit"]["name"].encode() not in stored
