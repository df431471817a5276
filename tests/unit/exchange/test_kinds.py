"""The three kinds of messages on a unit: made of registration's facts, taken strictly by the directory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.exchange.errors import Unreadable
from services.exchange.handlers import TOLD_AS
from services.exchange.model.messages import Kind, Outcome, State
from services.exchange.model.partners import Partner
from services.exchange.operations.receipts import Incoming, take_receipt
from services.exchange.operations.sending import message_id_of, send_fact
from services.exchange.policy import PARTNERS
from services.sandbox.peer.answering import Desk, Keys
from services.sandbox.peer.store import Store
from services.sandbox.peer.switches import Switches
from shared.calls import Call
from shared.clock import FixedClock
from shared.contracts import all_contracts
from shared.contracts.border import KIND_BY_NAME, RECEIPT, Receipt, dump_content, load_content
from shared.crypto.jose import create_jose_keys, open_sealed, public_part, seal_for
from shared.ids import new_id
from shared.messaging.envelope import decode, encode
from shared.mongo.aggregates import Event
from tests.support.exchange import make_record
from tests.support.exchange_desk import BY_ITSELF, NOW, REGISTRATION, UNIT, make_approval, make_deps, make_message

EXCHANGE, DIRECTORY = create_jose_keys("exchange"), create_jose_keys("directory")
CHANGES = [{"field": "unit/name", "before": "甲公司", "after": "乙公司"}]
MORE: dict[Kind, dict[str, object]] = {
    Kind.UNIT_NEW: {},
    Kind.UNIT_CHANGE: {"changes": CHANGES},
    Kind.UNIT_CLOSE: {"ground": "on_request"},
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = Store(tmp_path / "directory")
    keys = Keys(DIRECTORY, public_part(EXCHANGE))
    yield Desk(store, keys, Switches, FixedClock(NOW))
    store.close()


def answered(desk: Desk, name: str, attempt: int = 1, **changes: Any) -> dict[str, Any]:
    """Return the receipt for the sample of a kind."""
    contract = KIND_BY_NAME[name].contract
    sample = orjson.loads((contract.sample_path.parent / "contents" / contract.sample_path.name).read_bytes())
    content = dump_content({**sample, **changes})
    token = seal_for(public_part(DIRECTORY), content, sign_with=EXCHANGE, typ=contract.type)
    sent = encode(Event(new_id(), contract.type, NOW, "m", {"sealed": token, "attempt": attempt}), "exchange")
    sealed = decode(desk.answer(sent).body).data["sealed"]
    return load_content(Receipt(), open_sealed(EXCHANGE, sealed, public_part(DIRECTORY), typ=RECEIPT.type))


@pytest.mark.parametrize(("type_", "kind"), TOLD_AS.items())
def test_each_fact_becomes_a_message_of_its_kind(type_: str, kind: Kind) -> None:
    deps = make_deps()
    deps.border.records["record"] = make_record(UNIT, REGISTRATION) | MORE[kind]

    message = send_fact(deps, BY_ITSELF, make_approval(type=type_, kind=kind))

    content = load_content(KIND_BY_NAME[kind].content, deps.messages.secret_of(message).content)
    assert type_ in all_contracts()
    assert (message.kind, content["kind"]) == (kind, kind.value)
    assert deps.told()[0] == KIND_BY_NAME[kind].contract.type
    assert deps.messages.outbox[1][1].data["kind"] == kind.value


@pytest.mark.parametrize("kind", [Kind.UNIT_CHANGE, Kind.UNIT_CLOSE])
def test_a_record_that_lacks_what_its_kind_asks_for_makes_no_message(kind: Kind) -> None:
    deps = make_deps()

    with pytest.raises(Unreadable, match="record_unfit"):
        send_fact(deps, BY_ITSELF, make_approval(kind=kind))

    assert deps.messages.rows == {}


def test_messages_of_a_unit_keep_one_sequence_over_all_kinds_and_wait_for_each_other() -> None:
    deps = make_deps()
    first = send_fact(deps, BY_ITSELF, make_approval())
    deps.border.records["record"] = make_record(UNIT, REGISTRATION) | MORE[Kind.UNIT_CHANGE]

    second = send_fact(deps, BY_ITSELF, make_approval(event_id="9" * 32, kind=Kind.UNIT_CHANGE))

    assert (first.sequence, second.sequence) == (1, 2)
    assert (first.attempts, second.attempts) == (1, 0)
    assert message_id_of("9" * 32) != message_id_of("9" * 32, Kind.UNIT_CHANGE) == second.id


def test_the_directory_takes_a_unit_its_change_and_its_end_in_turn(desk: Desk) -> None:
    receipts = [answered(desk, name) for name in ("UNIT_NEW", "UNIT_CHANGE", "UNIT_CLOSE")]

    assert [receipt["outcome"] for receipt in receipts] == ["accepted"] * 3
    assert {receipt["directory_id"] for receipt in receipts} == {"D00000000001"}


def test_the_directory_refuses_a_change_of_a_unit_that_it_does_not_know(desk: Desk) -> None:
    receipt = answered(desk, "UNIT_CHANGE")

    assert (receipt["outcome"], receipt["reason"]) == ("refused", "unit_unknown")


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        ("UNIT_CHANGE", {"changes": []}, "malformed"),
        ("UNIT_CHANGE", {"changes": [{"field": "unit/name; drop", "before": "", "after": ""}]}, "malformed"),
        ("UNIT_CHANGE", {"kind": "UNIT_CLOSE"}, "kind_unknown"),
        ("UNIT_CLOSE", {"ground": "某原因"}, "malformed"),
        ("UNIT_CLOSE", {"sequence": 0}, "malformed"),
    ],
)
def test_the_directory_refuses_what_is_not_as_the_kind_says(
    desk: Desk, name: str, changes: dict[str, Any], reason: str
) -> None:
    answered(desk, "UNIT_NEW")

    receipt = answered(desk, name, **changes)

    assert (receipt["outcome"], receipt["reason"]) == ("refused", reason)


def test_a_receipt_quotes_the_attempt_that_it_answers(desk: Desk) -> None:
    assert answered(desk, "UNIT_NEW", attempt=3)["attempt"] == 3


@pytest.mark.parametrize(
    ("attempt", "outcome", "state"),
    [(1, "refused", State.PENDING), (2, "refused", State.REFUSED), (1, "accepted", State.ACCEPTED)],
)
def test_a_late_refusal_of_an_earlier_sending_does_not_end_the_present_one(
    attempt: int, outcome: str, state: State
) -> None:
    deps = make_deps(make_message(state=State.PENDING, attempts=2))
    deps.border.lay_down("receipt", outcome=outcome, attempt=attempt)

    message = take_receipt(
        deps, Call(PARTNERS[Partner.DIRECTORY], "c" * 32), Incoming("6" * 32, RECEIPT.type, "4" * 32, "receipt")
    )

    assert message.state is state
    assert (message.receipt is None) == (state is State.PENDING)
    assert message.receipt is None or message.receipt.outcome is Outcome(outcome)
