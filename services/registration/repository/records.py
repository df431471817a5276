"""Between the aggregate and its document: what stays in clear for routing, what goes into the sealed blob."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.registration.form.deadline import deadline
from services.registration.form.validity import next_watch, valid_until
from services.registration.model.directory import Directory, DirectoryKind, DirectoryState
from services.registration.model.facts import FactValues
from services.registration.model.materials import FileRef, Slot
from services.registration.model.registration import FormValues, Registration, Revision
from services.registration.model.standing import IN_FORCE, Life, Standing
from services.registration.model.states import CLAIMING, WITH_DEPARTMENT, State
from shared.codes.icp import normalise_icp
from shared.codes.sites import normalise_site
from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.mongo.aggregates import history_of
from shared.mongo.client import Document

COLLECTION = "registrations"


@dataclass(frozen=True)
class Secret:
    """The confidential part of a registration."""

    form: FormValues
    materials: Mapping[Slot, tuple[FileRef, ...]]
    revisions: tuple[Revision, ...] = field(default=())
    stated: FactValues = field(default_factory=dict)
    life: Life = field(default_factory=Life)


@dataclass(frozen=True)
class Records:
    """Makes documents of registrations, and registrations of documents."""

    database: str
    sealer: Sealer
    index: BlindIndex

    def place(self, registration_id: str, version: int) -> Place:
        """Return where the sealed part of a version stands."""
        return Place(self.database, COLLECTION, registration_id, version)

    def fields(self, registration: Registration, version: int) -> Document:
        """Return the fields of a registration as it will be stored at `version`."""
        secret = Secret(
            registration.form,
            registration.materials,
            registration.revisions,
            registration.stated,
            registration.life,
        )
        payload = CONVERTER.unstructure(secret)
        return {
            "unit": registration.unit_id,
            "owner": registration.owner_id,
            "state": registration.state.value,
            "division": registration.division,
            "path": list(registration.path),
            "created_at": registration.created_at,
            "updated_at": registration.updated_at,
            "submitted_at": registration.submitted_at,
            "revision": registration.revision,
            "files": list(registration.file_ids()),
            "directory": _directory_document(registration.directory),
            "standing": registration.standing.value,
            **_days(registration),
            "sealed": self.sealer.seal(payload, registration.unit_id, self.place(registration.id, version)),
        }

    def claims(self, registration: Registration) -> dict[bytes, str]:
        """Return what the registration holds against others, each with the form item that it comes from.

        An application that was submitted holds what it asks for, a registration in force what it has, both at once while
        a change is open; nothing else holds anything.
        """
        claims: dict[bytes, str] = {}
        for revision in _claiming(registration):
            claims[self.index.of("website", normalise_site(str(revision.form["website"])))] = "website"
            claims[self.index.of("icp_number", normalise_icp(str(revision.form["icp_number"])))] = "icp_number"
        return claims

    def code(self, registration: Registration) -> bytes | None:
        """Return the blind index of the submitted credit code."""
        if not registration.revisions:
            return None
        return self.index.of("credit_code", str(registration.revisions[-1].form["credit_code"]))

    def registration(self, document: Document) -> Registration:
        """Return the registration of a document. Raises `SealBroken` that names the place."""
        payload = self.sealer.open(document["sealed"], self.place(document["_id"], document["v"]))
        secret = CONVERTER.structure(payload, Secret)
        return Registration(
            id=document["_id"],
            version=document["v"],
            unit_id=document["unit"],
            owner_id=document["owner"],
            state=State(document["state"]),
            created_at=document["created_at"],
            updated_at=document["updated_at"],
            division=document["division"],
            path=tuple(document["path"]),
            submitted_at=document["submitted_at"],
            form=secret.form,
            materials=secret.materials,
            stated=secret.stated,
            revisions=secret.revisions,
            directory=_directory(document["directory"]),
            history=history_of(document),
            life=_life(document, secret),
        )


def _life(document: Document, secret: Secret) -> Life:
    """Return the life of a registration; one that was approved before standings were kept is in force."""
    if "standing" in document or document["state"] != State.APPROVED:
        return secret.life
    return Life(Standing.REGISTERED, in_force=secret.revisions[-1].no, round=1, division=document["division"])


def _claiming(registration: Registration) -> list[Revision]:
    """Return the revisions that hold their web site and ICP number: the one in force, the one that was applied for."""
    held = [registration.in_force] if registration.standing in IN_FORCE else []
    if registration.has_open_application and registration.state in CLAIMING:
        held.append(registration.revisions[-1])
    return [revision for revision in held if revision is not None]


def _days(registration: Registration) -> Document:
    """Return the days that lists and the watch look for, as texts of ISO 8601, which sort by time."""
    limit = deadline(registration.history) if registration.state in WITH_DEPARTMENT else None
    days = {
        "review_due": limit.due if limit else None,
        "valid_until": valid_until(registration) if registration.standing in IN_FORCE else None,
        "watch_on": next_watch(registration),
    }
    return {name: day.isoformat() if day else None for name, day in days.items()}


def _directory_document(directory: Directory | None) -> Document | None:
    if directory is None:
        return None
    return {
        "state": directory.state.value,
        "at": directory.at,
        "message_id": directory.message_id,
        "reason_code": directory.reason_code,
        "attempt": directory.attempt,
        "kind": directory.kind.value,
        "revision": directory.revision,
    }


def _directory(document: Mapping[str, Any] | None) -> Directory | None:
    if document is None:
        return None
    return Directory(
        state=DirectoryState(document["state"]),
        at=document["at"],
        message_id=document["message_id"],
        reason_code=document["reason_code"],
        attempt=document["attempt"],
        kind=DirectoryKind(document.get("kind", DirectoryKind.NEW)),
        revision=document.get("revision", 0),
    )
