"""Between a filing and its document: what stays in clear for routing, what goes into the sealed blobs.

The working copy and the versions are two blobs, so that a draft that is saved every few seconds seals what is typed
and not all that was ever submitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from services.filing.ledger.keys import SEPARATOR
from services.filing.model.filings import Filing, Version, Working
from services.filing.model.ranks import Moved, Ranks
from services.filing.model.states import State
from services.filing.policy import reviewing_division
from services.filing.repository.older import with_decisions
from services.filing.repository.queries import queries_of, sight_of
from services.filing.repository.queueing import queue_fields
from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.mongo.aggregates import history_of
from shared.mongo.client import Document

COLLECTION = "filings"
_VERSIONS, _MOVES = "filings.versions", "filings.moves"
"""The places of the sealed versions and of what the last one moves, apart from that of the working copy."""


@dataclass(frozen=True)
class Records:
    """Makes documents of filings, and filings of documents."""

    database: str
    sealer: Sealer
    index: BlindIndex

    def fields(self, filing: Filing, version: int) -> Document:
        """Return the fields of a filing as it will be stored at `version`, without its versions."""
        return {
            "unit": filing.unit_id,
            "owner": filing.owner_id,
            "form": filing.form,
            "edition": filing.edition,
            "period": filing.period,
            "item": filing.item,
            "state": filing.state.value,
            "division": filing.division,
            "path": list(filing.path),
            "sight": sight_of(filing),
            "reviewer": reviewing_division(filing),
            "created_at": filing.created_at,
            "updated_at": filing.updated_at,
            "submitted_at": filing.submitted_at,
            "filed_on": filing.filed_on.isoformat() if filing.filed_on else None,
            "revision": filing.revision,
            "in_force": filing.in_force,
            "passed": list(filing.passed),
            "waiting_since": filing.waiting_since,
            "queries": queries_of(filing),
            **queue_fields(filing),
            "files": list(filing.file_ids()),
            "segments": list(filing.segment_ids()),
            "sealed": self._sealed(filing.working, filing, Place(self.database, COLLECTION, filing.id, version)),
            "moved": self._moved(filing, version),
        }

    def versions(self, filing: Filing, version: int) -> Document:
        """Return the fields that hold the versions, sealed for the document's `version`."""
        place = Place(self.database, _VERSIONS, filing.id, version)
        return {"versions": self._sealed(list(filing.versions), filing, place), "versions_at": version}

    def lookup(self, key: str) -> bytes:
        """Return the blind index of a key of the ledger (`ledger.keys`); its first word says of what."""
        kind, _, value = key.partition(SEPARATOR)
        return self.index.of(kind, value)

    def filing(self, document: Document) -> Filing:
        """Return the filing of a document. Raises `SealBroken` that names the place."""
        place = Place(self.database, COLLECTION, document["_id"], document["v"])
        working = CONVERTER.structure(self.sealer.open(document["sealed"], place), Working)
        filed_on = document["filed_on"]
        return Filing(
            id=document["_id"],
            version=document["v"],
            unit_id=document["unit"],
            owner_id=document["owner"],
            form=document["form"],
            edition=document["edition"],
            period=document["period"],
            item=document["item"],
            state=State(document["state"]),
            division=document["division"],
            path=tuple(document["path"]),
            created_at=document["created_at"],
            updated_at=document["updated_at"],
            working=working,
            versions=self._versions(document),
            in_force=document["in_force"],
            filed_on=date.fromisoformat(filed_on) if filed_on else None,
            submitted_at=document["submitted_at"],
            passed=tuple(document.get("passed", ())),
            waiting_since=document.get("waiting_since"),
            ranks=Ranks(
                document.get("severity", 0),
                document.get("days_late", 0),
                document.get("change", 0),
                self.moves(document),
            ),
            history=history_of(document),
        )

    def moves(self, document: Document) -> tuple[Moved, ...]:
        """Return what the last version of a filing moves. Raises `SealBroken`."""
        if not document.get("moved"):
            return ()
        place = Place(self.database, _MOVES, document["_id"], document["v"])
        return CONVERTER.structure(self.sealer.open(document["moved"], place), tuple[Moved, ...])

    def _moved(self, filing: Filing, version: int) -> bytes | None:
        if not filing.ranks.moves:
            return None
        return self._sealed(list(filing.ranks.moves), filing, Place(self.database, _MOVES, filing.id, version))

    def _versions(self, document: Document) -> tuple[Version, ...]:
        if "versions" not in document:
            return ()
        place = Place(self.database, _VERSIONS, document["_id"], document["versions_at"])
        plain = [with_decisions(each) for each in cast(list[object], self.sealer.open(document["versions"], place))]
        return CONVERTER.structure(plain, tuple[Version, ...])

    def _sealed(self, secret: object, filing: Filing, place: Place) -> bytes:
        return self.sealer.seal(CONVERTER.unstructure(secret), filing.unit_id, place)
