"""The exchange's worker with a safeguard taken out: what the checker of the border must be able to see."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from unittest.mock import patch

from services.exchange import worker
from services.exchange.operations import sending
from shared.ids import new_id
from shared.messaging.outgoing import Batch, Outcome
from shared.messaging.publisher import Publisher
from shared.mongo.inbox import Inbox


def _believe(_: Publisher, batch: Batch) -> Sequence[Outcome]:
    return [Outcome.CONFIRMED] * len(batch.messages)


def _know_nothing(*_: object) -> Mapping[str, str]:
    return {}


def _do_nothing(*_: object, **__: object) -> None:
    """Note nothing."""


def _another_id(*_: object) -> str:
    return new_id()


SAFEGUARDS = {
    "confirms": [patch.object(Publisher, "settled", _believe)],
    "inbox": [
        patch.object(Inbox, "digests", _know_nothing),
        patch.object(Inbox, "add", _do_nothing),
        patch.object(sending, "message_id_of", _another_id),
    ],
}
"""By their names: publishing without waiting for the broker; neither inbox nor an id that follows from the event's."""

if __name__ == "__main__":
    for safeguard in SAFEGUARDS[sys.argv[1]]:
        safeguard.start()
    raise SystemExit(worker.main())
