"""Taking files in, giving them out, and showing their pages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from services.registration import policy
from services.registration.errors import PartNotOpen
from services.registration.form.changes import open_parts
from services.registration.form.materials import RULES
from services.registration.form.print_code import from_text
from services.registration.form.proposals import propose
from services.registration.model.facts import FactValues
from services.registration.model.materials import FileRef, Slot
from services.registration.model.registration import Registration
from services.registration.model.states import Action, State
from services.registration.operations.changes import in_sight
from services.registration.operations.reading import as_seen, whole
from services.registration.ports import (
    Deps,
    Received,
    Uploaded,
)
from services.registration.workflow import step_for
from shared.calls import Call
from shared.documents import preview
from shared.documents.admission import admit
from shared.documents.codes import read_codes
from shared.documents.findings import refusal
from shared.documents.kinds import Kind, Limits
from shared.documents.names import check_file_name
from shared.errors import Invalid, NotFound


@dataclass(frozen=True)
class Download:
    """A file's name, kind and content, the content verified piece by piece."""

    ref: FileRef
    content: Iterator[bytes]


def upload_file(
    deps: Deps, call: Call, registration_id: str, slot: Slot, name: str, stream: BinaryIO, sha256: str = ""
) -> FileRef:
    """Seal, store and check one file for a material; `set_material` refers to it afterwards.

    `sha256` is what its sender says the content adds up to, in hexadecimal, where it does.
    Actor: own operator. From: draft, returned (only a reopened material). Nothing of a refused file stays.
    Raises `Invalid`, `TooLarge`, `PartNotOpen`, `Unavailable` where the scanner does not answer, `NotFound`,
    `Conflict`.
    """
    registration = in_sight(deps, call, registration_id)
    require_open(call, registration, slot)
    name = check_file_name(name)
    rule = RULES[slot]
    file_id = deps.new_id()
    received = deps.files.receive(file_id, registration, stream, rule.size)
    with _discarded_on_error(deps, file_id):
        if sha256 and sha256 != received.sha256:
            raise refusal("file_not_as_sent")
        limits = Limits(bytes=rule.size)
        admitted = admit(lambda: deps.files.open(received.stored), name, rule.kinds, limits, deps.scanner)
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
            print_codes=_print_codes(deps, slot, admitted.kind, received),
            proposed=_proposed(deps, slot, admitted.kind, received),
        )
        deps.files.keep(Uploaded(registration.id, registration.unit_id, slot, ref))
    return ref


def require_open(call: Call, registration: Registration, slot: Slot) -> None:
    """Return where the actor may put files into a material now. Raises `NotAllowed`, `Conflict`, `PartNotOpen`."""
    step_for(registration, Action.SAVE, call.actor)
    if registration.state is State.RETURNED and f"/materials/{slot}" not in open_parts(registration.review):
        raise PartNotOpen


def download_file(deps: Deps, call: Call, registration_id: str, file_id: str) -> Download:
    """Give out a file; the read is recorded. Raises `NotFound` outside the actor's sight."""
    ref = _visible_file(deps, call, registration_id, file_id)
    deps.reads.record(call, "download", registration_id, file_id)
    return Download(ref, deps.files.stream(ref.stored))


def file_page(deps: Deps, call: Call, registration_id: str, file_id: str, page: int, width: int) -> bytes:
    """Return page `page` (from 1) as PNG of at most `width` pixels; the read is recorded. Raises `NotFound`."""
    ref = _visible_file(deps, call, registration_id, file_id)
    if ref.pages is None or not 1 <= page <= ref.pages:
        raise NotFound
    deps.reads.record(call, "view_page", registration_id, file_id)
    with deps.files.open(ref.stored) as content:
        return preview.page_png(content, Kind(ref.kind), page, width)


def file_text(deps: Deps, call: Call, registration_id: str, file_id: str) -> str:
    """Return the text of an office document; the read is recorded. Raises `NotFound` for other kinds."""
    ref = _visible_file(deps, call, registration_id, file_id)
    if Kind(ref.kind) not in {Kind.DOCX, Kind.XLSX}:
        raise NotFound
    deps.reads.record(call, "view_text", registration_id, file_id)
    with deps.files.open(ref.stored) as content:
        return preview.text(content, Kind(ref.kind))


def _print_codes(deps: Deps, slot: Slot, kind: Kind, received: Received) -> tuple[str, ...]:
    """Return the codes of printed forms on a file of material 1. Pages that can't be drawn show none: no reason to
    refuse a file that is good otherwise."""
    if slot is not Slot.FORM:
        return ()
    with deps.files.open(received.stored) as content, contextlib.suppress(Invalid):
        return tuple(text for text in read_codes(content, kind) if from_text(text) is not None)
    return ()


def _proposed(deps: Deps, slot: Slot, kind: Kind, received: Received) -> FactValues:
    """Return the facts that the text of a file seems to hold. A text that can't be read proposes nothing."""
    with deps.files.open(received.stored) as content, contextlib.suppress(Invalid):
        return propose(slot, preview.text_layer(content, kind))
    return {}


def _visible_file(deps: Deps, call: Call, registration_id: str, file_id: str) -> FileRef:
    registration = in_sight(deps, call, registration_id)
    ref = as_seen(registration, call.actor).find_file(file_id)
    ref = ref or as_seen(whole(deps, registration), call.actor).find_file(file_id)
    if ref is None and policy.own_unit(call.actor, registration):
        uploaded = deps.files.find(file_id)
        ref = uploaded.ref if uploaded is not None and uploaded.registration_id == registration.id else None
    if ref is None:
        raise NotFound
    return ref


@contextlib.contextmanager
def _discarded_on_error(deps: Deps, file_id: str) -> Iterator[None]:
    try:
        yield
    except BaseException:
        deps.files.discard(file_id)
        raise
