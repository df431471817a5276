"""The transports beside the broker, as the operations see them."""

from __future__ import annotations

from typing import Protocol

from services.exchange.model.messages import Message


class Drop(Protocol):
    """Where files are laid down for partners and answers are fetched from."""

    def lay_down(self, message: Message, sealed: str) -> None:
        """Lay an attempt of a message down for its partner, whole or not at all; the same attempt again does no harm.

        Raises `Unavailable` where it can't be done now.
        """
        ...
