"""Vectors of the container format: one fault each, for both suites and a grid of lengths, with frames of 64 bytes."""

import io
from collections.abc import Callable, Iterator

import pytest

from shared.crypto.suites import TAG_SIZE, Suite
from shared.errors import TooLarge
from shared.storage.errors import FrameOrder, ObjectBroken, SourceEndedEarly
from shared.storage.frames import HEADER_SIZE, Decryptor, Encryptor, Layout
from shared.storage.streams import SealingSource, plain_frames, read_fully
from tests.support.keys import make_keyring

FRAME = 64
PLACE = "registration/f1"
LENGTHS = [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 2 * FRAME + 50]
KEYRING = make_keyring()

BOTH = pytest.mark.parametrize("suite", list(Suite))


def plain_of(size: int) -> bytes:
    return bytes(index * 7 % 251 for index in range(size))


def seal(plain: bytes, suite: Suite, unit: str = "u1", place: str = PLACE) -> bytes:
    encryptor = Encryptor(KEYRING.key_for(unit), suite, place, FRAME)
    return b"".join(SealingSource(io.BytesIO(plain), encryptor, FRAME, 10**6, None).pieces())


def opened(container: bytes, size: int, unit: str = "u1", place: str = PLACE) -> Iterator[bytes]:
    stream = io.BytesIO(container)
    decryptor = Decryptor(KEYRING.key_for(unit), read_fully(stream.read, HEADER_SIZE), place)
    yield from plain_frames(stream.read, decryptor, Layout(size, FRAME), place)


def assert_refused(container: bytes, plain: bytes, **where: str) -> None:
    """The container is refused, and whatever came before the refusal is a true beginning of the file."""
    released: list[bytes] = []
    with pytest.raises(ObjectBroken):
        released.extend(opened(container, len(plain), **where))
    assert plain.startswith(b"".join(released))
    assert len(b"".join(released)) < len(plain) or not plain


