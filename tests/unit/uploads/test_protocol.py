"""The headers of tus 1.0.0, and bodies cut into pieces."""

from __future__ import annotations

import hashlib
import io
from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Malformed
from shared.uploads import protocol
from shared.uploads.body import PIECE, Body, JoinedStream
from shared.uploads.errors import ProtocolUnknown


def test_only_the_version_that_is_spoken_is_taken() -> None:
    protocol.check_version("1.0.0")

    for other in (None, "", "1.0", "0.2.2", "1.0.0,0.2.2"):
        with pytest.raises(ProtocolUnknown):
            protocol.check_version(other)


@pytest.mark.parametrize("text", [None, "", "-1", "+1", "1.0", "0x1", "１", " 1", "1e3", "9" * 16, "1_000"])
def test_a_number_is_digits_and_nothing_else(text: str | None) -> None:
    with pytest.raises(Malformed):
        protocol.read_number("Upload-Offset", text)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,10}", fullmatch=True), st.text(max_size=50), max_size=5))
def test_metadata_come_back_as_they_were_sent(values: dict[str, str]) -> None:
    header = ",".join(f"{key} {b64encode(value.encode('utf-8', 'replace')).decode()}" for key, value in values.items())

    read = protocol.read_metadata(header)

    assert read == {key: value.encode("utf-8", "replace").decode() for key, value in values.items()}


@given(st.text(max_size=200))
def test_any_other_metadata_are_refused_or_read_but_never_fail(header: str) -> None:
    try:
        read = protocol.read_metadata(header)
    except Malformed:
        return

    assert all(isinstance(value, str) for value in read.values())


def test_a_checksum_fits_its_bytes_alone() -> None:
    header = "sha256 " + b64encode(hashlib.sha256(b"right").digest()).decode()
    checksum = protocol.read_checksum(header)
    assert checksum is not None
    found, other = checksum.start(), checksum.start()

    found.update(b"right")
    other.update(b"wrong")

    assert checksum.fits(found)
    assert not checksum.fits(other)
    assert protocol.read_checksum(None) is None


def test_a_moment_is_told_in_the_time_of_the_protocol() -> None:
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=8)))

    assert protocol.http_date(moment) == protocol.http_date(moment.astimezone(UTC)) == "Mon, 02 Mar 2026 01:30:00 GMT"


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 77])
def test_a_body_is_cut_into_pieces_that_make_it_up(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    body = Body(io.BytesIO(content), size)

    pieces = [b"".join(iter(partial(piece.read, 100_000), b"")) for piece in body.pieces()]

    assert b"".join(pieces) == content
    assert [len(piece) for piece in pieces[:-1]] == [PIECE] * (len(pieces) - 1)
    assert not body.has_more()


def test_no_more_is_read_of_a_body_than_is_wanted() -> None:
    stream = io.BytesIO(b"abcdef")
    body = Body(stream, 4)

    read = b"".join(piece.read(100) for piece in body.pieces())

    assert (read, stream.tell()) == (b"abcd", 4)
    assert body.has_more()


class Breaking(io.BytesIO):
    """A sender that goes away after what there is."""

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        if not data:
            raise ConnectionResetError
        return data


def test_what_came_before_the_sender_went_away_is_a_piece() -> None:
    body = Body(Breaking(b"half"), 1000)

    pieces = [b"".join(iter(partial(piece.read, 3), b"")) for piece in body.pieces()]

    assert pieces == [b"half"]
    assert isinstance(body.failure, ConnectionResetError)


@given(st.lists(st.binary(max_size=20), max_size=8), st.integers(1, 30))
def test_chunks_are_read_as_one_stream(chunks: list[bytes], size: int) -> None:
    stream = JoinedStream(chunks)

    read = b"".join(iter(lambda: stream.read(size) or b"", b""))

    assert read == b"".join(chunks)
