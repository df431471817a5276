import json
from pathlib import Path

import pytest

from shared.crypto.errors import KekStillUsed, KekUnknown, KeyFileUnsafe, UnwrapRefused
from shared.crypto.kek import FileKek, Wrapped
from shared.crypto.kek_file import add_kek, create_kek_file, read_kek_file, retire_kek
from shared.crypto.suites import Suite

DEK = b"d" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_kek_file(tmp_path / "kek.json")
    return tmp_path / "kek.json"


@pytest.mark.parametrize("suite", list(Suite))
def test_a_wrapped_key_unwraps_in_its_context_only(path: Path, suite: Suite) -> None:
    kek = FileKek(path, suite)

    wrapped = kek.wrap(DEK, "unit/u1/k1")

    assert FileKek(path).unwrap(wrapped, "unit/u1/k1") == DEK
    assert DEK not in wrapped.data
    with pytest.raises(UnwrapRefused):
        kek.unwrap(wrapped, "unit/u2/k1")


def test_a_changed_or_shortened_wrapped_key_is_refused(path: Path) -> None:
    kek = FileKek(path)
    wrapped = kek.wrap(DEK, "c")

    for position in range(len(wrapped.data)):
        changed = bytearray(wrapped.data)
        changed[position] ^= 2
        for data in (bytes(changed), wrapped.data[:position]):
            with pytest.raises(UnwrapRefused):
                kek.unwrap(Wrapped(wrapped.kek_id, data), "c")


def test_the_file_is_private_and_is_never_replaced_by_a_new_one(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        create_kek_file(path)
    assert [entry.name for entry in path.parent.iterdir()] == ["kek.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_a_file_that_others_can_read_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)

    with pytest.raises(KeyFileUnsafe):
        FileKek(path)


@pytest.mark.parametrize(("mode", "is_taken"), [(0o440, True), (0o640, True), (0o660, False), (0o444, False)])
def test_where_it_is_said_the_group_may_read_but_nobody_else(path: Path, mode: int, is_taken: bool) -> None:
    path.chmod(mode)

    if is_taken:
        assert FileKek(path, group_may_read=True).key_id
    else:
        with pytest.raises(KeyFileUnsafe):
            FileKek(path, group_may_read=True)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"active": "a", "keys": {}}',
        '{"active": "a", "keys": {"a": "c2hvcnQ="}}',
        '{"active": "a", "keys": {"a": "*"}}',
        '{"active": "a", "keys": ["a"]}',
    ],
)
def test_a_malformed_file_is_refused_without_showing_it(path: Path, content: str) -> None:
    path.write_text(content)

    with pytest.raises(KeyFileUnsafe) as refused:
        FileKek(path)

    assert str(refused.value) == "the file of key-encryption keys is malformed"


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(KeyFileUnsafe):
        FileKek(tmp_path / "kek.json")

    assert list(tmp_path.iterdir()) == []


def test_a_running_process_wraps_under_the_new_key_as_soon_as_it_is_there(path: Path) -> None:
    kek = FileKek(path)
    before = kek.wrap(DEK, "c")

    new = add_kek(path)

    assert kek.key_id == kek.wrap(DEK, "c").kek_id == new != before.kek_id
    assert kek.unwrap(before, "c") == DEK


def test_a_key_is_retired_only_when_it_is_not_active_and_wraps_nothing(path: Path) -> None:
    kek = FileKek(path)
    old, wrapped = kek.key_id, kek.wrap(DEK, "c")
    new = add_kek(path)

    for kek_id, uses in ((new, 0), (old, 1)):
        with pytest.raises(KekStillUsed):
            retire_kek(path, kek_id, uses)
    retire_kek(path, old, 0)

    with pytest.raises(KekUnknown):
        kek.unwrap(wrapped, "c")
    with pytest.raises(KekUnknown):
        retire_kek(path, old, 0)
    assert set(json.loads(path.read_text())["keys"]) == {new}
    assert path.stat().st_mode & 0o777 == 0o600


def test_keys_do_not_print(path: Path) -> None:
    content, _ = read_kek_file(path)

    assert str(content.keys[content.active]) not in repr(content)
