"""Signs PDF by an X.509 certificate: PAdES baseline B-B (ETSI EN 319 142-1), with a visible block on the last page."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto.x509 import Certificate
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
            SimpleSigner(
                signing_cert=certificates[0],
                signing_key=load_private_key_from_pemder_data(self.key(), passphrase=None),
                cert_registry=store_of(certificates),
            ),
            stamp_style=StaticStampStyle(border_width=0, background=_Block(block)),
            new_field_spec=SigFieldSpec(place.field, on_page=-1, box=place.box),
        )
        return finish(_signed(signer, IncrementalPdfFileWriter(io.BytesIO(pdf)), at))


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
