"""The quality checks in MongoDB: doubles are found by keyed hashes alone, names are opened for one page at a time.

In clear stand the ids under which a unit is kept, its division, and the keyed hash that those with one value share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from pymongo import ASCENDING, IndexModel, ReplaceOne
from pymongo.database import Database

from services.exchange.comparing.fields import Field
from services.exchange.model.mirror import UnitState
from services.exchange.model.quality import Check, Coded, Finding, Report, Shown, Side, coded, coded_of_survey
from services.exchange.repository.case_records import UNITS as SURVEY
from services.exchange.repository.case_records import CaseRecords
from services.exchange.repository.mirror import COLLECTION as MIRROR
from services.exchange.repository.mirror import Units
from shared.crypto.errors import CryptoError
from shared.mongo.client import Document, unavailable_when_down
from shared.paging import Page, decode_cursor, encode_cursor

log = structlog.get_logger()

FINDINGS, REPORTS = "quality_findings", "quality_reports"
LAST = "last"
CITY_DIGITS = 4

_ORDER = [("group", ASCENDING), ("_id", ASCENDING)]

INDEXES = (IndexModel([("check", ASCENDING), *_ORDER], name="of_check"), IndexModel([("run", 1)], name="run"))

_VALUES = {Check.DOUBLE_CODE: "code", Check.DOUBLE_NAME: "name"}


@dataclass(frozen=True)
class MongoQuality:
    """`ports.quality.Quality` in one database."""

    database: Database[Document]
    mirror: Units
    survey: CaseRecords

    def doubles(self, check: Check) -> Iterator[Finding]:
        """Yield the units in force of both sides that share a code or a name with one of another city.

        A code or name that both sides have in one city is the same unit.
        """
        value = _VALUES[check]
        in_force = {"state": UnitState.IN_FORCE.value}
        pipeline: list[dict[str, Any]] = [
            *_members(value, Side.DIRECTORY, in_force),
            {"$unionWith": {"coll": SURVEY, "pipeline": _members(value, Side.SURVEY, {})}},
            {"$group": {"_id": "$value", "cities": {"$addToSet": "$city"}, "members": {"$push": "$member"}}},
            {"$match": {"cities.1": {"$exists": True}}},
        ]
        with unavailable_when_down():
            for row in self.database[MIRROR].aggregate(pipeline, allowDiskUse=True):
                for member in row["members"]:
                    group = bytes(row["_id"]).hex()
                    yield Finding(check, Side(member["side"]), member["id"], member["division"], group)

    def units(self) -> Iterator[tuple[Side, str, str, Coded]]:
        """Yield every unit in force: whose it is, its id, its division, and what is looked at of it."""
        with unavailable_when_down():
            for row in self.database[MIRROR].find({"state": UnitState.IN_FORCE.value}, {"outbox": 0}):
                try:
                    yield Side.DIRECTORY, row["_id"], row["division"], coded(self.mirror.known(row).record)
                except CryptoError as error:
                    log.error("mirrored_unit_unreadable", id=row["_id"], error=type(error).__name__)
            for row in self.database[SURVEY].find({}):
                try:
                    yield Side.SURVEY, row["_id"], row["division"], coded_of_survey(self.survey.unit(row))
                except CryptoError as error:
                    log.error("survey_unit_unreadable", unit_id=row["_id"], error=type(error).__name__)

    def are_known(self, credit_codes: Iterable[str]) -> frozenset[str]:
        """Return those of the codes that a unit in force of the directory has."""
        by_index = {bytes(self.mirror.code_of(code)): code for code in credit_codes}
        if not by_index:
            return frozenset()
        query = {"code": {"$in": list(by_index)}, "state": UnitState.IN_FORCE.value}
        with unavailable_when_down():
            found = self.database[MIRROR].distinct("code", query)
        return frozenset(by_index[bytes(each)] for each in found)

    def put(self, run: str, findings: Iterable[Finding]) -> None:
        """Keep findings of a run; twice the same are kept once."""
        writes = [ReplaceOne({"_id": _id(each)}, _row(each, run), upsert=True) for each in findings]
        if writes:
            with unavailable_when_down():
                self.database[FINDINGS].bulk_write(writes, ordered=False)

    def end(self, run: str, report: Report) -> None:
        """Make a run the last one: its report is the one that is read, and what older runs found is forgotten."""
        row = {
            "at": report.at,
            "run": run,
            "units": {side.value: count for side, count in report.units.items()},
            "found": [
                {"check": check.value, "side": side.value, "count": count}
                for (check, side), count in sorted(report.found.items())
            ],
        }
        with unavailable_when_down():
            self.database[REPORTS].replace_one({"_id": LAST}, row, upsert=True)
            self.database[FINDINGS].delete_many({"run": {"$ne": run}})

    def last(self) -> Report | None:
        """Return the report of the last run."""
        with unavailable_when_down():
            row = self.database[REPORTS].find_one({"_id": LAST})
        if row is None:
            return None
        found = {(Check(each["check"]), Side(each["side"])): each["count"] for each in row["found"]}
        return Report(row["at"], {Side(side): count for side, count in row["units"].items()}, found)

    def list_found(self, check: Check, cursor: str, limit: int) -> Page[Shown]:
        """Return a page of what a check found, those that share a value together. Raises `Malformed`."""
        query: dict[str, Any] = {"check": check.value}
        last = decode_cursor(cursor, 2)
        if last is not None:
            ties = [{"group": {"$gt": last[0]}}, {"group": last[0], "_id": {"$gt": last[1]}}]
            query |= {"group": {"$gte": last[0]}, "$or": ties}
        with unavailable_when_down():
            rows = list(self.database[FINDINGS].find(query, sort=_ORDER, limit=limit + 1))
        following = encode_cursor(rows[limit - 1]["group"], rows[limit - 1]["_id"]) if len(rows) > limit else ""
        findings = [_finding(row) for row in rows[:limit]]
        who = {side: self._who(side, [each.unit_id for each in findings if each.side is side]) for side in Side}
        return Page(tuple(Shown(each, *who[each.side].get(each.unit_id, ("", ""))) for each in findings), following)

    def _who(self, side: Side, ids: list[str]) -> Mapping[str, tuple[str, str]]:
        """Return name and code of units, by id; all of a side by one query."""
        found: dict[str, tuple[str, str]] = {}
        with unavailable_when_down():
            for row in self.database[MIRROR if side is Side.DIRECTORY else SURVEY].find({"_id": {"$in": ids}}):
                try:
                    found[row["_id"]] = self._named(side, row)
                except CryptoError:
                    continue
        return found

    def _named(self, side: Side, row: Document) -> tuple[str, str]:
        if side is Side.DIRECTORY:
            record = self.mirror.known(row).record
            return record.name, record.credit_code or record.organisation_code
        unit = self.survey.unit(row)
        return unit.value(Field.NAME), unit.value(Field.CREDIT_CODE) or unit.value(Field.ORGANISATION_CODE)


def _members(value: str, side: Side, query: Mapping[str, Any]) -> list[dict[str, Any]]:
    member = {"id": "$_id", "division": "$division", "side": side.value}
    city = {"$substrBytes": ["$division", 0, CITY_DIGITS]}
    return [
        {"$match": {**query, value: {"$type": "binData"}}},
        {"$project": {"_id": 0, "value": f"${value}", "city": city, "member": member}},
    ]


def _id(finding: Finding) -> str:
    return f"{finding.check}/{finding.side}/{finding.unit_id}"


def _row(finding: Finding, run: str) -> Document:
    return {
        "check": finding.check.value,
        "side": finding.side.value,
        "unit": finding.unit_id,
        "division": finding.division,
        "group": finding.group,
        "run": run,
    }


def _finding(row: Mapping[str, Any]) -> Finding:
    return Finding(Check(row["check"]), Side(row["side"]), row["unit"], row["division"], row["group"])
