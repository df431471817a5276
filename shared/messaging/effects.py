"""What received messages do: read, told from repetitions, handled; a batch in one transaction, or one by one.

Nothing here talks to the broker; the consumer settles the messages by the verdicts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TypeAlias

import structlog
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import ExecutionTimeout, NetworkTimeout

from shared.clock import Clock
from shared.contracts import Contract
from shared.messaging.envelope import Message, decode
from shared.messaging.errors import Poison, Transient
from shared.messaging.settlement import Delivery
from shared.mongo.client import DOWN, Document
from shared.mongo.inbox import Inbox
from shared.mongo.transactions import in_transaction
from shared.observability import bind_correlation

Handler: TypeAlias = Callable[[ClientSession, Message], None]
"""Works off one message inside the session's transaction; may run again, so it touches nothing but the database."""


@dataclass(frozen=True)
class Bulk:
    """A handler that takes all new messages of its type in a batch at once, in their order.

    For routes with many messages: one bulk write instead of a round trip for each message is three times as fast.
    """

    handle: Callable[[ClientSession, Sequence[Message]], None]


@dataclass(frozen=True)
class Outward:
    """A handler whose effect is outside the database, a mail say: at least once, and noted in the inbox afterwards.

    It runs outside any transaction: one that waited for another server would outlive what the database allows, be
    undone, and have the effect a second time.
    """

    handle: Callable[[Message], None]


PutAside: TypeAlias = Callable[[Delivery, str], object]
"""Is told, with the reason, of a message that is parked and of which no handler noted anything; may be told again."""


log = structlog.get_logger()


class Fate(Enum):
    """How a message is settled."""

    DONE = auto()
    REPEATED = auto()
    RETRY = auto()
    PARK = auto()


@dataclass(frozen=True)
class Verdict:
    """The fate of a message, with the reason for one that had no effect; `is_noted` where its handler noted that."""

    fate: Fate
    reason: str = ""
    is_noted: bool = False


DONE = Verdict(Fate.DONE)
REPEATED = Verdict(Fate.REPEATED)


@dataclass(frozen=True)
class _Work:
    message: Message
    digest: str
    handler: Handler | Bulk | Outward


@dataclass
class _Reached:
    """Which message of a batch is being handled; None before the first, and where many are handled together."""

    index: int | None = None


