"""Bodies that hold a file: passed on as they come in, never held whole in memory, never on disk here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from services.portal.model.materials import SLOT_BY_KEY, Slot
from shared.errors import Invalid, Malformed, NotFound, Problem, TooLarge

PIECE = 256 * 1024
LONGEST_FIELD = 1000
MOST_PARTS = 6
_PART_HEADERS = 8 * 1024


@dataclass(frozen=True)
class SentFile:
    """A file in a posted form: the fields before it, the name that it has there, and its bytes, to be read once."""

    fields: dict[str, str]
    name: str
    chunks: Iterator[bytes]


@dataclass(frozen=True)
class SentFiles:
    """A posted form with small files, held in memory: its fields, and the bytes of each file by the control's name."""

    fields: dict[str, str]
    files: dict[str, bytes]


def known_slot(key: str) -> Slot:
    """Return the place for files with this key. Raises `NotFound`."""
    if key not in SLOT_BY_KEY:
        raise NotFound
    return SLOT_BY_KEY[key]


def require_extension(slot: Slot, name: str) -> None:
    """Return where the slot takes files so named. Raises `Invalid`."""
    if name.rsplit(".", 1)[-1].lower() not in slot.extensions:
        expected = "、".join(slot.extensions).upper()
        raise Invalid([Problem("/file", "kind_not_allowed", f"此处只接受 {expected} 文件。", expected)])


def pieces(length: int) -> Iterator[bytes]:
    """Yield the body as it comes in. Raises `Malformed` where the browser breaks off before `length` bytes."""
    missing = length
    while missing > 0:
        piece = request.stream.read(min(PIECE, missing))
        if not piece:
            raise Malformed("上传中断，请继续上传。", code="upload_interrupted")
        missing -= len(piece)
        yield piece


def sent_file() -> SentFile:
    """Read a posted form up to its file, which must come last. Raises `Malformed`."""
    events = _events(_decoder())
    fields: dict[str, str] = {}
    name = ""
    for event in events:
        if isinstance(event, File):
            return SentFile(fields, event.filename or "", _chunks(events))
        if isinstance(event, Field):
            name = event.name
            fields[name] = ""
        elif isinstance(event, Data):
            fields[name] += event.data.decode(errors="replace")
            if len(fields[name]) > LONGEST_FIELD:
                raise Malformed
    raise Malformed


def sent_files(limit: int) -> SentFiles:
    """Read a posted form with small files, `limit` bytes in all. Raises `Malformed`, `TooLarge`."""
    fields: dict[str, bytearray] = {}
    files: dict[str, bytearray] = {}
    target, size = bytearray(), 0
    for event in _events(_decoder()):
        if isinstance(event, Field | File):
            target = bytearray()
            (files if isinstance(event, File) else fields)[event.name] = target
        elif isinstance(event, Data):
            size += len(event.data)
            if size > limit:
                raise TooLarge
            target += event.data
    texts = {name: value.decode(errors="replace") for name, value in fields.items()}
    return SentFiles(texts, {name: bytes(value) for name, value in files.items()})


def _decoder() -> MultipartDecoder:
    """Return what takes the posted form apart. Raises `Malformed` where its parts can't be told."""
    boundary = request.mimetype_params.get("boundary", "").encode()
    if not 0 < len(boundary) <= 70:
        raise Malformed
    return MultipartDecoder(boundary, max_form_memory_size=PIECE + _PART_HEADERS, max_parts=MOST_PARTS)


def _events(decoder: MultipartDecoder) -> Iterator[Event]:
    """Yield what the body says, reading as much of it as is asked for. Raises `Malformed` for what is no form."""
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, NeedData):
                decoder.receive_data(request.stream.read(PIECE) or None)
            else:
                yield event
    except ValueError:
        raise Malformed("上传中断，文件没有保存。", code="upload_interrupted") from None


def _chunks(events: Iterator[Event]) -> Iterator[bytes]:
    for event in events:
        if not isinstance(event, Data):
            raise Malformed  # something behind the file: the form has it last
        if event.data:
            yield event.data
