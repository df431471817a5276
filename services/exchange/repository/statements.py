"""Statements in MongoDB: one document each, their lines and differences beside it; amounts and names are sealed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.exchange.model.partners import Partner
from services.exchange.model.statements import Answer, Signature, State, Statement
from services.exchange.ports.messages import Outgoing
from services.exchange.reconciling.differences import Difference, Fault
from services.exchange.reconciling.lines import Line, Standing, Total
from services.exchange.reconciling.sheets import By, Counts, Group, Sheet
from services.exchange.repository.outgoing import guarded, news
from services.exchange.repository.records import COLLECTION as MESSAGES
from shared.calls import Call
from shared.crypto.sealing import Place, Sealer
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.paging import decode_cursor, encode_cursor

COLLECTION = "statements"
LINES = "statement_lines"
DIFFERENCES = "statement_differences"

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    COLLECTION: (
        *AGGREGATE_INDEXES,
        IndexModel([("partner", 1), ("day", -1), ("_id", -1)], name="of_partner"),
        IndexModel([("day", -1), ("_id", -1)], name="newest"),
    ),
    LINES: (
        IndexModel([("statement", 1), ("message_id", 1)], name="of_statement", unique=True),
        IndexModel([("statement", 1), ("standing", 1), ("message_id", 1)], name="of_standing"),
    ),
    DIFFERENCES: (IndexModel([("statement", 1), ("number", 1)], name="of_statement", unique=True),),
}

_BATCH = 1000


@dataclass(frozen=True)
class MongoStatements:
    """`ports.Statements`."""

    database: Database[Document]
    sealer: Sealer
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoStatements:
        """Return the same statements, read and written within a transaction."""
        return replace(self, session=session)

    def get(self, statement_id: str) -> Statement:
        """Return a statement. Raises `NotFound`."""
        return self._statement(self._aggregates.get(statement_id))

    def last_before(self, partner: Partner, day: date | None = None) -> Statement | None:
        """Return the partner's last statement before a day, or the very last."""
        query = {"partner": partner.value} | ({"day": {"$lt": day.isoformat()}} if day else {})
        found = next(self._aggregates.find(query, sort=[("day", DESCENDING)], limit=1), None)
        return None if found is None else self._statement(found)

    def list_newest(self, partner: Partner | None, cursor: str, limit: int) -> tuple[Sequence[Statement], str]:
        """Return a page of statements, the newest day first, and the cursor of the next. Raises `Malformed`."""
        query: Document = {"partner": partner.value} if partner else {}
        if (behind := decode_cursor(cursor, 2)) is not None:
            ties = [{"day": {"$lt": behind[0]}}, {"day": behind[0], "_id": {"$lt": behind[1]}}]
            query |= {"day": {"$lte": behind[0]}, "$or": ties}
        order = [("day", DESCENDING), ("_id", DESCENDING)]
        rows = list(self._aggregates.find(query, sort=order, limit=limit + 1))
        following = encode_cursor(rows[limit - 1]["day"], rows[limit - 1]["_id"]) if len(rows) > limit else ""
        return tuple(self._statement(row) for row in rows[:limit]), following

    def freeze(self, statement: Statement, call: Call, lines: Iterable[Line]) -> Statement:
        """Store a statement with its lines, whole or not at all; one that is there already stays as it is.

        The lines come first, those of an attempt that died are replaced: without its statement nobody reads them.
        """
        known = self._aggregates.find_one({"_id": statement.id})
        if known is not None:
            return self._statement(known)
        with guarded(self.session):
            self._rows(LINES).delete_many({"statement": statement.id})
            pending = iter(lines)
            while batch := list(islice(pending, _BATCH)):
                self._rows(LINES).insert_many([self._line_row(statement, line) for line in batch])
        try:
            self._aggregates.insert(statement.id, self._fields(statement, 1), statement.history[-1])
        except Duplicate:  # another worker was faster, with the same lines
            return self.get(statement.id)
        return statement

    def save(
        self,
        statement: Statement,
        call: Call,
        differences: Sequence[Difference] | None = None,
        events: Sequence[Outgoing] = (),
    ) -> Statement:
        """Store the next version; the differences stay where none are given. Raises `StaleVersion`."""
        if differences is not None:
            with guarded(self.session):
                self._rows(DIFFERENCES).delete_many({"statement": statement.id}, session=self.session)
                if differences:
                    rows = [self._difference_row(statement, no, each) for no, each in enumerate(differences, 1)]
                    self._rows(DIFFERENCES).insert_many(rows, session=self.session)
        fields = self._fields(statement, statement.version + 1)
        told = news(statement.id, statement.updated_at, call, events)
        return self._statement(
            self._aggregates.save(statement.id, statement.version, fields, (), statement.history[-1], told)
        )

    def list_lines(
        self, statement_id: str, standing: Standing | None, cursor: str, limit: int
    ) -> tuple[Sequence[Line], str]:
        """Return a page of lines by their ids, and the cursor of the next. Raises `Malformed`."""
        query: Document = {"statement": statement_id} | ({"standing": standing.value} if standing else {})
        if (behind := decode_cursor(cursor, 1)) is not None:
            query["message_id"] = {"$gt": behind[0]}
        with guarded(self.session):
            rows = list(self._rows(LINES).find(query, sort=[("message_id", ASCENDING)], limit=limit + 1))
        following = encode_cursor(rows[limit - 1]["message_id"]) if len(rows) > limit else ""
        return tuple(self._line(row) for row in rows[:limit]), following

    def lines(self, statement_id: str, standings: Collection[Standing] = ()) -> Iterator[Line]:
        """Yield the lines of a statement, by their ids; of some standings where any are given."""
        query: Document = {"statement": statement_id}
        if standings:
            query["standing"] = {"$in": sorted(each.value for each in standings)}
        with guarded(self.session):
            found = self._rows(LINES).find(query, sort=[("message_id", ASCENDING)], session=self.session)
            yield from (self._line(row) for row in found)

    def list_differences(self, statement_id: str, limit: int) -> Sequence[Difference]:
        """Return the first differences, in the order in which they were found."""
        with guarded(self.session):
            rows = list(
                self._rows(DIFFERENCES).find({"statement": statement_id}, sort=[("number", ASCENDING)], limit=limit)
            )
        return tuple(self._difference(row) for row in rows)

    def regions_of(self, message_ids: Collection[str]) -> Mapping[str, str]:
        """Return the province of the unit that each message is about, of those that are about one."""
        query = {"_id": {"$in": list(message_ids)}, "division": {"$nin": ["", None]}}
        with guarded(self.session):
            return {
                row["_id"]: f"{row['division'][:2]}0000" for row in self._rows(MESSAGES).find(query, {"division": 1})
            }

    def _fields(self, statement: Statement, version: int) -> Document:
        sheet = asdict(statement.sheet)
        signature = statement.signature
        groups = [[group.by.value, group.key, group.count, group.total] for group in statement.sheet.groups]
        secret = {
            "groups": groups,
            "name": signature.name if signature else "",
            "remark": signature.remark if signature else "",
        }
        return {
            "partner": statement.partner.value,
            "day": statement.day.isoformat(),
            "state": statement.state.value,
            "created_at": statement.created_at,
            "updated_at": statement.updated_at,
            "message_id": statement.message_id,
            "sheet": {name: value for name, value in sheet.items() if name != "groups"},
            "digest": statement.digest,
            "answer": asdict(statement.answer) if statement.answer else None,
            "differences": statement.differences,
            "signature": {"at": signature.at, "account": signature.account_id} if signature else None,
            "sealed": self.sealer.seal(secret, statement.partner.value, self._place(COLLECTION, statement.id, version)),
        }

    def _statement(self, row: Document) -> Statement:
        secret: Any = self.sealer.open(row["sealed"], self._place(COLLECTION, row["_id"], row["v"]))
        groups = tuple(Group(By(by), key, count, total) for by, key, count, total in secret["groups"])
        counts, answer, signature = Counts(**row["sheet"]["counts"]), row["answer"], row["signature"]
        return Statement(
            id=row["_id"],
            version=row["v"],
            partner=Partner(row["partner"]),
            day=date.fromisoformat(row["day"]),
            sheet=Sheet(**{**row["sheet"], "counts": counts, "groups": groups}),
            state=State(row["state"]),
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            message_id=row["message_id"],
            answer=Answer(**answer) if answer else None,
            differences=row["differences"],
            signature=Signature(signature["at"], signature["account"], secret["name"], secret["remark"])
            if signature
            else None,
            history=history_of(row),
        )

    def _line_row(self, statement: Statement, line: Line) -> Document:
        row: Document = {"_id": f"{statement.id}/{line.message_id}", "statement": statement.id, **vars(line)}
        row |= {"standing": line.standing.value, "totals": None}
        if line.totals:
            totals = [asdict(total) for total in line.totals]
            row["totals"] = self.sealer.seal(totals, statement.partner.value, self._place(LINES, row["_id"], 1))
        return row

    def _line(self, row: Document) -> Line:
        fields = {name: row[name] for name in Line.__dataclass_fields__}
        sealed: Any = self.sealer.open(row["totals"], self._place(LINES, row["_id"], 1)) if row["totals"] else ()
        totals = tuple(Total(**each) for each in sealed)
        return Line(**{**fields, "standing": Standing(row["standing"]), "totals": totals})

    def _difference_row(self, statement: Statement, number: int, found: Difference) -> Document:
        id = f"{statement.id}/{number}"
        sides = {"ours": found.ours, "theirs": found.theirs}
        sealed = self.sealer.seal(sides, statement.partner.value, self._place(DIFFERENCES, id, 1))
        head = {"_id": id, "statement": statement.id, "number": number}
        return {**head, "subject": found.subject, "fault": found.fault.value, "sealed": sealed}

    def _difference(self, row: Document) -> Difference:
        sides: Any = self.sealer.open(row["sealed"], self._place(DIFFERENCES, row["_id"], 1))
        return Difference(row["subject"], Fault(row["fault"]), sides["ours"], sides["theirs"])

    def _place(self, collection: str, id: str, version: int) -> Place:
        return Place(self.database.name, collection, id, version)

    @property
    def _aggregates(self) -> Aggregates:
        return Aggregates(self.database[COLLECTION], self.session)

    def _rows(self, name: str) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[name]
