import threading
from datetime import timedelta
from pathlib import Path

import pytest

from shared.clock import FixedClock
from shared.crypto.dek import KeyRow, KeyState, Purpose
from shared.crypto.errors import KekUnknown, KeyDestroyed, KeyUnknown, UnwrapRefused
from shared.crypto.kek import FileKek, Wrapped
from shared.crypto.kek_file import add_kek, create_kek_file
from shared.crypto.suites import Suite
from tests.support.keys import MOMENT, MemoryKek, MemoryKeyStore, make_keyring


def test_a_unit_gets_one_key_and_keeps_it() -> None:
    store = MemoryKeyStore()

    first, again = make_keyring(store=store).key_for("u1"), make_keyring(store=store).key_for("u1")

    assert first == again
    assert len(store.rows) == 1
    assert first.secret not in store.rows[first.key_id].wrapped.data  # type: ignore[union-attr]


def test_a_key_does_not_print_its_secret() -> None:
    dek = make_keyring().key_for("u1")

    assert "secret" not in repr(dek)
    assert "key=" not in repr(dek.for_purpose(Purpose.DOCUMENT, Suite.AES_256_GCM))


def test_no_two_labels_share_a_key() -> None:
    dek = make_keyring().key_for("u1")

    keys = [dek.for_purpose(purpose, suite).key for purpose in Purpose for suite in Suite]

    assert len({key[:16] for key in keys}) == len(keys)


class _LateStore(MemoryKeyStore):
    """The look-ups of all threads happen before the first key is stored."""

    def __init__(self, parties: int) -> None:
        super().__init__()
        self._barrier = threading.Barrier(parties)

    def find_current(self, owner: str) -> KeyRow | None:
        row = super().find_current(owner)
        if row is None:
            self._barrier.wait(5)
        return row


def test_of_those_who_make_the_first_key_at_once_all_get_the_same() -> None:
    store = _LateStore(4)
    got: list[str] = []
    threads = [
        threading.Thread(target=lambda: got.append(make_keyring(store=store).key_for("u1").key_id)) for _ in range(4)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 4
    assert len(set(got)) == len(store.rows) == 1


def test_a_key_that_nobody_made_is_unknown() -> None:
    with pytest.raises(KeyUnknown):
        make_keyring().key("0" * 32)


def test_destroying_leaves_a_tombstone_and_no_wrapped_key() -> None:
    store = MemoryKeyStore()
    keyring = make_keyring(store=store)
    first = keyring.key_for("u1")
    second = keyring.rotate("u1")

    keyring.destroy("u1")
    keyring.destroy("u1")

    assert {row.id for row in store.rows.values()} == {first.key_id, second.key_id}
    assert all(row.state is KeyState.DESTROYED and row.wrapped is None for row in store.rows.values())
    for key_id in (first.key_id, second.key_id):
        with pytest.raises(KeyDestroyed):
            keyring.key(key_id)
    with pytest.raises(KeyDestroyed):
        keyring.key_for("u1")
    with pytest.raises(KeyDestroyed):
        keyring.rotate("u1")


def test_a_unit_that_never_had_a_key_can_be_destroyed_and_stays_so() -> None:
    keyring = make_keyring()

    keyring.destroy("u1")

    with pytest.raises(KeyDestroyed):
        keyring.key_for("u1")


def test_another_process_forgets_a_destroyed_key_in_a_minute() -> None:
    store, clock = MemoryKeyStore(), FixedClock(MOMENT)
    here, there = make_keyring(store=store, clock=clock), make_keyring(store=store, clock=clock)
    key_id = there.key_for("u1").key_id
    here.destroy("u1")

    clock.advance(timedelta(seconds=61))

    with pytest.raises(KeyDestroyed):
        there.key_for("u1")
    with pytest.raises(KeyDestroyed):
        there.key(key_id)


def test_a_new_key_seals_and_the_former_one_still_opens() -> None:
    keyring = make_keyring()
    former = keyring.key_for("u1")

    new = keyring.rotate("u1")

    assert keyring.key_for("u1") == new != former
    assert keyring.key(former.key_id).secret == former.secret


def test_memory_holds_a_bounded_number_of_keys() -> None:
    store = MemoryKeyStore()
    keyring = make_keyring(store=store, kept_keys=3)

    for number in range(10):
        keyring.key_for(f"u{number}")

    assert len(keyring._by_id) == len(keyring._current) == 3
    assert len(store.rows) == 10


def test_a_row_can_not_stand_in_for_that_of_another_unit() -> None:
    store, kek = MemoryKeyStore(), MemoryKek()
    keyring = make_keyring(store=store, kek=kek)
    ours, theirs = keyring.key_for("u1"), keyring.key_for("u2")
    row, other = store.rows[ours.key_id], store.rows[theirs.key_id]
    store.rows[row.id] = KeyRow(row.id, row.owner, row.suite, row.state, True, row.made_at, other.wrapped)

    with pytest.raises(UnwrapRefused):
        make_keyring(store=store, kek=kek).key_for("u1")


def test_index_keys_last_and_differ_by_purpose() -> None:
    store = MemoryKeyStore()

    one, other = make_keyring(store=store).index_key("requests"), make_keyring(store=store).index_key("audit")

    assert make_keyring(Suite.SM4_GCM, store).index_key("requests") == one != other
    assert len(one) == 32


def test_after_a_rewrap_all_keys_are_under_the_new_kek_and_open_as_before(tmp_path: Path) -> None:
    path = tmp_path / "kek.json"
    old = create_kek_file(path)
    store, kek = MemoryKeyStore(), FileKek(path)
    keyring = make_keyring(store=store, kek=kek)
    secrets = {f"u{number}": keyring.key_for(f"u{number}").secret for number in range(250)}
    keyring.destroy("u7")
    new = add_kek(path)

    outcome = keyring.rewrap_all()

    assert (outcome.rewrapped, outcome.remaining, outcome.refused) == (249, 0, 0)
    assert (keyring.uses_of(old), keyring.uses_of(new)) == (0, 249)
    fresh = make_keyring(store=store, kek=FileKek(path), kept_keys=1)
    assert all(fresh.key_for(unit).secret == secret for unit, secret in secrets.items() if unit != "u7")


def test_a_rewrap_counts_what_it_can_not_move_and_goes_on() -> None:
    store = MemoryKeyStore()
    keyring = make_keyring(store=store)
    broken, sound = keyring.key_for("u1").key_id, keyring.key_for("u2").key_id
    row = store.rows[broken]
    store.rows[broken] = KeyRow(
        row.id, row.owner, row.suite, row.state, True, row.made_at, Wrapped("kek-test", bytes(60))
    )

    outcome = make_keyring(store=store, kek=MemoryKek("kek-new")).rewrap_all()

    assert (outcome.rewrapped, outcome.remaining, outcome.refused) == (1, 1, 1)
    assert store.rows[sound].wrapped.kek_id == "kek-new"  # type: ignore[union-attr]


def test_a_key_under_a_kek_that_is_gone_does_not_open(tmp_path: Path) -> None:
    for name in ("a", "b"):
        create_kek_file(tmp_path / name)
    store = MemoryKeyStore()
    make_keyring(store=store, kek=FileKek(tmp_path / "a")).key_for("u1")

    with pytest.raises(KekUnknown):
        make_keyring(store=store, kek=FileKek(tmp_path / "b")).key_for("u1")
