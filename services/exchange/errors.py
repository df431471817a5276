"""Errors of the exchange, beyond the shared ones. What crosses the border is a machine's: codes, no wording."""

from __future__ import annotations

from shared.errors import Conflict


class JournalStuck(Exception):
    """What crosses the border can't be entered in the journal, so that nothing is sent."""


class TooEarly(Conflict):
    """Statistics must not leave for this receiver yet; the message says from when, and why."""

    code = "too_early"
    message = "最终审定后未满十个工作日，不能提供。"


class NoGrant(Conflict):
    """The receiver has no grant in force for this resource."""

    code = "no_grant"
    message = "该接收方没有有效的共享授权，不能提供。"


class Unreadable(Exception):
    """A message is not what it must be; `code` says why, without any value of the message.

    `message_id` is the ledger's message that it is about, empty where that is not known.
    """

    def __init__(self, code: str, message_id: str = "") -> None:
        self.code = code
        self.message_id = message_id
        super().__init__(code)
