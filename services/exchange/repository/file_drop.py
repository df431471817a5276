"""The folder that is shared with partners: what is laid down for them, what they lay down for us.

Below the root each partner has `to_partner`, `from_partner`, and for what was taken `taken` and `rejected`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from services.exchange.model.messages import Message
from services.exchange.model.partners import Partner
from services.exchange.operations.contents import CONTRACT_OF
from shared.errors import Unavailable
from shared.messaging import drops
from shared.messaging.effects import Effects, Fate
from shared.messaging.envelope import encode
from shared.messaging.settlement import Delivery
from shared.mongo.aggregates import Event

log = structlog.get_logger()

SOURCE = "exchange"
AT_ONCE = 50
"""Files that one round takes up of a partner."""


@dataclass(frozen=True)
class FileDrop:
    """`ports.Drop` with folders."""

    root: Path

    def lay_down(self, message: Message, sealed: str) -> None:
        """Lay an attempt of a message down for its partner; the same attempt again is the same file.

        Raises `Unavailable` where it can't be done now.
        """
        name = f"{message.id}.{message.attempts:04}"
        event = Event(
            id=name,
            type=CONTRACT_OF[message.kind].type,
            time=message.updated_at,
            subject=message.id,
            data={"sealed": sealed, "attempt": message.attempts},
        )
        folder = self.root / message.partner.value / "to_partner"
        try:
            drops.lay_down(folder, name, encode(event, SOURCE))
        except OSError:
            raise Unavailable from None  # not chained: the text prints the path

    def sweep(self) -> None:
        """Remove what a worker left that died while it wrote."""
        for partner in Partner:
            folder = self.root / partner.value / "to_partner"
            if folder.is_dir():
                drops.sweep(folder, time.time())


@dataclass(frozen=True)
class Returns:
    """What partners lay down for us: handled once, in the transaction of the inbox, and moved away.

    `unread` is told of the bytes that are not what their manifest says, before they are put aside.
    """

    root: Path
    effects: Mapping[Partner, Effects]
    unread: Callable[[Partner, bytes], object]

    def take(self) -> int:
        """Take what lies there; return how much it was. What can't be handled now stays. Raises pymongo's errors."""
        return sum(self._take(partner, effects) for partner, effects in self.effects.items())

    def _take(self, partner: Partner, effects: Effects) -> int:
        folder, taken, rejected = self._folders(partner)
        if not folder.is_dir():
            return 0
        count = 0
        for found in drops.waiting(folder, AT_ONCE):
            count += 1
            if found.body is None and drops.is_settled(taken, found.name):
                drops.settle(folder, taken, found.name)  # its worker died between the two files
                continue
            if found.body is None:
                log.error("file_rejected", partner=partner.value, file=found.name, reason="manifest_differs")
                self.unread(partner, found.lies)
                drops.settle(folder, rejected, found.name)
                continue
            verdict = effects.apply([Delivery(0, found.body, found.name, "", {})])[0]
            match verdict.fate:
                case Fate.DONE | Fate.REPEATED:
                    drops.settle(folder, taken, found.name)
                case Fate.PARK:
                    log.error("file_rejected", partner=partner.value, file=found.name, reason=verdict.reason)
                    drops.settle(folder, rejected, found.name)
                case Fate.RETRY:
                    log.warning("file_stays", partner=partner.value, file=found.name, reason=verdict.reason)
        return count

    def _folders(self, partner: Partner) -> Sequence[Path]:
        own = self.root / partner.value
        return own / "from_partner", own / "taken", own / "rejected"
