"""The faults at the border, one function each: it breaks something while units are told, heals it, and proves that it landed."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import orjson

from services.exchange.model.partners import RouteName
from services.exchange.operations.controls import read_control, start_route, stop_route
from services.exchange.operations.sending import resend_by_hand
from services.exchange.repository.records import COLLECTION
from services.exchange.worker import parts
from services.sandbox.peer.switches import Switches, write_switches
from shared.calls import Call
from shared.clock import SystemClock
from shared.contracts.border import RECEIPT, UNIT_NEW
from shared.crypto.jose import create_jose_keys, public_part, seal_for
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from shared.messaging.envelope import encode
from shared.messaging.topology import (
    BORDER,
    DEFAULT_EXCHANGE,
    DIRECTORY_INBOX,
    DIRECTORY_RECEIPTS,
    EXCHANGE_EVENTS,
)
from tests.support.bus import eventually, running
from tests.support.chaos_border import Border, Mischief, faults, parked
from tests.support.exchange import Approved

ANY_NUMBER = -1
DESK = Actor("d" * 32, Role.DIRECTORY_DESK)
LONG, ASK_SECONDS = 400.0, 0.25
"""Seconds that a state may take to come about before the fault is healed: a thousand units on a busy machine."""

SEEN_SECONDS = 1.0
"""So long it is looked whether something that must not happen does: many times what it takes where it may."""

CONFLICTS, FEW = 10, 5


@dataclass
class Fault:
    """What a fault has to show for itself: proof that it landed, and how much lies parked because of it, by queue and reason."""

    landed: str
    parked: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def explains(self, found: Mapping[tuple[str, str], int]) -> bool:
        """Say whether exactly that is parked which the fault put there."""
        return found.keys() == self.parked.keys() and all(
            count in (found[what], ANY_NUMBER) for what, count in self.parked.items()
        )


Play = Callable[[Border, Sequence[Approved]], Fault]


@dataclass
class Later(SystemClock):
    """The machine's clock, put forward."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Return the moment that it would be."""
        return super().now() + self.ahead


def peer_away_for_an_hour(border: Border, approvals: Sequence[Approved]) -> Fault:
    """Every message is sent five times in vain, given up and seen as unanswered; late receipts are taken."""
    clock, wired = Later(), border.site.impatient(600.0, 5)
    border.stop_worker()
    with wired.client, running(*parts(replace(wired, deps=replace(wired.deps, clock=clock)), border.site.amqp_url)):
        border.approve(approvals)
        for attempt in range(1, 6):
            _wait(partial(_all_sent, border, approvals, attempt))
            clock.ahead += timedelta(minutes=12)
        _reach(border, approvals, "unanswered")
        with border.directory():
            _reach(border, approvals, "accepted")
            _wait(lambda: _deliveries(border, approvals) == {5: len(approvals)})
    assert clock.ahead == timedelta(hours=1)
    return Fault("sent 5 times each in an hour")


def slow(border: Border, approvals: Sequence[Approved]) -> Fault:
    """Each answer takes its time; nothing is sent twice for that."""
    with border.directory(Mischief(slow=0.02)) as peer:
        border.approve(approvals)
        _reach(border, approvals, "accepted")
        assert peer.answers >= len(approvals)
    return Fault(f"{peer.answers} answers, 20 ms each")


def refusing(border: Border, approvals: Sequence[Approved]) -> Fault:
    """All units are refused, seen so, and accepted once the desk sends them again."""
    write_switches(border.site.peer_dir, Switches(refused_codes=tuple(each.credit_code for each in approvals)))
    with border.directory():
        border.approve(approvals)
        _reach(border, approvals, "refused")
        write_switches(border.site.peer_dir, Switches())
        for approval in approvals:
            version = border.site.message(approval.message_id).version
            resend_by_hand(border.site.wired.deps, Call(DESK, version=version), approval.message_id, "名录库来电")
        _reach(border, approvals, "accepted")
    return Fault(f"{len(approvals)} refused")


def repeating(border: Border, approvals: Sequence[Approved]) -> Fault:
    """Each approval comes five times, and each receipt five times."""
    with border.directory(Mischief(repeats=5)) as peer:
        border.approve(approvals)
        for approval in approvals:
            for _ in range(4):
                border.site.publish(DEFAULT_EXCHANGE, EXCHANGE_EVENTS, encode(approval.event, "registration"))
        _reach(border, approvals, "accepted")
        assert peer.answers >= 5 * len(approvals)
    return Fault(f"{peer.answers} answers")


def reordering(border: Border, approvals: Sequence[Approved]) -> Fault:
    """Receipts come in another order than the messages left."""
    border.approve(approvals)
    _reach(border, approvals, "sent")
    with border.directory(Mischief(shuffles=True)) as peer:
        _reach(border, approvals, "accepted")
    assert peer.disorder
    return Fault(f"{peer.disorder} answers in disorder")


