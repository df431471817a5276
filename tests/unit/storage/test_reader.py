import io
import zipfile
from base64 import b64encode

import pytest

from shared.crypto.suites import TAG_SIZE, Suite
from shared.storage.errors import ObjectBroken
from shared.storage.frames import HEADER_SIZE, Decryptor, Encryptor, Layout
from shared.storage.reader import KEPT_FRAMES, SealedReader
from shared.storage.stored import StoredObject
from shared.storage.streams import SealingSource
from tests.support.keys import make_keyring

FRAME = 100
DEK = make_keyring().key_for("u1")


class _Store:
    """A container in memory that notes which ranges were asked for."""

    def __init__(self, plain: bytes) -> None:
        encryptor = Encryptor(DEK, Suite.AES_256_GCM, "k", FRAME)
        self.header = encryptor.header
        self.data = bytearray().join(SealingSource(io.BytesIO(plain), encryptor, FRAME, 10**6, None).pieces())
        self.layout = Layout(len(plain), FRAME)
        self.asked: list[int] = []

    def fetch(self, offset: int, length: int) -> bytes:
        self.asked.append((offset - HEADER_SIZE) // (FRAME + TAG_SIZE))
        return bytes(self.data[offset : offset + length])

    def reader(self) -> SealedReader:
        return SealedReader(self.fetch, Decryptor(DEK, self.header, "k"), self.layout, "k")


PLAIN = bytes(index % 256 for index in range(1050))


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 1050])
@pytest.mark.parametrize("step", [1, 7, 100, 333])
def test_reading_in_any_steps_gives_the_file(size: int, step: int) -> None:
    reader = _Store(PLAIN[:size]).reader()

    pieces = list(iter(lambda: reader.read(step), b""))

    assert b"".join(pieces) == PLAIN[:size]
    assert all(len(piece) == step for piece in pieces[:-1])


@pytest.mark.parametrize("position", [0, 1, 99, 100, 555, 1049, 1050, 2000])
def test_reading_starts_at_any_position_from_either_end(position: int) -> None:
    reader = _Store(PLAIN).reader()

    assert reader.seek(position) == reader.tell() == position
    assert reader.read(120) == PLAIN[position : position + 120]
    assert reader.seek(-50, io.SEEK_END) == 1000
    assert reader.read() == PLAIN[-50:]
    reader.seek(10)
    assert reader.seek(5, io.SEEK_CUR) == 15


def test_there_is_no_position_before_the_beginning() -> None:
    with pytest.raises(ValueError, match="before"):
        _Store(PLAIN).reader().seek(-1)


def test_only_the_frames_that_are_needed_are_fetched_and_a_few_are_kept() -> None:
    store = _Store(PLAIN)
    reader = store.reader()

    for position in (450, 470, 20, 450):
        reader.seek(position)
        reader.read(10)

    assert store.asked == [4, 0]
    reader.seek(0)
    reader.read()
    assert len(reader._frames) == KEPT_FRAMES


def test_a_wrong_frame_raises_before_any_of_its_bytes_are_given_out() -> None:
    store = _Store(PLAIN)
    store.data[store.layout.offset(3) + 99] ^= 1
    reader = store.reader()

    buffer = bytearray(250)
    reader.seek(290)
    with pytest.raises(ObjectBroken):
        reader.readinto(buffer)

    assert buffer[10:] == bytes(240)
    assert 3 not in reader._frames


def test_a_range_that_comes_short_is_refused() -> None:
    store = _Store(PLAIN)
    del store.data[-1]

    with pytest.raises(ObjectBroken):
        store.reader().read()


def test_it_serves_programs_that_want_a_file() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", PLAIN)

    with zipfile.ZipFile(_Store(buffer.getvalue()).reader()) as archive:
        assert archive.read("a.txt") == PLAIN


def test_a_closed_reader_forgets_its_frames_and_refuses() -> None:
    reader = _Store(PLAIN).reader()
    reader.read(1)

    reader.close()

    assert not reader._frames
    with pytest.raises(ValueError, match="closed"):
        reader.read(1)


def test_a_stored_object_survives_its_document() -> None:
    header = b64encode(_Store(PLAIN).header).decode()
    stored = StoredObject("k", DEK.key_id, 1050, "aa", 1321, "bb", header)

    assert StoredObject.from_document(stored.to_document()) == stored
    assert stored.layout == Layout(1050, FRAME)
    with pytest.raises(KeyError):
        StoredObject.from_document({})
    with pytest.raises(TypeError):
        StoredObject.from_document({**stored.to_document(), "plain_size": "1050"})
