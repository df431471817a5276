"""Between a case, or a unit of the survey, and its document: what stays in clear to list by, what is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.exchange.comparing.fields import Field
from services.exchange.comparing.proposals import Proposal
from services.exchange.model.cases import Case, CaseField, State, Trigger
from services.exchange.model.survey_units import Fact, SurveyUnit
from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.mongo.aggregates import history_of
from shared.mongo.client import Document

CASES = "cases"
UNITS = "survey_units"


@dataclass(frozen=True)
class _CaseSecret:
    """The confidential part of a case."""

    directory_unit: str
    evidence: str
    fields: tuple[CaseField, ...]


@dataclass(frozen=True)
class _UnitSecret:
    """The confidential part of a unit."""

    facts: Mapping[Field, Fact]


@dataclass(frozen=True)
class CaseRecords:
    """Makes documents of cases and units, and back; both are sealed with the key of the unit."""

    database: str
    sealer: Sealer
    index: BlindIndex

    def case_fields(self, case: Case, version: int) -> Document:
        """Return the fields of a case, sealed for the version that it is written with."""
        secret = CONVERTER.unstructure(_CaseSecret(case.directory_unit, case.evidence, case.fields))
        return {
            "unit": case.unit_id,
            "division": case.division,
            "path": list(case.path),
            "state": case.state.value,
            "trigger": case.trigger.value,
            "proposals": [each.value for each in case.proposals],
            "listed": listed(case),
            "opened_at": case.opened_at,
            "updated_at": case.updated_at,
            "settled_at": case.settled_at,
            "no": case.no,
            "effective_date": case.effective_date,
            "sealed": self.sealer.seal(secret, case.unit_id, Place(self.database, CASES, case.id, version)),
        }

    def case(self, document: Document) -> Case:
        """Return the case of a document. Raises `SealBroken`, `KeyDestroyed`."""
        place = Place(self.database, CASES, document["_id"], document["v"])
        secret = CONVERTER.structure(self.sealer.open(document["sealed"], place), _CaseSecret)
        return Case(
            id=document["_id"],
            version=document["v"],
            unit_id=document["unit"],
            division=document["division"],
            path=tuple(document["path"]),
            state=State(document["state"]),
            trigger=Trigger(document["trigger"]),
            proposals=tuple(Proposal(each) for each in document["proposals"]),
            opened_at=document["opened_at"],
            updated_at=document["updated_at"],
            no=document["no"],
            settled_at=document["settled_at"],
            directory_unit=secret.directory_unit,
            evidence=secret.evidence,
            effective_date=document["effective_date"],
            fields=secret.fields,
            history=history_of(document),
        )

    def unit_fields(self, unit: SurveyUnit, version: int) -> Document:
        """Return the fields of a unit; its code and name as the mirror of the directory has them, by keyed hashes."""
        secret = CONVERTER.unstructure(_UnitSecret(unit.facts))
        code, name = unit.value(Field.CREDIT_CODE), unit.value(Field.NAME)
        return {
            "division": unit.division,
            "sequence": unit.sequence,
            "updated_at": unit.updated_at,
            "code": self.code_of(code) if code else None,
            "name": self.index.of("directory_name", name) if name else None,
            "sealed": self.sealer.seal(secret, unit.id, Place(self.database, UNITS, unit.id, version)),
        }

    def code_of(self, credit_code: str) -> bytes:
        """Return the keyed hash of a credit code."""
        return self.index.of("directory_code", credit_code)

    def unit(self, document: Document) -> SurveyUnit:
        """Return the unit of a document. Raises `SealBroken`, `KeyDestroyed`."""
        place = Place(self.database, UNITS, document["_id"], document["v"])
        secret = CONVERTER.structure(self.sealer.open(document["sealed"], place), _UnitSecret)
        return SurveyUnit(
            id=document["_id"],
            version=document["v"],
            division=document["division"],
            updated_at=document["updated_at"],
            sequence=document["sequence"],
            facts=secret.facts,
        )


def listed(case: Case) -> list[str]:
    """Return by what a case is listed: each division that sees it, with state and proposal or without.

    A case that is settled is found by its state alone.
    """
    states = (case.state.value,) if case.state is State.SETTLED else ("", case.state.value)
    proposals = ("", *(each.value for each in case.proposals))
    return [place(each, state, one) for each in case.path for state in states for one in proposals]


def place(division: str, state: str, proposal: str) -> str:
    """Return the one value by which cases are found."""
    return f"{division}/{state}/{proposal}"