def another_body(border: Border, approvals: Sequence[Approved]) -> Fault:
    """A message id that is known comes with another body: it changes nothing and is parked."""
    with border.directory():
        border.approve(approvals)
        _reach(border, approvals, "accepted")
        for approval in approvals[:CONFLICTS]:
            event = replace(approval.event, data={**approval.event.data, "revision": 2})
            border.site.publish(DEFAULT_EXCHANGE, EXCHANGE_EVENTS, encode(event, "registration"))
    count = len(approvals[:CONFLICTS])
    return Fault(f"{count} other bodies", {(EXCHANGE_EVENTS, "conflict"): count})


def wrong_keys(border: Border, approvals: Sequence[Approved]) -> Fault:
    """Messages of a stranger are turned away, receipts of one parked and noted; right receipts are taken afterwards."""
    write_switches(border.site.peer_dir, Switches(signs_wrongly=True))
    border.start_worker(TONGBAO_RECEIPT_MINUTES=str(max(2, len(approvals) / 20) / 60), TONGBAO_SEND_ATTEMPTS="100")
    forged = border.site.keys["directory"], create_jose_keys("stranger")
    with border.directory() as peer:
        border.approve(approvals)
        for _ in range(FEW):
            token = seal_for(public_part(forged[0]), b"{}", sign_with=forged[1], typ=UNIT_NEW.type)
            event = replace(approvals[0].event, id=new_id(), type=UNIT_NEW.type, data={"sealed": token, "attempt": 1})
            border.site.publish(BORDER, DIRECTORY_INBOX, encode(event, "exchange"))
        _wait(lambda: _rejected(border, approvals) == len(approvals))
        write_switches(border.site.peer_dir, Switches())
        _reach(border, approvals, "accepted")
    border.start_worker()
    assert peer.answers
    return Fault(
        "every message had a receipt rejected",
        {(DIRECTORY_INBOX, ""): FEW, (DIRECTORY_RECEIPTS, "bad_signature"): ANY_NUMBER},
    )


