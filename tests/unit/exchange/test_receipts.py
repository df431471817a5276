"""Receipts: taken once when they verify, refused and noted when they don't."""

from __future__ import annotations

from typing import Any

import pytest

from services.exchange.errors import Unreadable
from services.exchange.model.messages import Outcome, Receipt, State
from services.exchange.model.partners import Partner
from services.exchange.operations.reading import read_message
from services.exchange.operations.receipts import MAX_REJECTIONS, Incoming, note_rejected_receipt, take_receipt
from services.exchange.policy import PARTNERS
from shared.calls import Call
from shared.contracts.border import RECEIPT, digest_of
from shared.contracts.exchange import UNIT_ACKNOWLEDGED, UNIT_REFUSED
from shared.identity.actor import Actor, Role
from tests.support.exchange_desk import BY_ITSELF, DESK, NOW, make_deps, make_message

ID = "4" * 32
CALL = Call(PARTNERS[Partner.DIRECTORY], "c" * 32)
ACCEPTED = Receipt(Outcome.ACCEPTED, "", NOW, digest_of(b"content"))


def incoming(**changes: Any) -> Incoming:
    values: dict[str, Any] = {"event_id": "6" * 32, "type": RECEIPT.type, "about": ID, "sealed": "receipt"}
    return Incoming(**(values | changes))


@pytest.mark.parametrize("state", [State.PENDING, State.SENT, State.UNANSWERED])
@pytest.mark.parametrize(("outcome", "reason"), [("accepted", ""), ("refused", "credit_code_invalid")])
def test_an_answer_is_taken_also_when_it_comes_early_or_late(state: State, outcome: str, reason: str) -> None:
    deps = make_deps(make_message(state=state))
    deps.border.lay_down("receipt", outcome=outcome, reason=reason)

    message = take_receipt(deps, CALL, incoming())

    contract = UNIT_ACKNOWLEDGED if outcome == "accepted" else UNIT_REFUSED
    told = contract.load(deps.messages.outbox[0][1].data)
    assert [type_ for type_ in deps.told() if not type_.endswith(".notice_due.v1")] == [contract.type]
    assert (message.state.value, told["outcome"], told["reason_code"]) == (outcome, outcome, reason)
    assert message.answered_at == NOW
    assert deps.messages.secret_of(message).directory_id == "D00000000001"
    assert "D00000000001" not in repr(message) + repr(deps.messages.outbox)


def test_a_refusal_is_told_to_the_reviewers_of_the_division_in_words() -> None:
    deps = make_deps(make_message(state=State.SENT))
    deps.border.lay_down("receipt", outcome="refused", reason="credit_code_invalid")

    take_receipt(deps, CALL, incoming())

    _, (_, notice) = deps.messages.outbox
    assert notice.type == "tongbao.exchange.notice_due.v1"
    assert notice.data["occasion"] == "exchange.refused"
    assert notice.data["to"] == {"role": "county_reviewer", "division": "330106"}
    assert notice.data["sealed"] == {"reason": "统一社会信用代码校验不符"}


def test_the_same_answer_again_changes_nothing() -> None:
    before = make_message(state=State.ACCEPTED, receipt=ACCEPTED)
    deps = make_deps(before)
    deps.border.lay_down("receipt")

    message = take_receipt(deps, CALL, incoming())

    assert message == before
    assert deps.messages.outbox == []


@pytest.mark.parametrize(
    ("changes", "code", "about"),
    [
        ({"message_id": "9" * 32}, "unknown_message", ""),
        ({"digest": "0" * 64}, "digest_mismatch", ID),
        ({"outcome": "perhaps"}, "receipt_malformed", ID),
        ({"outcome": {"$ne": None}}, "receipt_malformed", ID),
        ({"reason": "某单位的名称"}, "receipt_malformed", ID),
        ({"received_at": "2026-03-01T08:00:00"}, "receipt_malformed", ID),
        ({"digest": 7}, "receipt_malformed", ID),
        ({"digest": digest_of(b"content") + "0"}, "receipt_malformed", ID),
    ],
)
def test_a_receipt_that_does_not_fit_has_no_effect(changes: dict[str, Any], code: str, about: str) -> None:
    before = make_message()
    deps = make_deps(before)
    deps.border.lay_down("receipt", **changes)

    with pytest.raises(Unreadable) as caught:
        take_receipt(deps, CALL, incoming())

    assert (caught.value.code, caught.value.message_id) == (code, about)
    assert deps.messages.rows == {ID: before}


def test_a_receipt_that_nobody_known_signed_has_no_effect() -> None:
    deps = make_deps(make_message())

    with pytest.raises(Unreadable, match="bad_signature"):
        take_receipt(deps, CALL, incoming())

    assert deps.messages.outbox == []


def test_an_answer_that_contradicts_the_one_before_has_no_effect() -> None:
    deps = make_deps(make_message(state=State.ACCEPTED, receipt=ACCEPTED))
    deps.border.lay_down("receipt", outcome="refused", reason="credit_code_invalid")

    with pytest.raises(Unreadable, match="answered_otherwise"):
        take_receipt(deps, CALL, incoming())

    assert deps.messages.outbox == []


def test_a_rejected_receipt_is_noted_once_per_message_on_the_bus_and_not_without_end() -> None:
    deps = make_deps(make_message())
    for number in range(MAX_REJECTIONS + 5):
        for _ in range(2):
            note_rejected_receipt(deps, BY_ITSELF, ID, "bad_signature", f"{number:032x}")

    note_rejected_receipt(deps, BY_ITSELF, "9" * 32, "bad_signature", "7" * 32)

    message = deps.messages.get(ID)
    assert message.state is State.SENT
    assert [entry.code for entry in message.log] == ["bad_signature"] * MAX_REJECTIONS
    assert list(deps.messages.rows) == [ID]


def test_the_unit_is_for_the_desk_only_and_its_read_is_recorded() -> None:
    deps = make_deps(make_message())

    for_desk = read_message(deps, Call(DESK, "c" * 32), ID)
    for_ministry = read_message(deps, Call(Actor("e" * 32, Role.MINISTRY), "c" * 32), ID)

    assert for_desk.secret is not None
    assert for_ministry.secret is None
    assert deps.reads.rows == [(DESK.account_id, ID)]
