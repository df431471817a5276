"""Handing a release over to exchange: what is told on the bus, and whether that fits into a message."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.statistics.model.releases import Release
from services.statistics.operations.contents import head_of
from services.statistics.operations.kinds import RULES
from services.statistics.ports.deps import Deps
from shared.contracts.statistics import MAX_BYTES as LARGEST_CONTENT
from shared.contracts.statistics import READER, TABLES_APPROVED, digest_of, packed
from shared.messaging.envelope import MAX_BYTES as LARGEST_MESSAGE
from shared.messaging.events import Outgoing


@dataclass(frozen=True)
class TableSize:
    """How many bytes of a set a table takes, compressed."""

    code: str
    title: str
    bytes: int


@dataclass(frozen=True)
class Oversize:
    """A set that can't be handed over: how large it is, how large it may be, and its tables, the largest first."""

    bytes: int
    limit: int
    tables: tuple[TableSize, ...]


def told_of(release: Release, content: bytes) -> Outgoing:
    """Return what is told of a release that was approved; its tables are sealed for exchange."""
    data = {**head_of(release), "digest": digest_of(content)}
    return Outgoing(TABLES_APPROVED.type, data, READER, packed(content))


def oversize_of(deps: Deps, release: Release, content: bytes) -> Oversize | None:
    """Return by how much a release is too large for the bus, None for one that fits or that stays in the house."""
    if not RULES[release.kind].is_handed_over:
        return None
    sizes = (
        (len(content), LARGEST_CONTENT),
        (deps.releases.message_size(release, told_of(release, content)), LARGEST_MESSAGE),
    )
    broken = next((each for each in sizes if each[0] > each[1]), None)
    return Oversize(*broken, _sizes(orjson.loads(content)["tables"])) if broken else None


def _sizes(tables: Sequence[dict[str, Any]]) -> tuple[TableSize, ...]:  # Any: a content as it is handed over
    found = (TableSize(each["code"], each["title"], len(gzip.compress(orjson.dumps(each)))) for each in tables)
    return tuple(sorted(found, key=lambda each: (-each.bytes, each.code)))
