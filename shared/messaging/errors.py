"""What a handler can say about a message it could not work off; the consumer settles the message by it."""

from __future__ import annotations

from collections.abc import Callable


class Transient(Exception):
    """Not now: the message goes up the retry ladder, and to parking after the last rung. `reason` is a stable code."""

    def __init__(self, reason: str = "transient") -> None:
        self.reason = reason
        super().__init__(reason)


class Poison(Exception):
    """Never: the message is parked at once. `reason` is a stable code, without any value of the message.

    `note` is done beside, once the transaction is undone and before the message is parked; it may happen again.
    """

    def __init__(self, reason: str = "poison", note: Callable[[], object] | None = None) -> None:
        self.reason = reason
        self.note = note
        super().__init__(reason)


class ContractBroken(Poison):
    """The message is not what its contract says; `place` names the field, never its value."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__("contract_broken")
        self.args = (f"contract broken at {place}",)
