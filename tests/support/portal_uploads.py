"""A fake of the portal's port for uploads in several requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.portal.model.uploads import Progress, UploadAnswer
from shared.errors import Conflict, NotFound
from tests.support.portal_answers import make_file


@dataclass
class FakeUploads:
    """Uploads in memory; what arrives is kept in `content`."""

    items: dict[str, UploadAnswer] = field(default_factory=dict)
    content: dict[str, bytes] = field(default_factory=dict)
    error: Exception | None = None

    def begin(self, token: str, registration_id: str, length: int, said: Mapping[str, str]) -> str:
        upload_id = f"u{len(self.items) + 1}"
        self.items[upload_id] = {
            "upload_id": upload_id,
            "material": said["material"],
            "name": said["filename"],
            "sha256": said["sha256"],
            "length": length,
            "offset": 0,
            "expires_at": "2026-03-03T04:00:00+00:00",
            "file": None,
        }
        self.content[upload_id] = b""
        return upload_id

    def list(self, token: str, registration_id: str) -> list[UploadAnswer]:
        return [item for item in self.items.values() if item["file"] is None]

    def get(self, token: str, registration_id: str, upload_id: str) -> UploadAnswer:
        if upload_id not in self.items:
            raise NotFound
        return self.items[upload_id]

    def carry_on(
        self, token: str, registration_id: str, upload_id: str, offset: int, length: int, chunks: Iterable[bytes]
    ) -> Progress:
        item = self.get(token, registration_id, upload_id)
        if offset != item["offset"]:
            raise Conflict(code="upload_offset")
        self.content[upload_id] += b"".join(chunks)
        if self.error is not None:
            raise self.error
        item["offset"] = len(self.content[upload_id])
        if item["offset"] == item["length"]:
            item["file"] = make_file(file_id=f"f-{upload_id}", name=item["name"], size=item["length"])
        return Progress(item["offset"], item["length"])

    def end(self, token: str, registration_id: str, upload_id: str) -> None:
        self.get(token, registration_id, upload_id)
        del self.items[upload_id]
