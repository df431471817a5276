"""Evidence: taking files in and giving them out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from services.filing import policy
from services.filing.model.evidence import FileRef
from services.filing.model.filings import Filing
from services.filing.model.states import Action
from services.filing.operations.changes import in_sight
from services.filing.operations.versions import version_of
from services.filing.ports.deps import Deps
from services.filing.workflow import step_for
from shared.calls import Call
from shared.documents.admission import admit
from shared.documents.findings import refusal
from shared.documents.kinds import Kind, Limits
from shared.documents.names import check_file_name
from shared.errors import NotFound

KINDS = frozenset({Kind.PDF, Kind.PNG, Kind.JPEG, Kind.OFD, Kind.DOCX, Kind.XLSX, Kind.ZIP})
LARGEST = 50 * 1024 * 1024
"""Bytes of one file of evidence."""


@dataclass(frozen=True)
class Download:
    """A file's record and its content, verified piece by piece."""

    ref: FileRef
    content: Iterator[bytes]


def upload_evidence(deps: Deps, call: Call, filing_id: str, name: str, stream: BinaryIO) -> FileRef:
    """Seal, store and check one file; `drafts.save_content` refers to it afterwards.

    Actor: own unit. From: draft, returned. Nothing of a refused file stays. Raises `Invalid`, `TooLarge`, `NotFound`,
    `Conflict`, `NotAllowed`, `Unavailable` where the scanner does not answer.
    """
    filing = in_sight(deps, call, filing_id)
    step_for(filing, Action.SAVE, call.actor)
    name = check_file_name(name)
    file_id = deps.new_id()
    received = deps.files.receive(file_id, filing, stream, LARGEST)
    with _discarded_on_error(deps, file_id):
        if received.size == 0:
            raise refusal("file_empty")
        admitted = admit(lambda: deps.files.open(received.stored), name, KINDS, Limits(bytes=LARGEST), deps.scanner)
        ref = FileRef(
            file_id=file_id,
            name=name,
            kind=admitted.kind.value,
            size=received.size,
            sha256=received.sha256,
            pages=admitted.pages,
            scan=admitted.engine,
            uploaded_at=deps.clock.now(),
            stored=received.stored,
        )
        deps.files.keep(filing, ref)
    return ref


def download_evidence(deps: Deps, call: Call, filing_id: str, file_id: str) -> Download:
    """Give out a file; the read is recorded. Raises `NotFound` outside the actor's sight."""
    filing = in_sight(deps, call, filing_id)
    is_own = policy.own_unit(call.actor, filing)
    ref = next((each for each in _evidence(deps, filing, is_own=is_own) if each.file_id == file_id), None)
    if ref is None and is_own:
        ref = deps.files.find(filing.id, file_id)
    if ref is None:
        raise NotFound
    deps.reads.record(call, "download", filing_id, file_id)
    return Download(ref, deps.files.stream(ref.stored))


def _evidence(deps: Deps, filing: Filing, *, is_own: bool) -> Iterator[FileRef]:
    """Yield the evidence that the reader may see: of every version, and of the unit's own working copy."""
    if is_own:
        yield from filing.working.evidence
    for version in reversed(filing.versions):
        yield from version_of(deps, filing, version.no).content.evidence


@contextmanager
def _discarded_on_error(deps: Deps, file_id: str) -> Iterator[None]:
    try:
        yield
    except BaseException:
        deps.files.discard(file_id)
        raise
