"""What is told of the simulated country leaves as filing's messages do: by contract, sealed for statistics, confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from services.sandbox.country.business import Country
from services.sandbox.country.firms import MARK
from services.sandbox.country.sending import READER, NotSent, Sender
from services.sandbox.country.telling import counts_of_month, told_of_firms, told_of_month, totals_of_month
from services.statistics.repository.unsealing import Unsealing
from shared.clock import FixedClock
from shared.contracts.filing import FACTS_CHANGED, PERIOD_FINALISED, Layer
from shared.crypto.jose import create_jose_keys, public_part
from shared.ids import new_id
from shared.messaging.envelope import Message, decode
from shared.messaging.events import EventMaker
from shared.messaging.outgoing import Outcome, Outgoing
from shared.messaging.publisher import Publisher
from tests.support.statistics_site import NOW

LAND, MONTH = Country(60), "2025-01"
KEYS = create_jose_keys(READER)


class Broker(Publisher):
    """Takes what is published, and says of all of it the same."""

    def __init__(self, outcome: Outcome = Outcome.CONFIRMED) -> None:
        super().__init__("", "test")
        self.outcome = outcome
        self.taken: list[Outgoing] = []

    def publish(self, messages: Sequence[Outgoing]) -> list[Outcome]:
        self.taken += messages
        return [self.outcome] * len(messages)

    @property
    def messages(self) -> list[Message]:
        return [decode(each.body) for each in self.taken]


def sender(broker: Broker) -> Sender:
    return Sender(EventMaker({READER: public_part(KEYS)}, new_id), broker, FixedClock(NOW))


def test_facts_leave_by_their_contract_and_only_statistics_can_read_them():
    broker = Broker()

    count = sender(broker).tell([*told_of_firms(LAND, 2024), *told_of_month(LAND, MONTH)])

    messages = broker.messages
    assert (count, {each.type for each in messages}) == (len(messages), {FACTS_CHANGED.type})
    for message in messages[:: len(messages) // 20]:
        FACTS_CHANGED.load(message.data)
        told = Unsealing(KEYS).facts(message)
        assert told.path[-1] == "000000"
        assert isinstance(told.layers[Layer.APPROVED][0].get("cny", Decimal(0)), Decimal)
    assert not any(MARK.encode() in each.body for each in broker.taken)


def test_a_month_is_closed_with_its_counts_and_sealed_totals():
    broker = Broker()

    sender(broker).close(MONTH, counts_of_month(LAND, MONTH), totals_of_month(LAND, MONTH), date(2025, 2, 10))

    [message] = broker.messages
    said = PERIOD_FINALISED.load(message.data)
    assert (said["period"], said["rows"]) == (MONTH, sum(counts_of_month(LAND, MONTH).values()))
    opened = Unsealing(KEYS).controls(message)
    assert opened == {(each["form"], each["measure"]): each["total"] for each in totals_of_month(LAND, MONTH)}


def test_what_the_broker_does_not_confirm_is_told():
    with pytest.raises(NotSent, match="unroutable"):
        sender(Broker(Outcome.UNROUTABLE)).tell(told_of_firms(LAND, 2024))
