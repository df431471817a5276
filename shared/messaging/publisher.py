"""Publishing with publisher confirms and many messages in flight."""

from __future__ import annotations

from collections.abc import Sequence

from pika.exceptions import AMQPError

from shared.messaging.link import Link
from shared.messaging.outgoing import Batch, Outcome, Outgoing


class Publisher:
    """Publishes batches over one connection, which is made when needed and replaced when it fails."""

    def __init__(self, url: str, name: str, *, window: int = 500, patience: float = 10.0) -> None:
        """`window` messages are in flight at most; `patience` seconds without any confirm end a connection."""
        self._url = url
        self._name = name
        self._window = window
        self._patience = patience
        self._link: Link | None = None

    def publish(self, messages: Sequence[Outgoing]) -> list[Outcome]:
        """Publish the messages and return what became of each, in their order.

        Never raises for what the broker does: where it can't be reached, the outcome is `UNKNOWN`.
        """
        return self.settled(self.start(messages))

    def start(self, messages: Sequence[Outgoing]) -> Batch:
        """Begin to publish the messages; `settled` tells what became of them. Batches are settled in their order."""
        batch = Batch(messages)
        link = self._linked() if messages else None
        if link is None:
            batch.done.set()
        else:
            link.submit(batch)
        return batch

    def settled(self, batch: Batch) -> list[Outcome]:
        """Wait for what became of each message of a batch, and return it as `publish` does."""
        left = batch.open
        while not batch.done.wait(self._patience):
            if batch.open == left:
                break
            left = batch.open
        outcomes = list(batch.outcomes)
        if Outcome.UNKNOWN in outcomes:
            self._drop()
        return outcomes

    def close(self) -> None:
        """Give up the connection; the next `publish` makes a new one."""
        link = self._link
        self._drop()
        if link is not None:
            link.join(2.0)

    def _linked(self) -> Link | None:
        if self._link is None or not self._link.is_usable():
            self._drop()
            try:
                self._link = Link(self._url, self._name, self._window)
            except (AMQPError, OSError):
                return None
            if not self._link.wait_ready(self._patience):
                self._drop()
        return self._link

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
