"""Text is taken as people can see it: no character that is invisible, controls the line or turns the writing around."""

from __future__ import annotations

import unicodedata

import pytest

from services.filing.forms.kinds.kind import Wrong, clean

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
WITHOUT_WIDTH = frozenset("\u00ad\u200b\u2060\ufeff")
NOT_ASSIGNED = frozenset(map(chr, (*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF)))
CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _is_refused(character: str, *, is_multiline: bool) -> bool:
    try:
        clean(f"甲{character}乙", is_multiline=is_multiline)
    except Wrong as wrong:
        return wrong.code == "forbidden_character"
    return False


@pytest.mark.parametrize(("is_multiline", "kept"), [(False, ""), (True, "\n\t")])
def test_control_characters_and_turns_of_direction_are_refused_and_no_others(is_multiline: bool, kept: str) -> None:
    characters = [chr(number) for number in range(0x10000)]

    refused = {each for each in characters if _is_refused(each, is_multiline=is_multiline)}

    expected = {
        each for each in characters if each in BIDI or each in NOT_ASSIGNED or unicodedata.category(each) in CONTROL
    }
    assert refused == expected - set(kept)


def test_characters_without_width_are_left_out() -> None:
    texts = {clean(f" 甲{character}乙{character} ") for character in WITHOUT_WIDTH}

    assert texts == {"甲乙"}


def test_line_breaks_of_every_system_become_one_kind() -> None:
    assert clean("甲\r\n乙\n丙", is_multiline=True) == "甲\n乙\n丙"