def truncated(border: Border, approvals: Sequence[Approved]) -> Fault:
    """Bodies that were cut are parked on either side, and the whole ones go on."""
    with border.directory():
        for number, approval in enumerate(approvals):
            border.approve([approval])
            if number < FEW:
                body = encode(approval.event, "registration")
                border.site.publish(DEFAULT_EXCHANGE, EXCHANGE_EVENTS, body[: len(body) // 2])
                border.site.publish(
                    BORDER, DIRECTORY_RECEIPTS, orjson.dumps({"specversion": "1.0", "type": RECEIPT.type})
                )
        _reach(border, approvals, "accepted")
    cut = min(FEW, len(approvals))
    return Fault(
        f"{cut} cut on each side",
        {(EXCHANGE_EVENTS, "contract_broken"): cut, (DIRECTORY_RECEIPTS, "contract_broken"): cut},
    )


def broker_restarted(border: Border, approvals: Sequence[Approved]) -> Fault:
    """The broker is killed in the middle and started again."""
    half = len(approvals) // 2
    with border.directory():
        border.approve(approvals[:half])
        _wait(lambda: bool(border.states(approvals)))
        border.approve(approvals[half:])
        pending = border.pending()
        landed = _broker_killed(border)
        _reach(border, approvals, "accepted")
    assert pending
    return Fault(f"{landed}, {pending} outboxes not relayed")


def broker_frozen_and_killed(border: Border, approvals: Sequence[Approved]) -> Fault:
    """The node that holds the relay's connection stops for two seconds while all is published, and is killed then."""
    landed = frozen_and_killed(border, approvals)
    with border.directory():
        _reach(border, approvals, "accepted")
    return Fault(landed)


def frozen_and_killed(border: Border, approvals: Sequence[Approved]) -> str:
    """Have the exchange publish all of these to a node that is frozen, and kill that; return how it landed."""
    with _stopped_route(border):
        border.approve(approvals)
        _reach(border, approvals, "pending")
        _wait(lambda: not border.pending())
        border.stack.send("rabbitmq", signal.SIGSTOP)
    _wait(lambda: _attempted(border, approvals))
    time.sleep(2.0)
    return _broker_killed(border)


def relay_killed(border: Border, approvals: Sequence[Approved]) -> Fault:
    """The relay dies after the broker has confirmed and before that is marked."""
    return _killed(border, approvals, "relay.confirmed_not_marked:kill")


def worker_killed(border: Border, approvals: Sequence[Approved]) -> Fault:
    """The consumer dies after its effect and before it acknowledges."""
    return _killed(border, approvals, "cons.effect_committed_no_ack:kill:2")


def disk_alarm(border: Border, approvals: Sequence[Approved]) -> Fault:
    """The broker takes nothing for want of disk: everything waits in outboxes, and nothing is given up."""
    broker = border.stack.rabbitmq
    with border.directory():
        broker.set_disk_free_limit(10**15)
        try:
            eventually(broker.is_alarmed)
            border.approve(approvals)
            time.sleep(SEEN_SECONDS)
            waiting = border.pending()
        finally:
            broker.set_disk_free_limit()
        eventually(lambda: not broker.is_alarmed())
    assert waiting == len(approvals)
    return Fault(f"{waiting} waited under the alarm")


def route_stopped(border: Border, approvals: Sequence[Approved]) -> Fault:
    """A person stops the route: messages are made and wait, seen as pending, until it is started."""
    with border.directory() as peer:
        with _stopped_route(border):
            border.approve(approvals)
            _reach(border, approvals, "pending")
            time.sleep(SEEN_SECONDS)
            assert border.states(approvals) == {"pending": len(approvals)}
            assert not border.site.report().keys() & {each.message_id for each in approvals}
        _reach(border, approvals, "accepted")
    return Fault(f"{len(approvals)} waited; {peer.answers} answers after the start")


FAULTS: Sequence[Play] = (
    peer_away_for_an_hour,
    slow,
    refusing,
    repeating,
    reordering,
    another_body,
    wrong_keys,
    truncated,
    broker_restarted,
    broker_frozen_and_killed,
    relay_killed,
    worker_killed,
    disk_alarm,
    route_stopped,
)


@dataclass(frozen=True)
class Round:
    """A fault as it was played: how long all took to come to rest, what is wrong, and whether what is parked is its doing."""

    fault: Fault
    seconds: float
    wrong: list[str]
    is_explained: bool


def played(border: Border, play: Play, count: int) -> Round:
    """Play a fault while this many units are told, and look what came of it."""
    approvals = border.approvals(count)
    border.ensure_worker()
    fault = play(border, approvals)
    seconds = border.settle(approvals)
    return Round(fault, seconds, faults(border, approvals), fault.explains(parked(border)))


def _wait(is_so: Callable[[], bool]) -> None:
    """Wait until it is so, without asking so often that the database does nothing else."""
    until = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < until, f"did not happen in {LONG:.0f} s"
        time.sleep(ASK_SECONDS)


def _all_sent(border: Border, approvals: Sequence[Approved], attempt: int) -> bool:
    query = {"_id": {"$in": [each.message_id for each in approvals]}, "state": "sent", "attempts": attempt}
    return border.database[COLLECTION].count_documents(query) == len(approvals)


def _deliveries(border: Border, approvals: Sequence[Approved]) -> Counter[int]:
    """Return how many of these came to the 名录库 how often."""
    seen = border.site.report()
    return Counter(seen[each.message_id]["deliveries"] for each in approvals)


def _reach(border: Border, approvals: Sequence[Approved], state: str) -> None:
    _wait(lambda: border.states(approvals) == {state: len(approvals)})


def _rejected(border: Border, approvals: Sequence[Approved]) -> int:
    query = {"_id": {"$in": [each.message_id for each in approvals]}, "log.event": "receipt_rejected"}
    return border.database[COLLECTION].count_documents(query)


@contextmanager
def _stopped_route(border: Border) -> Iterator[None]:
    """A person stops the route of changes, and starts it again."""
    deps, route = border.site.wired.deps, RouteName.DIRECTORY_CHANGES
    for switch in (stop_route, start_route):
        version = read_control(deps, Call(DESK), route).control.version
        switch(deps, Call(DESK, version=version), route, "名录库来电")
        if switch is stop_route:
            yield


def _attempted(border: Border, approvals: Sequence[Approved]) -> bool:
    """Whether each of these was put on its way."""
    query = {"_id": {"$in": [each.message_id for each in approvals]}, "attempts": 1}
    return border.database[COLLECTION].count_documents(query) == len(approvals)


def _broker_killed(border: Border) -> str:
    gone = border.stack.kill("rabbitmq")
    status = border.stack.child("rabbitmq").exit_code
    border.stack.start_one("rabbitmq")
    assert gone
    assert status == -signal.SIGKILL
    return f"{len(gone)} processes of the broker gone"


def _killed(border: Border, approvals: Sequence[Approved], plan: str) -> Fault:
    worker = border.start_worker(plan)
    with border.directory():
        border.approve(approvals)
        _wait(lambda: not worker.is_alive())
        status = worker.exit_code
        border.start_worker()
        _reach(border, approvals, "accepted")
    assert status == -signal.SIGKILL
    return Fault(f"{plan}, status {status}")