class _Dribble(io.RawIOBase):
    """A stream that gives at most `step` bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        super().__init__()
        self._inner = io.BytesIO(data)
        self._step = step

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(min(size, self._step))


@BOTH
@pytest.mark.parametrize("size", LENGTHS)
@pytest.mark.parametrize("step", [1, 13, 63, 64, 65, 1000])
def test_every_length_comes_back_whatever_the_steps_it_is_read_in(suite: Suite, size: int, step: int) -> None:
    plain = plain_of(size)
    encryptor = Encryptor(KEYRING.key_for("u1"), suite, PLACE, FRAME)
    source = SealingSource(_Dribble(plain, step), encryptor, FRAME, size, size)  # type: ignore[arg-type]

    container = b"".join(source.pieces())

    assert b"".join(opened(container, size)) == plain
    assert len(container) == Layout(size, FRAME).sealed_size
    assert source.plain_size == size


@BOTH
@pytest.mark.parametrize("size", LENGTHS)
def test_no_bit_of_the_header_can_change(suite: Suite, size: int) -> None:
    plain = plain_of(size)
    container = seal(plain, suite)

    for position in range(HEADER_SIZE):
        changed = bytearray(container)
        changed[position] ^= 1 << (position % 8)
        assert_refused(bytes(changed), plain)


@BOTH
@pytest.mark.parametrize("size", LENGTHS)
def test_no_byte_of_the_frames_can_change(suite: Suite, size: int) -> None:
    plain = plain_of(size)
    container = seal(plain, suite)

    for position in range(HEADER_SIZE, len(container), 3):
        changed = bytearray(container)
        changed[position] ^= 0x40
        assert_refused(bytes(changed), plain)


@BOTH
@pytest.mark.parametrize("size", LENGTHS)
def test_a_container_that_ends_at_any_border_of_frames_or_beside_it_is_refused(suite: Suite, size: int) -> None:
    plain = plain_of(size)
    container = seal(plain, suite)
    layout = Layout(size, FRAME)

    borders = [layout.offset(index) for index in range(layout.frames)]
    for end in {0, 1, HEADER_SIZE - 1, len(container) - 1, *borders, *(border + 1 for border in borders)}:
        assert_refused(container[:end], plain)


@BOTH
@pytest.mark.parametrize("size", LENGTHS)
@pytest.mark.parametrize("tail", [b"\0", bytes(TAG_SIZE), bytes(FRAME + TAG_SIZE)])
def test_a_container_with_anything_behind_it_is_refused(suite: Suite, size: int, tail: bytes) -> None:
    plain = plain_of(size)

    assert_refused(seal(plain, suite) + tail, plain)


def _split(container: bytes) -> tuple[bytes, list[bytes]]:
    step = FRAME + TAG_SIZE
    return container[:HEADER_SIZE], [container[at : at + step] for at in range(HEADER_SIZE, len(container), step)]


def _drop_first(frames: list[bytes]) -> list[bytes]:
    return frames[1:]


def _drop_middle(frames: list[bytes]) -> list[bytes]:
    return [frames[0], *frames[2:]]


def _drop_last(frames: list[bytes]) -> list[bytes]:
    return frames[:-1]


def _double(frames: list[bytes]) -> list[bytes]:
    return [frames[0], frames[0], *frames[1:]]


def _double_the_last(frames: list[bytes]) -> list[bytes]:
    return [*frames, frames[-1]]


def _swap(frames: list[bytes]) -> list[bytes]:
    return [frames[1], frames[0], *frames[2:]]


def _last_in_front(frames: list[bytes]) -> list[bytes]:
    return [frames[-1], *frames[:-1]]


MANGLERS = [_drop_first, _drop_middle, _drop_last, _double, _double_the_last, _swap, _last_in_front]


@BOTH
@pytest.mark.parametrize("mangle", MANGLERS)
@pytest.mark.parametrize("size", [3 * FRAME, 3 * FRAME + 20])
@pytest.mark.parametrize("is_size_adapted", [False, True])
def test_frames_can_not_be_dropped_doubled_or_reordered(
    suite: Suite, mangle: Callable[[list[bytes]], list[bytes]], size: int, is_size_adapted: bool
) -> None:
    plain = plain_of(size)
    header, frames = _split(seal(plain, suite))
    mangled = mangle(frames)
    claimed = sum(len(frame) - TAG_SIZE for frame in mangled) if is_size_adapted else size

    released: list[bytes] = []
    with pytest.raises(ObjectBroken):
        released.extend(opened(header + b"".join(mangled), claimed))

    assert plain.startswith(b"".join(released))


@BOTH
def test_frames_of_another_file_of_the_same_unit_and_place_are_refused(suite: Suite) -> None:
    plain = plain_of(2 * FRAME)
    header, frames = _split(seal(plain, suite))
    _, others = _split(seal(plain, suite))

    for index in range(2):
        mixed = [*frames[:index], others[index], *frames[index + 1 :]]
        assert_refused(header + b"".join(mixed), plain)


@BOTH
def test_a_container_does_not_open_at_another_place_or_under_another_unit(suite: Suite) -> None:
    plain = plain_of(100)
    container = seal(plain, suite)

    assert_refused(container, plain, place="registration/f2")
    assert_refused(container, plain, unit="u2")


def test_one_suite_is_not_taken_for_the_other() -> None:
    plain = plain_of(100)
    container = bytearray(seal(plain, Suite.AES_256_GCM))
    container[3] = Suite.SM4_GCM

    assert_refused(bytes(container), plain)


@BOTH
def test_frames_are_opened_at_random(suite: Suite) -> None:
    plain = plain_of(5 * FRAME + 9)
    header, frames = _split(seal(plain, suite))
    decryptor = Decryptor(KEYRING.key_for("u1"), header, PLACE)

    for index in (5, 0, 3, 3):
        frame = decryptor.open_frame(index, frames[index], is_last=index == 5)
        assert frame == plain[index * FRAME : (index + 1) * FRAME]
    for index in (-1, 2**32):
        with pytest.raises(ObjectBroken):
            decryptor.open_frame(index, frames[0], is_last=False)


def test_two_containers_of_one_file_have_nothing_in_common() -> None:
    first, second = seal(plain_of(200), Suite.AES_256_GCM), seal(plain_of(200), Suite.AES_256_GCM)

    assert first[HEADER_SIZE:] != second[HEADER_SIZE:]
    assert first[:HEADER_SIZE] != second[:HEADER_SIZE]


@pytest.mark.parametrize(
    "lengths",
    [
        [(FRAME - 1, False)],
        [(FRAME + 1, False)],
        [(FRAME + 1, True)],
        [(FRAME, False), (0, True)],
        [(1, True), (1, True)],
        [(FRAME, True), (FRAME, False)],
    ],
)
def test_frames_that_no_reader_takes_are_not_made(lengths: list[tuple[int, bool]]) -> None:
    encryptor = Encryptor(KEYRING.key_for("u1"), Suite.AES_256_GCM, PLACE, FRAME)
    *good, (size, is_last) = lengths
    for before, was_last in good:
        encryptor.seal_frame(bytes(before), is_last=was_last)

    with pytest.raises(FrameOrder):
        encryptor.seal_frame(bytes(size), is_last=is_last)


def test_a_stream_over_the_limit_is_refused_and_one_at_the_limit_is_not() -> None:
    for size, limit in ((100, 100), (0, 0), (FRAME, FRAME)):
        encryptor = Encryptor(KEYRING.key_for("u1"), Suite.AES_256_GCM, PLACE, FRAME)
        list(SealingSource(io.BytesIO(bytes(size)), encryptor, FRAME, limit, None).pieces())
    for size, limit in ((101, 100), (1, 0), (FRAME + 1, FRAME)):
        encryptor = Encryptor(KEYRING.key_for("u1"), Suite.AES_256_GCM, PLACE, FRAME)
        with pytest.raises(TooLarge):
            list(SealingSource(io.BytesIO(bytes(size)), encryptor, FRAME, limit, None).pieces())


@pytest.mark.parametrize("expected", [0, 1, FRAME, 2 * FRAME - 1, 2 * FRAME + 1])
def test_a_stream_of_another_length_than_announced_never_gets_its_last_frame(expected: int) -> None:
    encryptor = Encryptor(KEYRING.key_for("u1"), Suite.AES_256_GCM, PLACE, FRAME)
    source = SealingSource(io.BytesIO(bytes(2 * FRAME)), encryptor, FRAME, 10**6, expected)

    pieces: list[bytes] = []
    with pytest.raises(SourceEndedEarly):
        pieces.extend(source.pieces())

    assert len(pieces) <= 2
