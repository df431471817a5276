"""Cursors come back from the caller, so they are read like any input."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.errors import Malformed
from shared.paging import decode_cursor, encode_cursor, read_moment


def test_a_cursor_gives_back_what_it_was_made_of() -> None:
    moment = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)

    values = decode_cursor(encode_cursor(moment.isoformat(), "a"), 2)

    assert values is not None
    assert (read_moment(values[0]), values[1]) == (moment, "a")


@pytest.mark.parametrize("cursor", ["!", "\x00", "a", "YQ", encode_cursor("a"), encode_cursor("a", "b", "c"), "_w"])
def test_a_foreign_cursor_is_malformed(cursor: str) -> None:
    with pytest.raises(Malformed):
        decode_cursor(cursor, 2)


@pytest.mark.parametrize(
    "text",
    ["", "x", "2026-03-02T01:30:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-02-30T00:00Z"],
)
def test_a_moment_that_is_none_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        read_moment(text)
