import dataclasses
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from shared.crypto.errors import KeyDestroyed, SealBroken
from shared.crypto.header import HEADER_SIZE, decode_header
from shared.crypto.sealing import Place, Sealer
from shared.crypto.suites import Suite, primitives
from tests.support.keys import MemoryKeyStore, make_keyring

PLACE = Place("registration", "registrations", "r1", 3)
PAYLOAD = {"name": "某某科技有限公司", "capital": Decimal("1200.50"), "founded": date(2019, 5, 1)}

BOTH = pytest.mark.parametrize("suite", list(Suite))


@BOTH
def test_a_payload_opens_at_its_place(suite: Suite) -> None:
    sealer = Sealer(make_keyring(suite))

    blob = sealer.seal(PAYLOAD, "u1", PLACE)

    assert sealer.open(blob, PLACE) == PAYLOAD
    assert "某某科技".encode() not in blob


@BOTH
def test_raw_bytes_open_at_their_place_and_not_as_a_payload(suite: Suite) -> None:
    sealer = Sealer(make_keyring(suite))

    blob = sealer.seal_bytes(b"{}", "u1", PLACE)

    assert sealer.open_bytes(blob, PLACE) == b"{}"
    with pytest.raises(SealBroken):
        sealer.open(blob, PLACE)


@BOTH
@pytest.mark.parametrize(
    "elsewhere",
    [
        dataclasses.replace(PLACE, database="exchange"),
        dataclasses.replace(PLACE, collection="drafts"),
        dataclasses.replace(PLACE, id="r2"),
        dataclasses.replace(PLACE, version=2),
        Place("registration", "registrationsr", "1", 3),
        Place("registrationregistrations", "", "r1", 3),
    ],
)
def test_a_blob_that_was_moved_or_rolled_back_does_not_open(suite: Suite, elsewhere: Place) -> None:
    sealer = Sealer(make_keyring(suite))
    blob = sealer.seal(PAYLOAD, "u1", PLACE)

    with pytest.raises(SealBroken) as refused:
        sealer.open(blob, elsewhere)

    assert str(refused.value) == str(elsewhere)


@BOTH
def test_no_bit_of_a_blob_can_change(suite: Suite) -> None:
    sealer = Sealer(make_keyring(suite))
    blob = sealer.seal({"n": 1}, "u1", PLACE)

    for position in range(len(blob)):
        for bit in (1, 128):
            changed = blob[:position] + bytes((blob[position] ^ bit,)) + blob[position + 1 :]
            with pytest.raises(SealBroken):
                sealer.open(changed, PLACE)


@BOTH
def test_a_blob_cut_at_any_length_or_made_longer_does_not_open(suite: Suite) -> None:
    sealer = Sealer(make_keyring(suite))
    blob = sealer.seal({"n": 1}, "u1", PLACE)

    for cut in (*(blob[:length] for length in range(len(blob))), blob + b"\0"):
        with pytest.raises(SealBroken):
            sealer.open(cut, PLACE)


def _other_format(blob: bytes) -> bytes:
    return blob[:2] + bytes((0,)) + blob[3:]


def _other_suite(blob: bytes) -> bytes:
    return blob[:4] + bytes((Suite.SM4_GCM,)) + blob[5:]


def _suite_of_the_future(blob: bytes) -> bytes:
    return blob[:4] + bytes((9,)) + blob[5:]


def _no_commitment(blob: bytes) -> bytes:
    return blob[: HEADER_SIZE - 32] + bytes(32) + blob[HEADER_SIZE:]


@pytest.mark.parametrize("downgrade", [_other_format, _other_suite, _suite_of_the_future, _no_commitment])
def test_a_header_can_not_be_talked_down(downgrade: Callable[[bytes], bytes]) -> None:
    sealer = Sealer(make_keyring(Suite.AES_256_GCM))
    blob = sealer.seal(PAYLOAD, "u1", PLACE)

    with pytest.raises(SealBroken):
        sealer.open(downgrade(blob), PLACE)


def test_a_blob_of_one_unit_does_not_open_under_the_key_of_another() -> None:
    keyring = make_keyring()
    sealer = Sealer(keyring)
    blob = sealer.seal(PAYLOAD, "u1", PLACE)

    other = bytes.fromhex(keyring.key_for("u2").key_id)

    with pytest.raises(SealBroken):
        sealer.open(blob[:5] + other + blob[21:], PLACE)


def test_the_commitment_is_checked_before_anything_is_decrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    sealer = Sealer(make_keyring())
    blob = bytearray(sealer.seal(PAYLOAD, "u1", PLACE))
    blob[HEADER_SIZE - 1] ^= 1

    def never(*_: bytes) -> bytes:
        pytest.fail("decrypted without commitment")

    monkeypatch.setattr(primitives(Suite.AES_256_GCM).aead, "open", never)

    with pytest.raises(SealBroken):
        sealer.open(bytes(blob), PLACE)


def test_after_a_change_of_suite_both_are_read_and_the_old_one_is_outdated() -> None:
    store = MemoryKeyStore()
    before, after = Sealer(make_keyring(Suite.AES_256_GCM, store)), Sealer(make_keyring(Suite.SM4_GCM, store))

    old, new = before.seal(PAYLOAD, "u1", PLACE), after.seal(PAYLOAD, "u1", PLACE)

    assert after.open(old, PLACE) == before.open(new, PLACE) == PAYLOAD
    assert [after.is_outdated(old, "u1"), after.is_outdated(new, "u1")] == [True, False]


def test_nothing_of_a_unit_opens_after_its_key_was_destroyed_and_nothing_new_is_sealed() -> None:
    keyring = make_keyring()
    sealer = Sealer(keyring)
    blob, other = sealer.seal(PAYLOAD, "u1", PLACE), sealer.seal(PAYLOAD, "u2", PLACE)

    keyring.destroy("u1")

    with pytest.raises(KeyDestroyed):
        sealer.open(blob, PLACE)
    with pytest.raises(KeyDestroyed):
        sealer.seal(PAYLOAD, "u1", PLACE)
    assert sealer.open(other, PLACE) == PAYLOAD


def test_every_sealing_takes_a_nonce_of_its_own() -> None:
    sealer = Sealer(make_keyring())

    nonces = {decode_header(sealer.seal_bytes(b"", "u1", PLACE)).nonce for _ in range(3000)}

    assert len(nonces) == 3000
