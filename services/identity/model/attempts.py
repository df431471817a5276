"""How many attempts are allowed, and how long one waits after too many.

An attempt is counted before it is looked at, so that a thousand guesses at once are no better than one after another.
Each further block within a day lasts twice as long, up to a limit: an attacker must not lock a person out for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

FORGIVEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """`attempts` within `window`, then a pause of `pause`, doubled each time up to `longest_pause`."""

    attempts: int
    window: timedelta
    pause: timedelta
    longest_pause: timedelta


class Kind(StrEnum):
    """What attempts are counted by."""

    ACCOUNT = "account"
    ACCOUNT_AT_ADDRESS = "account_at_address"
    ADDRESS = "address"
    CLIENT_ADDRESS = "client_address"
    AUTHORIZE_ADDRESS = "authorize_address"
    SIGN_UP_ADDRESS = "sign_up_address"
    SIGN_UP_EMAIL = "sign_up_email"
    SIGN_UP_UNIT = "sign_up_unit"


_QUARTER = timedelta(minutes=15)
_HOUR = timedelta(hours=1)

RULES = {
    Kind.ACCOUNT: Rule(5, _QUARTER, _QUARTER, _HOUR),
    Kind.ACCOUNT_AT_ADDRESS: Rule(5, _QUARTER, _QUARTER, _HOUR),
    Kind.ADDRESS: Rule(50, _QUARTER, _QUARTER, _HOUR),
    Kind.CLIENT_ADDRESS: Rule(100, _QUARTER, _QUARTER, _HOUR),
    Kind.AUTHORIZE_ADDRESS: Rule(1000, _QUARTER, _QUARTER, _QUARTER),
    Kind.SIGN_UP_ADDRESS: Rule(300, _HOUR, _HOUR, _HOUR),
    Kind.SIGN_UP_EMAIL: Rule(3, _HOUR, _HOUR, _HOUR),
    Kind.SIGN_UP_UNIT: Rule(5, _HOUR, _HOUR, _HOUR),
}


class Subject(NamedTuple):
    """Whose attempts are counted; `value` is personal and leaves the process as a blind index only."""

    kind: Kind
    value: str


@dataclass(frozen=True)
class Attempts:
    """The count of one subject."""

    since: datetime
    count: int = 0
    blocks: int = 0
    blocked_until: datetime | None = None

    def is_blocked(self, now: datetime) -> bool:
        """Whether the subject must still wait."""
        return self.blocked_until is not None and now < self.blocked_until

    def counted(self, now: datetime, rule: Rule) -> Attempts:
        """Return the count with one attempt more, which is blocked where that is too many."""
        if self.is_blocked(now):
            return self
        base = self._forgiven(now, rule)
        if base.count < rule.attempts:
            return replace(base, count=base.count + 1)
        pause = min(rule.pause * 2**base.blocks, rule.longest_pause)
        return Attempts(since=now, count=0, blocks=base.blocks + 1, blocked_until=now + pause)

    def given_back(self) -> Attempts:
        """Return the count without its last attempt, which turned out to be a good one."""
        return replace(self, count=max(0, self.count - 1))

    def _forgiven(self, now: datetime, rule: Rule) -> Attempts:
        if self.blocked_until is not None and now >= self.blocked_until + FORGIVEN_AFTER:
            return Attempts(since=now)
        return replace(self, since=now, count=0) if now >= self.since + rule.window else self
