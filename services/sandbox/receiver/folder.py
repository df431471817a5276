"""The receiver's side of the shared folder: takes what lies there, lays its receipts down, moves away what it has."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from services.sandbox.receiver.answering import Doubt, ReceiverDesk
from shared import failpoints
from shared.messaging import drops
from shared.messaging.errors import ContractBroken, Poison

AT_ONCE = 50

log = structlog.get_logger()


@dataclass(frozen=True)
class ReceiverFolder:
    """Works off the receiver's part of the shared folder `root`; what it has taken goes into `own`."""

    desk: ReceiverDesk
    root: Path
    own: Path

    def work_off(self) -> int:
        """Answer what lies there; return how much it was. Raises `OSError`."""
        switches = self.desk.switches()
        folder = self.root / self.desk.name / "to_partner"
        if switches.away or not folder.is_dir():
            return 0
        count = 0
        for found in drops.waiting(folder, AT_ONCE):
            manifest = folder / f"{found.name}{drops.MANIFEST}"
            if manifest.exists() and time.time() - manifest.stat().st_mtime < switches.delay:
                continue
            count += 1
            self._take(folder, found, switches.repeats)
        return count

    def object_to(self, doubt: Doubt) -> str:
        """Lay an objection down; return its name."""
        made = self.desk.objection(doubt)
        drops.lay_down(self.root / self.desk.name / "from_partner", f"objection.{made.id}", made.body)
        return made.id

    def _take(self, folder: Path, found: drops.Dropped, repeats: int) -> None:
        if found.body is None and drops.is_settled(self.own / "received", found.name):
            drops.settle(folder, self.own / "received", found.name)
            return
        try:
            if found.body is None:
                raise Poison("manifest_differs")
            reply = self.desk.answer(found.body)
            followed = self.desk.follow(found.body)
        except (Poison, ContractBroken) as error:
            log.error("file_turned_away", file=found.name, reason=str(error))
            drops.settle(folder, self.own / "turned_away", found.name)
            return
        failpoints.hit("receiver.stored_no_receipt")
        for number in range(repeats):
            drops.lay_down(self.root / self.desk.name / "from_partner", f"receipt.{reply.id}.{number:02}", reply.body)
        if followed is not None:
            drops.lay_down(self.root / self.desk.name / "from_partner", f"statement.{followed.id}", followed.body)
        failpoints.hit("receiver.receipt_laid_not_settled")
        drops.settle(folder, self.own / "received", found.name)
