"""Files that come in several requests: begun, carried on, asked for, given up. Whole, they are taken in like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.registration.form.materials import RULES
from services.registration.model.materials import FileRef, Slot
from services.registration.operations.changes import in_sight
from services.registration.operations.files import require_open, upload_file
from services.registration.ports import Deps
from shared.calls import Call
from shared.documents.findings import refusal
from shared.documents.kinds import EXTENSIONS
from shared.documents.names import check_file_name, extension
from shared.errors import Invalid, Malformed, NotFound, TooLarge
from shared.storage.errors import ObjectMissing
from shared.uploads.body import Readable
from shared.uploads.errors import OffsetConflict, TooManyUploads
from shared.uploads.model import Upload
from shared.uploads.protocol import Checksum, read_metadata

LASTS = timedelta(hours=24)
MOST_OPEN = 20
KNOWN_METADATA = frozenset({"filename", "filetype", "material", "sha256"})


@dataclass(frozen=True)
class Described:
    """What the sender said of a file: `sha256` of all of it in hexadecimal, empty where it was not told."""

    slot: Slot
    name: str
    sha256: str


@dataclass(frozen=True)
class Progress:
    """An upload, what is known of its file, and the checked file once there is one."""

    upload: Upload
    described: Described
    file: FileRef | None = None


def begin_upload(deps: Deps, call: Call, registration_id: str, length: int, metadata: str) -> Progress:
    """Open an upload of `length` bytes for a material; nothing of it has come yet.

    Actor: own operator. From: draft, returned (only a reopened material). What the name and the length alone tell is
    refused here. Raises `Malformed`, `Invalid`, `TooLarge`, `PartNotOpen`, `TooManyUploads`, `NotFound`, `Conflict`.
    """
    described = describe(metadata)
    registration = in_sight(deps, call, registration_id)
    require_open(call, registration, described.slot)
    rule = RULES[described.slot]
    check_file_name(described.name)
    if EXTENSIONS.get(extension(described.name)) not in rule.kinds:
        raise refusal("file_kind_not_allowed")
    if length == 0:
        raise refusal("file_empty")
    if length > rule.size:
        raise TooLarge
    if len(deps.uploads.list_open(registration.id, call.actor.account_id)) >= MOST_OPEN:
        raise TooManyUploads
    now = deps.clock.now()
    upload = Upload(
        id=deps.new_id(),
        unit_id=registration.unit_id,
        owner_id=call.actor.account_id,
        subject=registration.id,
        length=length,
        metadata=metadata,
        created_at=now,
        expires_at=now + LASTS,
    )
    deps.uploads.begin(upload)
    return Progress(upload, described)


def continue_upload(
    deps: Deps,
    call: Call,
    registration_id: str,
    upload_id: str,
    offset: int,
    stream: Readable,
    checksum: Checksum | None = None,
) -> Progress:
    """Take the bytes from `offset` on; with the last one the file is checked like any other, and kept.

    A request for an upload that is whole tries that once more, or tells the file that was made. Nothing of a refused
    file stays; where a part did not answer, what has arrived stays. Raises what `upload_file` raises, `NotFound`,
    `OffsetConflict`, `ChecksumMismatch`, `TooManyPieces`, and what the stream raises.
    """
    progress = find_upload(deps, call, registration_id, upload_id)
    require_open(call, in_sight(deps, call, registration_id), progress.described.slot)
    upload = progress.upload
    if offset != upload.offset:
        raise OffsetConflict
    if upload.result:
        return progress
    upload = deps.uploads.receive(upload, stream, checksum)
    if not upload.is_whole:
        return Progress(upload, progress.described)
    return _finished(deps, call, registration_id, Progress(upload, progress.described))


def find_upload(deps: Deps, call: Call, registration_id: str, upload_id: str) -> Progress:
    """Return how far an upload has come. Raises `NotFound` for another person's, and after it expired."""
    registration = in_sight(deps, call, registration_id)
    upload = deps.uploads.get(upload_id, call.actor.account_id)
    if upload.subject != registration.id:
        raise NotFound
    made = deps.files.find(upload.result) if upload.result else None
    if upload.result and made is None:
        raise NotFound  # the file has waited too long to be referred to
    return Progress(upload, describe(upload.metadata), made.ref if made else None)


def list_uploads(deps: Deps, call: Call, registration_id: str) -> tuple[Progress, ...]:
    """Return the person's own uploads that are not files yet. Raises `NotFound`."""
    registration = in_sight(deps, call, registration_id)
    found = deps.uploads.list_open(registration.id, call.actor.account_id)
    return tuple(Progress(upload, describe(upload.metadata)) for upload in found)


def end_upload(deps: Deps, call: Call, registration_id: str, upload_id: str) -> None:
    """Give an upload up; nothing of it stays but a file that was made already. Raises `NotFound`."""
    deps.uploads.remove(find_upload(deps, call, registration_id, upload_id).upload)


def describe(metadata: str) -> Described:
    """Return what the metadata says of a file. Raises `Malformed` for an unknown key, and where one is missing."""
    values = read_metadata(metadata)
    if not values.keys() <= KNOWN_METADATA:
        raise Malformed("Upload-Metadata 中有未知的键。", code="bad_upload_metadata")
    try:
        slot = Slot(values.get("material", ""))
    except ValueError:
        raise Malformed("请在 Upload-Metadata 中指明材料编号（material）。", code="bad_material") from None
    digest = values.get("sha256", "")
    if digest and (len(digest) != 64 or not set(digest) <= set("0123456789abcdef")):
        raise Malformed("sha256 应为 64 位十六进制摘要。", code="bad_upload_metadata")
    return Described(slot, values.get("filename", ""), digest)


def _finished(deps: Deps, call: Call, registration_id: str, progress: Progress) -> Progress:
    """Take the whole file in. Of two requests that finish one upload, both tell the file that was noted first."""
    upload, described = progress.upload, progress.described
    try:
        with deps.uploads.open(upload) as content:
            ref = upload_file(deps, call, registration_id, described.slot, described.name, content, described.sha256)
    except ObjectMissing:
        return find_upload(deps, call, registration_id, upload.id)  # the other request was first
    except (Invalid, TooLarge):
        deps.uploads.remove(upload)
        raise
    if deps.uploads.finish(upload, ref.file_id) != ref.file_id:
        deps.files.discard(ref.file_id)
        return find_upload(deps, call, registration_id, upload.id)
    return Progress(upload, described, ref)
