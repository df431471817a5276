"""What goes out of uploads in several requests."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.registration.operations.uploads import Progress
from services.registration.schemas.outgoing import Body, FileOut, file_body


class UploadOut(Schema):
    """An upload on its way; `file` is what was made of it."""

    upload_id = fields.String()
    material = fields.String()
    name = fields.String()
    sha256 = fields.String()
    length = fields.Integer()
    offset = fields.Integer()
    expires_at = fields.String()
    file = fields.Nested(FileOut, allow_none=True)


class UploadsOut(Schema):
    """Uploads on their way."""

    items = fields.List(fields.Nested(UploadOut))


def upload_body(progress: Progress) -> Body:
    """Return an upload without where its pieces are."""
    upload = progress.upload
    return {
        "upload_id": upload.id,
        "material": progress.described.slot.value,
        "name": progress.described.name,
        "sha256": progress.described.sha256,
        "length": upload.length,
        "offset": upload.offset,
        "expires_at": upload.expires_at.isoformat(),
        "file": file_body(progress.file) if progress.file else None,
    }
