"""Facts in MongoDB: one sealed document per filing with all that it counts with now.

In clear stand pseudonyms, the version, form and period, the partitions in which the columns are behind (`dirty`), and those
in which what is settled for good changed last, and when (`settled`). They are the truth of the fact base: partitions are made from them and can be made anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, ReplaceOne, UpdateMany, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.statistics.model.facts import BITS, FOLLOWED, FactSet, Line, Value, following, partition_of
from shared.contracts.filing import FactKind, Layer
from shared.crypto.sealing import Place, Sealer
from shared.mongo.client import Document

COLLECTION = "facts"
CONTRACTS_OF = "enterprise-2"
"""The form whose filings executions follow."""

EXECUTIONS_OF = "enterprise-3"
"""The form of executions."""
CARRIED_IN = (1, 2, 3)
"""The months of a year in which executions of the year before may still be filed."""

KEY_OWNER = "statistics"
"""Facts are sealed under one key: they hold no unit's name or code, and outlive its erasure as statistics do."""

INDEXES = (
    IndexModel([("dirty", ASCENDING), ("_id", ASCENDING)], name="behind"),
    IndexModel([("contract", ASCENDING)], name="of_contract", sparse=True),
    IndexModel([("period", ASCENDING), ("form", ASCENDING), ("is_final", ASCENDING)], name="of_period"),
    IndexModel([("settled.within", ASCENDING), ("settled.at", ASCENDING)], name="settled", sparse=True),
)


@dataclass(frozen=True)
class Behind:
    """A fact set that a partition has to be brought up to date with; `touched` tells one state of it from the next."""

    facts: FactSet
    touched: int


