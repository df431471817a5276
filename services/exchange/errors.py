"""Errors of the exchange, beyond the shared ones. What crosses the border is a machine's: codes, no wording."""

from __future__ import annotations


class Unreadable(Exception):
    """A message is not what it must be; `code` says why, without any value of the message.

    `message_id` is the ledger's message that it is about, empty where that is not known.
    """

    def __init__(self, code: str, message_id: str = "") -> None:
        self.code = code
        self.message_id = message_id
        super().__init__(code)
