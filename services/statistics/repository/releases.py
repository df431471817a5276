"""Releases in MongoDB: one document each with its outbox; what is hidden and the tables themselves are sealed in it."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument
from pymongo.database import Database

from services.statistics.errors import ReleaseUnderWay
from services.statistics.model.releases import (
    SIGNED_OFF,
    Checked,
    Fault,
    Progress,
    Release,
    ReleaseKind,
    ReleaseState,
    Review,
)
from services.statistics.ports.releases import Papers
from services.statistics.repository.facts import KEY_OWNER
from shared.calls import Call
from shared.contracts.statistics import OWNER
from shared.crypto.sealing import Place, Sealer
from shared.errors import NotFound
from shared.idempotency import RequestKey
from shared.messaging.envelope import MAX_ATTRIBUTE, encode
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import NOTHING, Aggregates, Duplicate, history_of
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.paging import Page, decode_cursor, encode_cursor, read_moment

COLLECTION = "releases"
INDEXES = (
    *AGGREGATE_INDEXES,
    IndexModel([("slot", ASCENDING)], name="under_way", unique=True, sparse=True),
    IndexModel([("kind", ASCENDING), ("period", ASCENDING), ("created_at", DESCENDING)], name="of_period"),
    IndexModel([("state", ASCENDING), ("held_until", ASCENDING)], name="to_check"),
    IndexModel([("created_at", DESCENDING)], name="newest"),
    IndexModel([("state", ASCENDING), ("publish_on", ASCENDING), ("number", ASCENDING)], name="to_publish"),
    IndexModel([("state", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)], name="published"),
)
WITHOUT_PAPERS = {"content": 0, "report": 0}
"""Lists do without the tables and reports of releases, which are megabytes each."""

LONGEST_CORRELATION = "-" * MAX_ATTRIBUTE
"""Stands for what joins an event to a request that is not made yet."""

UNDER_WAY = frozenset({ReleaseState.DRAFT, ReleaseState.PASSED})


@dataclass(frozen=True)
class MongoReleases:
    """The releases of one database."""

    database: Database[Document]
    sealer: Sealer = field(repr=False)
    events: EventMaker = field(repr=False)

    def find_created(self, request: RequestKey) -> Release | None:
        """Return the release that this request made. Raises `KeyReused` where it asked for something else."""
        document = self._aggregates.find_created(request)
        return self._release(document) if document else None

    def get(self, release_id: str) -> Release:
        """Return the release. Raises `NotFound`."""
        return self._release(self._aggregates.get(release_id))

    def content(self, release: Release) -> bytes:
        """Return the tables of a release that passed its check. Raises `NotFound`, `SealBroken`."""
        return self._paper(release, "content")

    def report(self, release: Release) -> bytes:
        """Return the report of a release that was checked. Raises `NotFound`, `SealBroken`."""
        return self._paper(release, "report")

    def _paper(self, release: Release, part: str) -> bytes:
        document = self._aggregates.get(release.id)
        if part not in document:
            raise NotFound
        return gzip.decompress(self.sealer.open_bytes(document[part], self._place(release.id, part, 1)))

    def list_all(self) -> tuple[Release, ...]:
        """Return all releases, the newest first."""
        return self._listed({}, [("created_at", DESCENDING)])

    def list_of(self, kind: ReleaseKind, period: str) -> tuple[Release, ...]:
        """Return the releases of one set for a period, the latest first."""
        return self._listed({"kind": kind.value, "period": period}, [("created_at", DESCENDING)])

    def list_signed_off(self, year: str) -> tuple[Release, ...]:
        """Return the releases of a year and its months that were signed off, the newest first."""
        query = {
            "kind": {"$in": [each.value for each in ReleaseKind]},
            "period": {"$gte": year, "$lt": f"{int(year) + 1}"},
            "state": {"$in": sorted(each.value for each in SIGNED_OFF)},
        }
        return self._listed(query, [("created_at", DESCENDING)])

    def list_due(self, today: date) -> tuple[Release, ...]:
        """Return the releases whose day of publication has come, the earliest day and version first."""
        query = {"state": ReleaseState.SCHEDULED.value, "publish_on": {"$lte": today.isoformat()}}
        return self._listed(query, [("publish_on", ASCENDING), ("number", ASCENDING)])

    def list_published(self, cursor: str, limit: int) -> Page[Release]:
        """Return published releases, the newest first. Raises `Malformed` for what is no cursor."""
        query: Document = {"state": ReleaseState.PUBLISHED.value}
        if last := decode_cursor(cursor, 2):
            moment = read_moment(last[0])
            query["$or"] = [{"published_at": {"$lt": moment}}, {"published_at": moment, "_id": {"$lt": last[1]}}]
        order = [("published_at", DESCENDING), ("_id", DESCENDING)]
        found = list(self._aggregates.find(query, sort=order, limit=limit + 1, projection=WITHOUT_PAPERS))
        rows = found[:limit]
        is_more = len(found) > limit
        after = encode_cursor(rows[-1]["published_at"].isoformat(), rows[-1]["_id"]) if is_more else ""
        return Page(tuple(map(self._release, rows)), after)

    def add(self, release: Release, call: Call, years: Sequence[str]) -> Release:
        """Store a new release; a request that made one before returns that one. Raises `ReleaseUnderWay`."""
        fields = {**self._fields(release, 1), "slot": list(years)}
        try:
            self._aggregates.insert(release.id, fields, release.history[-1])
        except Duplicate:
            made = self.find_created(call.request) if call.request else None
            if made is None:
                raise ReleaseUnderWay from None
            return made
        return release

    def save(
        self, release: Release, call: Call, papers: Papers | None = None, events: Sequence[Outgoing] = ()
    ) -> Release:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        version = release.version + 1
        fields = self._fields(release, version)
        for part, said in vars(papers).items() if papers else ():
            if said is not None:
                pressed = gzip.compress(said, mtime=0)
                fields[part] = self.sealer.seal_bytes(pressed, KEY_OWNER, self._place(release.id, part, 1))
        unset = () if release.state in UNDER_WAY else ("slot",)
        made = [self.events.event(each, release.id, release.updated_at, call.correlation_id) for each in events]
        act = release.history[-1]
        self._aggregates.save(release.id, release.version, fields, unset, act=act, events=made, returned=NOTHING)
        return replace(release, version=version)

    def message_size(self, release: Release, event: Outgoing) -> int:
        """Return how many bytes an event of a release takes at most on the bus, its secret sealed."""
        made = self.events.event(event, release.id, release.created_at, LONGEST_CORRELATION)
        return len(encode(made, OWNER))

    def take(self, now: datetime, lease: timedelta) -> Release | None:
        """Take a draft that nobody checks, or whose worker has said nothing for a lease; None where there is none."""
        with unavailable_when_down():
            document = self.database[COLLECTION].find_one_and_update(
                {"state": ReleaseState.DRAFT.value, "held_until": {"$lte": now}},
                {"$set": {"held_until": now + lease}},
                sort=[("held_until", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )
        return self._release(document) if document else None

    def note_progress(self, release: Release, progress: Progress, held_until: datetime) -> None:
        """Note how far the check of a draft is, and hold it for longer; nothing where it is decided already."""
        query = {"_id": release.id, "v": release.version, "state": ReleaseState.DRAFT.value}
        with unavailable_when_down():
            self.database[COLLECTION].update_one(
                query, {"$set": {"progress": vars(progress), "held_until": held_until}}
            )

    def _listed(self, query: Document, order: list[tuple[str, int]]) -> tuple[Release, ...]:
        found = self._aggregates.find(query, sort=order, projection=WITHOUT_PAPERS)
        return tuple(map(self._release, found))

    @property
    def _aggregates(self) -> Aggregates:
        return Aggregates(self.database[COLLECTION])

    def _fields(self, release: Release, version: int) -> Document:
        secret = {
            "statement": release.statement,
            "exception_reason": release.exception_reason,
            "hidden": {table: [list(codes) for codes in listed] for table, listed in release.hidden.items()},
        }
        checked = release.checked
        return {
            "kind": release.kind.value,
            "period": release.period,
            "number": release.number,
            "supersedes": release.supersedes,
            "final_on": release.final_on.isoformat(),
            "state": release.state.value,
            "prepared_by": release.prepared_by,
            "snapshot": release.snapshot,
            "approved_by": release.approved_by,
            "publish_on": release.publish_on.isoformat() if release.publish_on else None,
            "is_sample": release.is_sample,
            "published_at": release.published_at,
            "created_at": release.created_at,
            "updated_at": release.updated_at,
            "held_until": release.updated_at,
            "progress": vars(release.progress) if release.progress else None,
            "checked": _checked_fields(checked) if checked else None,
            "sealed": self.sealer.seal(secret, KEY_OWNER, self._place(release.id, "release", version)),
        }

    def _release(self, document: Document) -> Release:
        # Any: what `_fields` put in
        secret: Any = self.sealer.open(document["sealed"], self._place(document["_id"], "release", document["v"]))
        checked = document["checked"]
        return Release(
            id=document["_id"],
            version=document["v"],
            kind=ReleaseKind(document["kind"]),
            period=document["period"],
            number=document["number"],
            supersedes=document["supersedes"],
            final_on=date.fromisoformat(document["final_on"]),
            state=ReleaseState(document["state"]),
            prepared_by=document["prepared_by"],
            snapshot=document["snapshot"],
            created_at=document["created_at"],
            updated_at=document["updated_at"],
            progress=Progress(**document["progress"]) if document["progress"] else None,
            checked=_checked(checked) if checked else None,
            hidden={table: tuple(map(tuple, listed)) for table, listed in secret["hidden"].items()},
            approved_by=document["approved_by"],
            statement=secret["statement"],
            exception_reason=secret["exception_reason"],
            publish_on=date.fromisoformat(document["publish_on"]) if document.get("publish_on") else None,
            is_sample=document.get("is_sample", False),
            published_at=document.get("published_at"),
            history=history_of(document),
        )

    def _place(self, release_id: str, part: str, version: int) -> Place:
        return Place(self.database.name, f"{COLLECTION}/{part}", release_id, version)


def _checked_fields(checked: Checked) -> Document:
    faults, reviews = ([each.value for each in listed] for listed in (checked.faults, checked.reviews))
    return {**vars(checked), "faults": faults, "reviews": reviews}


def _checked(said: Document) -> Checked:
    faults, reviews = tuple(map(Fault, said["faults"])), tuple(map(Review, said["reviews"]))
    return Checked(**{**said, "faults": faults, "reviews": reviews})
