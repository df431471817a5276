"""The registration service as the portal sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from services.portal.model.answers import (
    ChangeAnswer,
    FileAnswer,
    FormValues,
    RegistrationAnswer,
    RegistrationRow,
    RevisionAnswer,
    RevisionRow,
    Streamed,
)
from shared.errors import Conflict, Invalid, NotFound, Problem, StaleVersion
from tests.support.portal_answers import make_file, make_registration, make_review, make_row


@dataclass
class FakeRegistrations:
    """Keeps registrations in memory; refuses a form's `refused` fields, and stale versions."""

    items: dict[str, RegistrationAnswer] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    acts: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)
    act_error: Exception | None = None
    uploads: list[tuple[str, str, int]] = field(default_factory=list)
    upload_error: Exception | None = None
    changes: list[ChangeAnswer] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    wanted: list[dict[str, str]] = field(default_factory=list)
    picture: bytes = b"\x89PNG"

    def create(self, token: str, key: str) -> RegistrationAnswer:
        return self._keep(make_registration(id="r1"))

    def list(
        self, token: str, state: str = "", cursor: str = "", limit: int = 20, more: Mapping[str, str] | None = None
    ) -> tuple[list[RegistrationRow], str]:
        self.tokens.append(token)
        self.wanted.append(dict(more or {}))
        rows = [make_row(item) for item in self.items.values() if not state or item["state"] == state]
        return rows, ""

    def get(self, token: str, registration_id: str) -> RegistrationAnswer:
        self.tokens.append(token)
        if registration_id not in self.items:
            raise NotFound
        return self.items[registration_id]

    def save_form(self, token: str, registration_id: str, version: int, form: FormValues) -> RegistrationAnswer:
        problems = [Problem(f"/{key}", "bad", text) for key, text in self.refused.items() if key in form]
        if problems:
            raise Invalid(problems)
        return self._change(registration_id, version, form=form)

    def upload(
        self, token: str, registration_id: str, slot: str, file_name: str, length: int | None, chunks: Iterable[bytes]
    ) -> FileAnswer:
        received = b"".join(chunks)
        if self.upload_error is not None:
            raise self.upload_error
        self.uploads.append((slot, file_name, len(received)))
        return make_file(file_id=f"up{len(self.uploads)}", name=file_name, size=max(1, len(received)))

    def set_material(
        self, token: str, registration_id: str, version: int, slot: str, files: Iterable[Mapping[str, object]]
    ) -> RegistrationAnswer:
        item = self.items[registration_id]
        known = {file["file_id"]: file for shelf in item["materials"].values() for file in shelf}
        chosen = []
        for entry in files:
            name = self.uploads[-1][1] if self.uploads else "新文件.pdf"
            file = known.get(str(entry["file_id"])) or make_file(file_id=entry["file_id"], name=name)
            chosen.append(cast(FileAnswer, {**file, "parts": entry["parts"]}))
        return self._change(registration_id, version, materials={**item["materials"], slot: chosen})

    def act(
        self, token: str, registration_id: str, version: int, action: str, body: Mapping[str, object]
    ) -> RegistrationAnswer:
        if self.act_error is not None:
            raise self.act_error
        if action not in self.items[registration_id]["open_actions"]:
            raise Conflict
        changed = self._change(registration_id, version)
        self.acts.append((registration_id, action, body))
        return changed

    def save_review(
        self, token: str, registration_id: str, version: int, review: Mapping[str, object]
    ) -> RegistrationAnswer:
        self.acts.append((registration_id, "save_review", review))
        labels = {"accept": "符合要求", "replace": "需更换", "correct": "需更正"}
        marked = {
            group: {
                key: {**mark, "verdict_label": labels.get(mark["verdict"], mark["verdict"])}
                for key, mark in cast("Mapping[str, Mapping[str, str]]", review[group]).items()
            }
            for group in ("materials", "fields", "conditions")
        }
        return self._change(registration_id, version, review=make_review(**marked, opinion=review["opinion"]))

    def file(self, token: str, registration_id: str, file_id: str) -> Streamed:
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": "attachment; filename*=UTF-8''a.pdf",
        }
        return Streamed({**headers, "Content-Security-Policy": "default-src 'none'; sandbox"}, iter([b"one", b"two"]))

    def page(self, token: str, registration_id: str, file_id: str, page: int) -> Streamed:
        return Streamed({"Content-Type": "image/png"}, iter([self.picture]))

    def text(self, token: str, registration_id: str, file_id: str) -> str:
        return "<b>管理制度</b>"

    def print(self, token: str, registration_id: str) -> Streamed:
        return Streamed({"Content-Type": "application/pdf"}, iter([b"%PDF-1.7"]))

    def revisions(self, token: str, registration_id: str) -> Iterable[RevisionRow]:
        return ()

    def revision(self, token: str, registration_id: str, no: int) -> RevisionAnswer:
        item = self.items[registration_id]
        answer = {"no": no, "submitted_at": item["submitted_at"], "form": item["form"], "materials": item["materials"]}
        return cast(RevisionAnswer, {**answer, "review": item["review"]})

    def diff(self, token: str, registration_id: str, no: int, against: int) -> Iterable[ChangeAnswer]:
        return self.changes

    def ping(self) -> None:
        return None

    def _keep(self, registration: RegistrationAnswer) -> RegistrationAnswer:
        self.items[registration["id"]] = registration
        return registration

    def _change(self, registration_id: str, version: int, **changes: object) -> RegistrationAnswer:
        item = self.items[registration_id]
        if item["version"] != version:
            raise StaleVersion
        return self._keep(cast(RegistrationAnswer, {**item, **changes, "version": version + 1}))
