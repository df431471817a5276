"""Files of a certificate that signs documents: the private key (PKCS #8, mode 0600) and its public chain, both PEM."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from shared.crypto.errors import KeyFileUnsafe
from shared.crypto.private_file import forbidden_bits, read_private, write_private

KEY_BITS = 3072
LASTS = timedelta(days=3650)
BEFORE = timedelta(days=1)
"""How long before its making a certificate holds, for clocks that are behind."""


def create_signing_files(key_file: Path, certificates_file: Path, organisation: str, now: datetime) -> None:
    """Write a fresh key and its chain: the certificate, and that of an authority made for it whose key is not kept.

    For the sandbox and for trials; a real installation is given a certificate of an authority that readers trust.
    Raises `FileExistsError` rather than replace a key.
    """
    authority_key = rsa.generate_private_key(65537, KEY_BITS)
    authority_name = _name(organisation, "统报 试用根证书")
    authority = _certificate(authority_name, authority_name, authority_key.public_key(), now, is_authority=True).sign(
        authority_key, hashes.SHA256()
    )
    key = rsa.generate_private_key(65537, KEY_BITS)
    subject = _name(organisation, "统报 决定书签章")
    signing = _certificate(subject, authority_name, key.public_key(), now, is_authority=False).sign(
        authority_key, hashes.SHA256()
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(key_file, private, replace=False)
    chain = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in (signing, authority))
    write_private(certificates_file, chain, replace=True)


def read_signing_key(path: Path, *, group_may_read: bool = False) -> bytes:
    """Return the PEM of a private key. Raises `KeyFileUnsafe` where it is missing or open to others."""
    try:
        data, _ = read_private(path, forbidden_bits(group_may_read=group_may_read))
    except OSError:
        raise KeyFileUnsafe("the key that signs documents can't be read") from None
    return data


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, now: datetime, *, is_authority: bool
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + LASTS)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
