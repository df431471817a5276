"""The chain of a partner: linked in order, and every change of it is found and named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.exchange.journal.chains import Broken, Fault, Follower, Head, end_at, head_of, linked
from services.exchange.journal.entries import Entry, Malformed, digest_of, read_line
from tests.support.exchange_journal import Line, chain_of, make_crossing

COUNT = 12
CHAIN = chain_of(COUNT)
AT = CHAIN[0][0].at
END = head_of(CHAIN[-1][0])
NUMBERS = st.integers(0, COUNT - 1)


def first_fault(lines: list[Line], end: Head = END) -> Broken | None:
    """Follow lines to the end that was anchored; return where they break."""
    follower = Follower("directory", Head())
    try:
        for entry, noted in lines:
            follower.take(entry, noted)
        end_at(follower.head, end.number, end.hash)
    except Broken as broken:
        return broken
    return None


def rehashed(lines: list[Line], start: int) -> list[Line]:
    """Return the lines with their hashes and links made anew from one on, as somebody does who may write the store."""
    kept = lines[:start]
    head = head_of(kept[-1][0]) if kept else Head()
    for entry, _ in lines[start:]:
        made = replace(entry, number=head.number + 1, previous=head.hash)
        kept.append((made, made.hash))
        head = head_of(made)
    return kept


def test_a_chain_that_was_left_alone_holds() -> None:
    assert first_fault(CHAIN) is None


def test_an_entry_is_written_in_one_way_whose_hash_anybody_can_make() -> None:
    entry, noted = CHAIN[0]

    assert noted == digest_of(entry.text)
    assert entry.text == (
        b'{"at":"2026-03-01T10:00:00.000Z","attempt":1,"content":"%s","direction":"out",'
        b'"event":"00000000000000000000000000000001","message_id":"00000000000000000000000000000001","number":1,'
        b'"outcome":"","partner":"directory","previous":"%s","quoted":"","route":"directory.changes","size":1001,'
        b'"token":"%s","type":"tongbao.border.unit_new.v1"}'
        % (digest_of(b"content 1").encode(), b"0" * 64, digest_of(b"token 1").encode())
    )
    assert read_line(entry.line(noted)) == (entry, noted)


@given(NUMBERS, st.sampled_from(sorted(vars(CHAIN[0][0]))), st.integers(1, 10**6))
def test_an_entry_that_was_changed_is_named(index: int, name: str, salt: int) -> None:
    entry, noted = CHAIN[index]
    value = getattr(entry, name)
    changed = replace(entry, **{name: value + salt if isinstance(value, int) else f"{value}{salt}"})

    broken = first_fault([*CHAIN[:index], (changed, noted), *CHAIN[index + 1 :]])

    assert broken is not None
    assert broken.number == index + 1


@given(NUMBERS, st.sampled_from(("token", "content", "message_id", "event", "outcome")))
def test_an_entry_that_was_changed_with_its_hash_is_named_by_the_next_or_by_the_anchor(index: int, name: str) -> None:
    entry = replace(CHAIN[index][0], **{name: "x"})

    broken = first_fault([*CHAIN[:index], (entry, entry.hash), *CHAIN[index + 1 :]])

    assert broken is not None
    assert broken.number == min(index + 2, COUNT)
    assert broken.fault is (Fault.NOT_LINKED if index + 1 < COUNT else Fault.ANCHORED_OTHERWISE)


@given(st.integers(0, COUNT - 2))
def test_an_entry_that_was_dropped_is_named(index: int) -> None:
    broken = first_fault([*CHAIN[:index], *CHAIN[index + 1 :]])

    assert broken is not None
    assert (broken.fault, broken.number) == (Fault.MISSING, index + 1)


@given(NUMBERS)
def test_an_entry_that_was_inserted_is_named(index: int) -> None:
    strange = next(linked(Head(index, CHAIN[index - 1][1] if index else Head().hash), [make_crossing(99)], AT))

    broken = first_fault([*CHAIN[:index], (strange, strange.hash), *CHAIN[index:]])

    assert broken is not None
    assert (broken.fault, broken.number) == (Fault.OUT_OF_ORDER, index + 2)


@given(NUMBERS, NUMBERS)
def test_entries_that_were_swapped_are_named(one: int, other: int) -> None:
    lines = list(CHAIN)
    lines[one], lines[other] = lines[other], lines[one]

    broken = first_fault(lines)

    assert (broken is None) == (one == other)
    assert broken is None or broken.number == min(one, other) + 1


@given(st.integers(0, COUNT - 1))
def test_a_chain_that_was_cut_off_is_found_by_its_anchor(kept: int) -> None:
    broken = first_fault(CHAIN[:kept])

    assert broken is not None
    assert (broken.fault, broken.number) == (Fault.CUT_OFF, kept + 1)


@given(NUMBERS)
def test_a_chain_that_was_made_anew_from_a_forged_entry_on_is_found_by_its_anchor(index: int) -> None:
    entry, noted = CHAIN[index]
    forged = [*CHAIN[:index], (replace(entry, content=digest_of(b"forged")), noted), *CHAIN[index + 1 :]]

    broken = first_fault(rehashed(forged, index))

    assert broken is not None
    assert (broken.fault, broken.number) == (Fault.ANCHORED_OTHERWISE, COUNT)


def test_an_entry_of_another_chain_is_found() -> None:
    entry = next(linked(END, [make_crossing(99, partner="nbs")], AT))

    broken = first_fault([*CHAIN, (entry, entry.hash)], head_of(entry))

    assert broken is not None
    assert (broken.fault, broken.number) == (Fault.OTHER_CHAIN, COUNT + 1)


def test_time_does_not_run_back_within_a_chain() -> None:
    earlier = "2026-02-01T00:00:00.000Z"
    entry = next(linked(END, [make_crossing(99)], earlier))
    forged = replace(entry, at=earlier)

    broken = first_fault([*CHAIN, (forged, forged.hash)], head_of(forged))

    assert entry.at == END.at
    assert broken is not None
    assert broken.fault is Fault.TIME_RUNS_BACK


LINE = CHAIN[0][0].line(CHAIN[0][1])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        LINE + b" ",
        LINE.replace(b'"number":1', b'"number": 1'),
        LINE.replace(b'"number":1', b'"number":1.0'),
        LINE.replace(b'"number":1', b'"number":true'),
        LINE.replace(b'"size":1001,', b""),
        LINE.replace(b'"size":1001', b'"size":1001,"more":1'),
        LINE.replace(b"10:00:00.000Z", b"10:00:00Z"),
        LINE.replace(b"10:00:00.000Z", b"18:00:00.000+08:00"),
        b"[" * 100_000,
    ],
)
def test_a_line_in_any_other_spelling_is_refused(line: bytes) -> None:
    with pytest.raises(Malformed):
        read_line(line)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_line_or_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_line(data)


def test_a_crossing_holds_no_more_than_ids_codes_and_digests() -> None:
    names = set(vars(CHAIN[0][0]))

    assert names == {
        *("at", "attempt", "content", "direction", "event", "message_id", "number", "outcome", "partner"),
        *("previous", "quoted", "route", "size", "token", "type"),
    }
    assert isinstance(CHAIN[0][0], Entry)