@dataclass(frozen=True)
class MongoFacts:
    """The facts of one database."""

    database: Database[Document]
    sealer: Sealer
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoFacts:
        """Return the same facts, read and written within a transaction."""
        return MongoFacts(self.database, self.sealer, session)

    def put_all(self, told: Sequence[FactSet], at: datetime) -> int:
        """Store what is newer than what is known, and return how much that was; repetitions and old news change nothing.

        `at` is now: where what is settled for good changes, it is kept as when it did. What executions take from a contract that says otherwise now is brought up to date with it.
        """
        newest: dict[str, FactSet] = {}
        for each in told:
            if each.filing not in newest or newest[each.filing].version < each.version:
                newest[each.filing] = each
        known = {document["_id"]: document for document in self._find({"_id": {"$in": list(newest)}})}
        fresh = [each for each in newest.values() if each.version > known.get(each.filing, {"v": 0})["v"]]
        writes: list[ReplaceOne[Document] | UpdateMany] = []
        for each in fresh:
            before = known.get(each.filing)
            document = self._document(each, before, at)
            writes.append(ReplaceOne({"_id": each.filing}, document, upsert=True))
        writes += [_touch_executions(each.filing) for each in fresh if self._says_otherwise(each, known)]
        if writes:
            self.database[COLLECTION].bulk_write(writes, session=self.session)
        return len(fresh)

    def dirty_partitions(self) -> tuple[str, ...]:
        """Return the partitions that are behind, in their order."""
        behind = {"dirty": {"$gt": ""}}  # an empty list stands in the index as null
        return tuple(sorted(self.database[COLLECTION].distinct("dirty", behind, session=self.session)))

    def count_behind(self) -> Mapping[str, int]:
        """Return by partition how many filings it has to be brought up to date with."""
        steps: list[dict[str, Any]] = [
            {"$match": {"dirty": {"$gt": ""}}},
            {"$unwind": "$dirty"},
            {"$group": {"_id": "$dirty", "count": {"$sum": 1}}},
        ]
        found = self.database[COLLECTION].aggregate(steps, session=self.session)
        return {each["_id"]: each["count"] for each in found}

    def behind(self, partition: str, limit: int = 0) -> tuple[Behind, ...]:
        """Return fact sets that a partition has to be brought up to date with, the executions with their contracts."""
        order = [("dirty", ASCENDING), ("_id", ASCENDING)]
        found = [(self._facts(each), each["touched"]) for each in self._find({"dirty": partition}, order, limit)]
        contracts = self._contracts({facts.contract for facts, _ in found if facts.contract})
        return tuple(Behind(_followed(facts, contracts), touched) for facts, touched in found)

    def settle(self, partition: str, merged: Iterable[Behind]) -> None:
        """Note that a partition holds these; one that changed meanwhile stays to be done."""
        writes = [
            UpdateOne(
                {"_id": each.facts.filing, "v": each.facts.version, "touched": each.touched},
                {"$pull": {"dirty": partition}},
            )
            for each in merged
        ]
        if writes:
            self.database[COLLECTION].bulk_write(writes, ordered=False, session=self.session)

    def count_final(self, period: str) -> Mapping[str, int]:
        """Return by form how many filings of a period are settled for good."""
        steps: list[dict[str, Any]] = [
            {"$match": {"period": period, "is_final": True}},
            {"$group": {"_id": "$form", "count": {"$sum": 1}}},
        ]
        found = self.database[COLLECTION].aggregate(steps, session=self.session)
        return {each["_id"]: each["count"] for each in found}

    def is_settled_since(self, partitions: Collection[str], moment: datetime) -> bool:
        """Tell whether what is settled for good changed in any of these partitions after a moment."""
        query = {"settled.within": {"$in": sorted(partitions)}, "settled.at": {"$gt": moment}}
        return self.database[COLLECTION].find_one(query, {"_id": 1}, session=self.session) is not None

    def carried_over(self, year: str) -> frozenset[str]:
        """Return the filings of the next year whose executions count in December of a year, by their pseudonyms.

        Executions of the second half-year may be filed until the end of March.
        """
        later = [f"{int(year) + 1}-{month:02}" for month in CARRIED_IN]
        december = partition_of(FactKind.EXECUTION, f"{year}-12")
        query = {"period": {"$in": later}, "form": EXECUTIONS_OF, "partitions": december}
        found = self.database[COLLECTION].find(query, {"_id": 1}, session=self.session)
        return frozenset(each["_id"] for each in found)

    def each(self) -> Iterator[FactSet]:
        """Yield all fact sets by their pseudonyms."""
        for document in self._find({}, sort=[("_id", ASCENDING)]):
            yield self._facts(document)

    def clear(self) -> None:
        """Forget everything, before all is told anew."""
        self.database[COLLECTION].delete_many({}, session=self.session)

    def touch_all(self) -> None:
        """Have every partition made anew from the facts."""
        self.database[COLLECTION].update_many({}, _TOUCH, session=self.session)

    def _says_otherwise(self, facts: FactSet, known: Mapping[str, Document]) -> bool:
        before = known.get(facts.filing)
        if facts.form != CONTRACTS_OF:
            return False
        return _terms(facts) != (_terms(self._facts(before)) if before else frozenset())

    def _contracts(self, ids: set[str]) -> Mapping[str, tuple[Line, ...]]:
        found = self._find({"_id": {"$in": sorted(ids)}}) if ids else ()
        return {document["_id"]: self._facts(document).contracts for document in found}

    def _find(
        self, query: Mapping[str, Any], sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> Iterator[Document]:
        yield from self.database[COLLECTION].find(query, sort=list(sort) or None, limit=limit, session=self.session)

    def _settled(self, facts: FactSet, before: Document | None, at: datetime) -> Document | None:
        """Return where and when what is settled of a filing changed last; what its executions take from it changes with it."""
        was = self._facts(before) if before is not None and before["is_final"] else None
        old, new = (_final(each) if each else {} for each in (was, facts))
        if old == new:
            return before.get("settled") if before else None
        within = {*old, *new}
        if facts.form == CONTRACTS_OF and was is not None:
            within |= set(
                self.database[COLLECTION].distinct("partitions", {"contract": facts.filing}, session=self.session)
            )
        return {"at": at, "within": sorted(within)}

    def _document(self, facts: FactSet, before: Document | None, at: datetime) -> Document:
        dirty, touched = set(facts.partitions), 0
        if before is not None:
            dirty, touched = dirty | {*before["partitions"], *before["dirty"]}, before["touched"] + 1
        document: Document = {
            "_id": facts.filing,
            "v": facts.version,
            "form": facts.form,
            "period": facts.period,
            "is_final": Layer.FINAL in facts.layers,
            "partitions": list(facts.partitions),
            "dirty": sorted(dirty),
            "touched": touched,
            "sealed": self.sealer.seal(_secret(facts), KEY_OWNER, self._place(facts.filing, facts.version)),
        }
        if facts.contract:
            document["contract"] = facts.contract
        if settled := self._settled(facts, before, at):
            document["settled"] = settled
        return document

    def _facts(self, document: Document) -> FactSet:
        # Any: what `_secret` put in
        secret: Any = self.sealer.open(document["sealed"], self._place(document["_id"], document["v"]))
        return FactSet(
            filing=document["_id"],
            version=document["v"],
            form=document["form"],
            period=document["period"],
            unit=secret["unit"],
            province=secret["province"],
            city=secret["city"],
            county=secret["county"],
            contract=document.get("contract", ""),
            layers=frozenset(Layer(each) for each in secret["layers"]),
            lines=tuple(
                Line(FactKind(kind), counted_in, bits, values) for kind, counted_in, bits, values in secret["lines"]
            ),
        )

    def _place(self, filing: str, version: int) -> Place:
        return Place(self.database.name, COLLECTION, filing, version)


def _secret(facts: FactSet) -> dict[str, object]:
    return {
        "unit": facts.unit,
        "province": facts.province,
        "city": facts.city,
        "county": facts.county,
        "layers": sorted(layer.value for layer in facts.layers),
        "lines": [[line.kind.value, line.counted_in, line.layers, dict(line.values)] for line in facts.lines],
    }


def _final(facts: FactSet) -> Mapping[str, list[Mapping[str, Value]]]:
    """Return by partition what is settled for good."""
    found: dict[str, list[Mapping[str, Value]]] = {}
    for line in facts.lines:
        if line.layers & BITS[Layer.FINAL]:
            found.setdefault(line.partition, []).append(line.values)
    return found


def _touch_executions(contract: str) -> UpdateMany:
    return UpdateMany({"contract": contract}, _TOUCH)


_TOUCH: list[dict[str, Any]] = [
    {"$set": {"dirty": {"$setUnion": ["$dirty", "$partitions"]}, "touched": {"$add": ["$touched", 1]}}}
]
"""Has the partitions of a fact set brought up to date once more."""


def _terms(facts: FactSet) -> frozenset[tuple[object, ...]]:
    return frozenset((line.layers, *(line.values.get(name) for name in FOLLOWED)) for line in facts.contracts)


def _followed(facts: FactSet, contracts: Mapping[str, tuple[Line, ...]]) -> FactSet:
    if not facts.contract:
        return facts
    terms = contracts.get(facts.contract, ())
    lines = [
        each
        for line in facts.lines
        for each in (following(line, terms) if line.kind is FactKind.EXECUTION else (line,))
    ]
    return replace(facts, lines=tuple(lines))