class Effects:
    """Handles the messages of one consumer."""

    def __init__(
        self,
        consumer: str,
        handlers: Mapping[str, Handler | Bulk | Outward],
        client: MongoClient[Document],
        database: Database[Document],
        clock: Clock,
        *,
        contracts: Mapping[str, Contract] | None = None,
        poison: tuple[type[Exception], ...] = (),
        put_aside: PutAside | None = None,
        transaction_seconds: float = 5.0,
    ) -> None:
        """`contracts` are checked before a handler runs; `poison` are exceptions besides `Poison` that park at once.

        How many messages share a transaction at most follows from what `transaction_seconds` were enough for: half as
        many as were too much, and one more each time that goes well.
        """
        self._consumer = consumer
        self._handlers = handlers
        self._client = client
        self._inbox = Inbox(database)
        self._clock = clock
        self._contracts = contracts or {}
        self._poison = poison
        self._put_aside = put_aside
        self._seconds = transaction_seconds
        self._not_noted: set[str] = set()
        self._together: int | None = None

    def apply(self, deliveries: Sequence[Delivery]) -> list[Verdict]:
        """Handle the messages and return their verdicts in the same order.

        All effects happen in one transaction; when one message fails, those before it share one, it has its own, and
        those after it share the next. Raises pymongo's errors of `DOWN` when the database does not answer: nobody's
        effect is certain then, and all are to be tried again.
        """
        work: dict[int, _Work] = {}
        verdicts: dict[int, Verdict] = {}
        for index, delivery in enumerate(deliveries):
            try:
                work[index] = self._read(delivery)
            except Poison as error:
                verdicts[index] = Verdict(Fate.PARK, error.reason)
                log.error("message_unreadable", consumer=self._consumer, reason=error.reason, place=str(error))
        verdicts |= zip(work, self._handle(list(work.values())), strict=True)
        return [self._told(delivery, verdicts[index]) for index, delivery in enumerate(deliveries)]

    def give_up(self, delivery: Delivery, reason: str) -> Verdict:
        """Return the verdict on a message that was tried often enough: to be parked, once that is told. Raises as `apply`."""
        return self._told(delivery, Verdict(Fate.PARK, f"gave_up:{reason}"))

    def _told(self, delivery: Delivery, verdict: Verdict) -> Verdict:
        """Tell of a message that is to be parked; where that fails it is tried again later."""
        if self._put_aside is None or verdict.fate is not Fate.PARK or verdict.is_noted:
            return verdict
        try:
            self._put_aside(delivery, verdict.reason)
        except DOWN:
            raise
        except Exception as error:  # what can't be told now may be told later
            log.error("message_not_put_aside", consumer=self._consumer, error=type(error).__name__)
            return Verdict(Fate.RETRY, type(error).__name__)
        return verdict

    def _read(self, delivery: Delivery) -> _Work:
        message = decode(delivery.body)
        handler = self._handlers.get(message.type)
        if handler is None:
            raise Poison("no_handler")
        contract = self._contracts.get(message.type)
        if contract is not None:
            contract.load(message.data)
        return _Work(message, hashlib.sha256(delivery.body).hexdigest(), handler)

    def _handle(self, work: Sequence[_Work]) -> list[Verdict]:
        if not work:
            return []
        if any(isinstance(one.handler, Outward) for one in work):
            return [verdict for one in work for verdict in self._alone(one)]
        if self._together is not None and len(work) > self._together:
            first = self._handle(work[: self._together])
            return [*first, *self._handle(work[len(first) :])]
        reached = _Reached()
        try:
            verdicts = in_transaction(
                self._client, lambda session: self._effects(session, work, reached), self._seconds
            )
        except (ExecutionTimeout, NetworkTimeout):
            if len(work) == 1:
                raise
            # Perhaps the batch was only too much for one transaction, as the next would be.
            self._together = len(work) // 2
            return self._handle(work)
        except DOWN:
            raise
        except Exception as error:  # whatever a handler raises has a fate; the worker must go on
            if len(work) > 1:
                return self._around(work, reached.index)
            return [self._failed(work[0].message, error)]
        if len(work) == self._together:
            self._together += 1
        return verdicts

    def _around(self, work: Sequence[_Work], faulty: int | None) -> list[Verdict]:
        """Handle a batch again in which one message failed, as few at a time as need be."""
        if faulty is None:
            return [verdict for one in work for verdict in self._handle([one])]
        parts = (work[:faulty], work[faulty : faulty + 1], work[faulty + 1 :])
        return [verdict for part in parts for verdict in self._handle(part)]

    def _alone(self, one: _Work) -> list[Verdict]:
        """Handle one message; what is done outside is noted when the database answers, and not done again meanwhile."""
        if not isinstance(one.handler, Outward):
            return self._handle([one])
        id = one.message.id
        try:
            known = in_transaction(
                self._client, lambda session: self._inbox.digests(session, self._consumer, [id]), self._seconds
            )
            if id not in known and id not in self._not_noted:
                bind_correlation(one.message.correlation_id)
                one.handler.handle(one.message)
                self._not_noted.add(id)
            verdicts = self._handle([replace(one, handler=_nothing_more)])
        except DOWN:
            raise
        except Exception as error:  # as above
            return [self._failed(one.message, error)]
        if verdicts[0].fate is not Fate.RETRY:
            self._not_noted.discard(id)
        return verdicts

    def _effects(self, session: ClientSession, work: Sequence[_Work], reached: _Reached) -> list[Verdict]:
        known = self._inbox.digests(session, self._consumer, {one.message.id for one in work})
        new: dict[str, str] = {}
        together: dict[Bulk, list[Message]] = {}
        verdicts = []
        for reached.index, one in enumerate(work):
            before = known.get(one.message.id) or new.get(one.message.id)
            if before is None:
                if isinstance(one.handler, Bulk):
                    together.setdefault(one.handler, []).append(one.message)
                elif not isinstance(one.handler, Outward):  # those are alone, and done by now
                    bind_correlation(one.message.correlation_id)
                    one.handler(session, one.message)
                new[one.message.id] = one.digest
                verdicts.append(DONE)
            elif before == one.digest:
                verdicts.append(REPEATED)
            else:
                verdicts.append(Verdict(Fate.PARK, "conflict"))
                log.error("message_conflict", consumer=self._consumer, message_id=one.message.id)
        reached.index = None
        for bulk, messages in together.items():
            bulk.handle(session, messages)
        self._inbox.add(session, self._consumer, new, at=self._clock.now())
        return verdicts

    def _failed(self, message: Message, error: Exception) -> Verdict:
        """Return the fate of a message by itself; what is to be noted of it beside is noted first."""
        if isinstance(error, Poison) and error.note is not None:
            try:
                error.note()
            except DOWN:
                raise
            except Exception as another:  # the note failed: the message is judged by that
                return self._verdict(message, another)
            return replace(self._verdict(message, error), is_noted=True)
        return self._verdict(message, error)

    def _verdict(self, message: Message, error: Exception) -> Verdict:
        name = type(error).__name__
        log.warning("message_failed", consumer=self._consumer, message_id=message.id, type=message.type, error=name)
        if isinstance(error, Poison | Transient):
            return Verdict(Fate.RETRY if isinstance(error, Transient) else Fate.PARK, error.reason)
        return Verdict(Fate.PARK if isinstance(error, self._poison) else Fate.RETRY, name)


def _nothing_more(_: ClientSession, __: Message) -> None:
    """The effect was outside; only its note is left."""
