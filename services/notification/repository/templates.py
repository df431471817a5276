"""The ministry's wordings: one document per occasion with all its versions. No unit's data, so nothing is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from services.notification.model.occasions import Wording
from services.notification.model.templates import Draft, Template, Version
from services.notification.repository.untouched import save_or_make
from shared.mongo.aggregates import Aggregates, history_of
from shared.mongo.client import Document

COLLECTION = "templates"


@dataclass(frozen=True)
class MongoTemplates:
    """The templates of one database; `ports.Templates`."""

    database: Database[Document]

    def get(self, key: str) -> Template:
        """Return the template of an occasion; one that nobody has touched where nothing is stored."""
        found = Aggregates(self.database[COLLECTION]).find_one({"_id": key})
        return Template(key) if found is None else _template(found)

    def all(self) -> Mapping[str, Template]:
        """Return the stored templates by key."""
        return {row["_id"]: _template(row) for row in Aggregates(self.database[COLLECTION]).find({})}

    def save(self, template: Template) -> Template:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        draft = template.draft
        fields = {
            "draft": draft and {"wording": _wording_document(draft.wording), "at": draft.at, "by": draft.by},
            "versions": [_version_document(version) for version in template.versions],
        }
        rows = self.database[COLLECTION]
        return _template(save_or_make(rows, template.key, template.version, fields, template.history[-1]))


def _template(document: Document) -> Template:
    draft = document.get("draft")
    return Template(
        key=document["_id"],
        version=document["v"],
        draft=Draft(_wording(draft["wording"]), draft["at"], draft["by"]) if draft else None,
        versions=tuple(_version(version) for version in document.get("versions", ())),
        history=history_of(document),
    )


def _version(document: Mapping[str, Any]) -> Version:
    return Version(
        no=document["no"],
        wording=_wording(document["wording"]),
        at=document["at"],
        by=document["by"],
        reason=document["reason"],
        returned_to=document["returned_to"],
    )


def _version_document(version: Version) -> Document:
    return {
        "no": version.no,
        "wording": _wording_document(version.wording),
        "at": version.at,
        "by": version.by,
        "reason": version.reason,
        "returned_to": version.returned_to,
    }


def _wording(document: Mapping[str, str]) -> Wording:
    return Wording(document["title"], document["text"], document["subject"], document["mail"])


def _wording_document(wording: Wording) -> Document:
    return {"title": wording.title, "text": wording.text, "subject": wording.subject, "mail": wording.mail}
