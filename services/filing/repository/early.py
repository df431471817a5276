"""Early versions of filings, in a collection of their own, so that no document outgrows the limit of 16 MB.

A document keeps the content of the last `KEPT` versions and of the one in force; the others are written here first,
sealed on their own, and their content leaves the document with its next save. A crash between the two leaves it in both
places, and it is the same in both: what is no longer the last version never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.filing.model.filings import Filing, Version, Working
from services.filing.repository.older import with_decisions
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.errors import NotFound
from shared.mongo.client import Document

COLLECTION = "versions"
KEPT = 8

INDEXES = (
    IndexModel([("files", ASCENDING)], name="of_file"),
    IndexModel([("segments", ASCENDING)], name="of_segment"),
)


@dataclass(frozen=True)
class EarlyVersions:
    """The early versions of one database."""

    database: Database[Document]
    sealer: Sealer
    session: ClientSession | None = None

    def lighten(self, filing: Filing) -> Filing:
        """Return the filing without the contents that its document has no room for, which are kept here."""
        last = {version.no for version in filing.versions[-KEPT:]} | {filing.in_force}
        for version in filing.versions:
            if version.no not in last and not version.is_early:
                self._keep(filing, version)
        return replace(
            filing,
            versions=tuple(
                version if version.no in last or version.is_early else _lightened(version)
                for version in filing.versions
            ),
        )

    def get(self, filing: Filing, no: int) -> Version:
        """Return an early version in full. Raises `NotFound`, `SealBroken`."""
        row = self._rows.find_one({"_id": _id(filing, no)}, session=self.session)
        if row is None:
            raise NotFound
        plain = self.sealer.open(row["sealed"], self._place(row["_id"]))
        return CONVERTER.structure(with_decisions(plain), Version)

    def refer_to(self, field: str, value: str) -> bool:
        """Tell whether an early version refers to a file (`files`) or a segment of rows (`segments`)."""
        return self._rows.find_one({field: value}, {"_id": 1}, session=self.session) is not None

    def _keep(self, filing: Filing, version: Version) -> None:
        """Store a version; storing it again does no harm."""
        id = _id(filing, version.no)
        rows = version.content.rows
        row = {
            "files": [ref.file_id for ref in version.content.evidence],
            "segments": [segment.id for segment in rows.segments] if rows else [],
            "sealed": self.sealer.seal(CONVERTER.unstructure(version), filing.unit_id, self._place(id)),
        }
        self._rows.update_one({"_id": id}, {"$set": row}, upsert=True, session=self.session)

    @property
    def _rows(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    def _place(self, id: str) -> Place:
        return Place(self.database.name, COLLECTION, id, 1)


def _lightened(version: Version) -> Version:
    return replace(version, content=Working(), noted=(), converted=(), is_early=True)


def _id(filing: Filing, no: int) -> str:
    return f"{filing.id}/{no}"
