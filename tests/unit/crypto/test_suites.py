import pytest

from shared.crypto.errors import SuiteUnknown, TagMismatch
from shared.crypto.suites import Suite, mac, primitives

BOTH = pytest.mark.parametrize("suite", list(Suite))


def test_sm4_gcm_gives_the_published_vector_of_rfc_8998() -> None:
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    aad = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = bytes.fromhex("".join(digit * 16 for digit in "ABCDEFEA"))

    sealed = primitives(Suite.SM4_GCM).aead.seal(key, nonce, plain, aad)

    assert sealed.hex().upper() == (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )


def test_aes_256_gcm_gives_the_published_vector_of_its_specification() -> None:
    key, nonce = bytes(32), bytes(12)

    sealed = primitives(Suite.AES_256_GCM).aead.seal(key, nonce, bytes(16), b"")

    assert sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


def test_hmac_sm3_differs_from_hmac_sha_256() -> None:
    codes = {mac(suite, b"k" * 32, b"value") for suite in Suite}

    assert len(codes) == len(Suite)
    assert all(len(code) == 32 for code in codes)


@BOTH
@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 4000])
def test_what_was_sealed_opens(suite: Suite, size: int) -> None:
    parts = primitives(suite)
    key, nonce, plain = b"k" * parts.key_size, b"n" * 12, b"x" * size

    sealed = parts.aead.seal(key, nonce, plain, b"aad")

    assert parts.aead.open(key, nonce, sealed, b"aad") == plain
    assert len(sealed) == size + 16


@BOTH
def test_no_changed_bit_and_no_shortened_tag_opens(suite: Suite) -> None:
    parts = primitives(suite)
    key, nonce = b"k" * parts.key_size, b"n" * 12
    sealed = parts.aead.seal(key, nonce, b"sixteen and more", b"aad")

    for position in range(len(sealed)):
        changed = sealed[:position] + bytes((sealed[position] ^ 1,)) + sealed[position + 1 :]
        with pytest.raises(TagMismatch):
            parts.aead.open(key, nonce, changed, b"aad")
    for length in range(len(sealed)):
        with pytest.raises(TagMismatch):
            parts.aead.open(key, nonce, sealed[:length], b"aad")


def test_a_suite_that_is_not_known_is_refused_by_name_and_by_number() -> None:
    for name in ("", "aes-256-gcm", "AES-128-GCM"):
        with pytest.raises(SuiteUnknown):
            Suite.named(name)
    for number in (0, 3, 255):
        with pytest.raises(SuiteUnknown):
            Suite.of(number)
