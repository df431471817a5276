"""A fake of the store of uploads that keeps the contract of the real one, in memory."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO

from shared.errors import NotFound, TooLarge
from shared.uploads.body import Body, Readable
from shared.uploads.errors import ChecksumMismatch, OffsetConflict
from shared.uploads.model import Upload
from shared.uploads.protocol import Checksum


@dataclass
class FakeUploads:
    """Uploads in memory; `now` tells the time."""

    now: Callable[[], datetime]
    kept: dict[str, Upload] = field(default_factory=dict)
    content: dict[str, bytes] = field(default_factory=dict)

    def begin(self, upload: Upload) -> None:
        self.kept[upload.id] = upload
        self.content[upload.id] = b""

    def get(self, upload_id: str, owner_id: str) -> Upload:
        found = self.kept.get(upload_id)
        if found is None or found.owner_id != owner_id or found.expires_at <= self.now():
            raise NotFound
        return found

    def list_open(self, subject: str, owner_id: str) -> tuple[Upload, ...]:
        return tuple(
            upload
            for upload in self.kept.values()
            if (upload.subject, upload.owner_id, upload.result) == (subject, owner_id, "")
            and upload.expires_at > self.now()
        )

    def receive(self, upload: Upload, stream: Readable, checksum: Checksum | None) -> Upload:
        body = Body(stream, upload.length - upload.offset)
        data = b"".join(piece.read(-1) + piece.read(-1) for piece in body.pieces())
        if checksum is not None:
            found = checksum.start()
            found.update(data)
            if not checksum.fits(found):
                raise ChecksumMismatch
        if self.kept[upload.id].offset != upload.offset:
            raise OffsetConflict
        self.content[upload.id] += data
        self.kept[upload.id] = replace(upload, offset=upload.offset + len(data))
        if body.failure is not None:
            raise body.failure
        if body.has_more():
            raise TooLarge
        return self.kept[upload.id]

    def open(self, upload: Upload) -> BinaryIO:
        return io.BytesIO(self.content[upload.id])

    def finish(self, upload: Upload, result: str) -> str:
        current = self.kept[upload.id]
        if not current.result:
            self.kept[upload.id] = replace(current, result=result)
        return self.kept[upload.id].result

    def remove(self, upload: Upload) -> None:
        self.kept.pop(upload.id, None)
        self.content.pop(upload.id, None)
