"""Statements in JSON: one text for one statement, and no byte of it can be changed."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.printing.statements import NotGenuine, read_statement, sign_statement
from tests.support.keys import MOMENT
from tests.support.signing import signing_files

TYP = "receipt"
PAYLOAD = '{"digest":"统计"}'.encode()


def certificates() -> bytes:
    return signing_files().certificates.read_bytes()


@cache
def statement(payload: bytes = PAYLOAD, typ: str = TYP) -> str:
    return sign_statement(signing_files().key.read_bytes(), certificates(), payload, typ)


def read(text: str, known: bytes = b"", typ: str = TYP, at: datetime = MOMENT) -> bytes:
    return read_statement(text, known or certificates(), typ, lambda _: at).payload


def is_genuine(text: str) -> bool:
    try:
        read(text)
    except NotGenuine:
        return False
    return True


@settings(deadline=None, max_examples=25)  # signing takes its time
@given(st.binary(max_size=2000))
def test_what_was_signed_is_read_again(payload: bytes) -> None:
    text = statement(payload)

    found = read_statement(text, certificates(), TYP, lambda _: MOMENT)

    assert (found.payload, found.signer) == (payload, "统报 决定书签章")


def test_the_same_statement_is_always_the_same_text() -> None:
    key = signing_files().key.read_bytes()

    texts = {sign_statement(key, certificates(), PAYLOAD, TYP) for _ in range(3)}

    assert len(texts) == 1
    assert set(json.loads(texts.pop())) == {"payload", "protected", "signature"}


def test_no_byte_of_a_statement_can_be_changed() -> None:
    text = statement()

    genuine = [
        (place, other)
        for place in range(len(text))
        for other in ("A" if text[place] != "A" else "B", " ")
        if is_genuine(text[:place] + other + text[place + 1 :])
    ]

    assert genuine == []


@settings(deadline=None)
@given(st.data())
def test_no_byte_can_be_taken_out_or_put_in(data: st.DataObject) -> None:
    text = statement()
    place = data.draw(st.integers(0, len(text)))
    added = data.draw(st.characters(codec="utf-8"))

    assert not is_genuine(text[:place] + added + text[place:])
    assert place == len(text) or not is_genuine(text[:place] + text[place + 1 :])


def test_the_same_said_in_another_way_is_refused() -> None:
    members = json.loads(statement())

    assert not is_genuine(json.dumps(members))
    assert not is_genuine(json.dumps(dict(reversed(members.items())), separators=(",", ":")))
    assert not is_genuine(json.dumps({**members, "header": {}}, sort_keys=True, separators=(",", ":")))


def test_another_authority_another_use_and_another_time_are_refused() -> None:
    text = statement()

    for known, typ, at in (
        (signing_files("别的部门").certificates.read_bytes(), TYP, MOMENT),
        (certificates(), "other", MOMENT),
        (certificates(), TYP, MOMENT - timedelta(days=2)),
        (certificates(), TYP, MOMENT + timedelta(days=3660)),
    ):
        with pytest.raises(NotGenuine):
            read(text, known, typ, at)


def test_a_statement_that_its_own_maker_vouches_for_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    chain = certificate_of(key)
    text = sign_statement(pem_of(key), chain, PAYLOAD, TYP)

    with pytest.raises(NotGenuine, match="不是所给证书签发的"):
        read(text)
    assert read(text, chain) == PAYLOAD


def test_keys_of_other_kinds_sign_too() -> None:
    for key in (ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()):
        chain = certificate_of(key)

        text = sign_statement(pem_of(key), chain, PAYLOAD, TYP)

        assert read(text, chain) == PAYLOAD


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "\ud800", '{"payload":1,"protected":2,"signature":3}', "1" * 9]
)
def test_what_is_no_statement_is_refused(text: str) -> None:
    assert not is_genuine(text)


def test_a_certificate_can_not_be_put_in_the_place_of_the_signing_one() -> None:
    members = json.loads(statement())
    header = json.loads(base64.urlsafe_b64decode(members["protected"] + "=="))
    header["x5c"] = [base64.b64encode(b"0").decode()]
    protected = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")

    assert not is_genuine(json.dumps({**members, "protected": protected}, sort_keys=True, separators=(",", ":")))


def pem_of(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def certificate_of(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    """Return a certificate that vouches for itself."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "自签")])
    usage = x509.KeyUsage(True, True, False, False, False, True, False, False, False)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    signed = built.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    return signed.public_bytes(Encoding.PEM)
