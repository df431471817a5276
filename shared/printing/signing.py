"""Signs PDF by an X.509 certificate: PAdES baseline B-B (ETSI EN 319 142-1), with a visible block on the last page."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from shared.printing.loop import finish

DIGEST = "sha256"


@dataclass(frozen=True)
class Place:
    """Where a kind of paper carries its signature: the name of the field, and the box on the last page.

    The box is in points from the lower left (left, bottom, right, top); the template leaves it free.
    """

    field: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class PdfSignature:
    """The certificate that signs. `key` and `chain` return PEM and are asked at each use, so that only who signs reads
    the key; the first certificate of the chain is the signing one."""

    key: Callable[[], bytes]
    chain: Callable[[], bytes]

    def subject(self) -> str:
        """Return the common name of the certificate that signs."""
        certificate = next(iter(load_certs_from_pemder_data(self.chain())))
        return str(certificate.subject.native["common_name"])

    def sign(self, pdf: bytes, block: bytes, at: datetime, reason: str, place: Place) -> bytes:
        """Return the PDF signed at a moment, with `block` (the first page of a PDF) drawn as the visible signature."""
        certificates = list(load_certs_from_pemder_data(self.chain()))
        signer = PdfSigner(
            PdfSignatureMetadata(
                field_name=place.field,
                subfilter=SigSeedSubFilter.PADES,
                md_algorithm=DIGEST,
                reason=reason,
                location="中国",
            ),
            _KeptKeySigner(_parsed(self.key()), certificates[0], store_of(certificates)),
            stamp_style=StaticStampStyle(border_width=0, background=_Block(block)),
            new_field_spec=SigFieldSpec(place.field, on_page=-1, box=place.box),
        )
        return finish(_signed(signer, IncrementalPdfFileWriter(io.BytesIO(pdf)), at))


@dataclass(frozen=True)
class _Parsed:
    """A private key, as pyHanko describes it and as it signs."""

    described: PrivateKeyInfo
    signs: PrivateKeyTypes

    def __repr__(self) -> str:
        return "_Parsed(…)"


@lru_cache(maxsize=2)
def _parsed(pem: bytes) -> _Parsed:
    """Return the key of a PEM; it is kept, since checking an RSA key takes 0.1 s, many times what signing does."""
    described = load_private_key_from_pemder_data(pem, passphrase=None)
    return _Parsed(described, load_der_private_key(described.dump(), password=None))


class _KeptKeySigner(SimpleSigner):
    """pyHanko's signer with a key that was parsed before; its own would parse and check the key at each signature."""

    def __init__(self, key: _Parsed, certificate: Certificate, registry: SimpleCertificateStore) -> None:
        self._key = key.signs
        super().__init__(signing_cert=certificate, signing_key=key.described, cert_registry=registry)

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """Return the signature, by the one algorithm of the key's kind. Raises `TypeError` where there is none."""
        if digest_algorithm != DIGEST:
            raise TypeError("no algorithm for this digest")
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), SHA256())
        if isinstance(self._key, EllipticCurvePrivateKey):
            return self._key.sign(data, ECDSA(SHA256()))
        if isinstance(self._key, Ed25519PrivateKey):
            return self._key.sign(data)
        raise TypeError("no algorithm for keys of this kind")


def store_of(certificates: Iterable[Certificate]) -> SimpleCertificateStore:
    """Return the certificates as pyHanko looks them up."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko's
    store.register_multiple(certificates)
    return store


async def _signed(signer: PdfSigner, writer: IncrementalPdfFileWriter, at: datetime) -> bytes:
    """The steps of `PdfSigner.async_sign_pdf`, but with the moment of the decision instead of a clock of its own."""
    session = signer.init_signing_session(writer)
    session.system_time = at
    reserved = await session.estimate_signature_container_size(None)
    document = session.prepare_tbs_document(None, reserved)
    output = io.BytesIO()
    digest, _ = document.digest_tbs_document(output=output)
    finished = await document.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=at))
    await finished.post_signature_processing(output)
    return output.getvalue()


class _Block(PdfContent):
    """The first page of a PDF in memory, as the picture of the signature."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """Import the page into the document that is written."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/SignatureBlock"] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/SignatureBlock Do"
