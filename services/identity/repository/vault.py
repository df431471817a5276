"""Sealing of the personal part of a document, bound to its place, and blind indexes for finding it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Place, Sealer
from shared.mongo.client import Document


class Vault:
    """Seals for one database. The owner of the key is a unit, or a name such as `account:<id>` where there is none."""

    def __init__(self, sealer: Sealer, index: BlindIndex, database: str) -> None:
        self._sealer = sealer
        self._index = index
        self._database = database

    def seal(self, payload: Mapping[str, object], owner: str, collection: str, id: str, version: int) -> bytes:
        """Return the payload sealed for this version of this document."""
        return self._sealer.seal(payload, owner, Place(self._database, collection, id, version))

    def open(self, document: Document, collection: str) -> dict[str, str]:
        """Return the sealed part of a document. All of identity's sealed values are texts."""
        place = Place(self._database, collection, document["_id"], document["v"])
        return cast("dict[str, str]", self._sealer.open(document["sealed"], place))

    def index(self, field: str, value: str) -> bytes:
        """Return the blind index of a value."""
        return self._index.of(field, value)
