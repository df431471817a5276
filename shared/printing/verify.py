"""Says whether a signed PDF is genuine: by its bytes and the public certificates alone, without a network."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto.cms import ContentInfo
from asn1crypto.x509 import Certificate
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.signers import ExternalSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    async_validate_detached_cms,
    async_validate_pdf_signature,
)
from pyhanko_certvalidator import ValidationContext

from shared.printing.loop import finish
from shared.printing.signing import DIGEST, store_of

CHANGED = "内容在签名之后被改动"
DAMAGED = "文件已损坏或被改动"
UNSIGNED = "没有应有的签名，或签名不止一个"
UNTRUSTED = "签名证书不是所给证书签发的"

_RANGES = re.compile(rb"/ByteRange ?\[ ?([0-9]{1,10}) ([0-9]{1,10}) ([0-9]{1,10}) ([0-9]{1,10}) ?\]")


@dataclass(frozen=True)
class Genuineness:
    """Whether a paper is genuine, why not, and what its signature says."""

    is_genuine: bool
    reason: str = ""
    signer: str = ""
    signed_at: datetime | None = None


def verify(pdf: bytes, certificates: bytes, field: str) -> Genuineness:
    """Return whether exactly these bytes were signed by the certificate; its last issuer in `certificates` is trusted.

    `field` is that of the kind of paper that is expected. The signature must cover the whole file: what somebody appended is a change too. Nothing is asked over the network.
    """
    try:
        return finish(_verified(pdf, list(load_certs_from_pemder_data(certificates)), field))
    except Exception:  # whatever a damaged file makes the parsers raise says the same
        return Genuineness(False, DAMAGED)


async def _verified(pdf: bytes, trusted: Sequence[Certificate], field: str) -> Genuineness:
    at_once = await _as_bytes(pdf, trusted)
    if not at_once.is_genuine:
        return at_once
    reader = PdfFileReader(io.BytesIO(pdf))
    signatures = [each for each in reader.embedded_regular_signatures if each.field_name == field]
    if len(signatures) != 1 or len(reader.embedded_signatures) != 1:
        return Genuineness(False, UNSIGNED)
    found = signatures[0]
    context = ValidationContext(
        trust_roots=trusted[-1:], other_certs=trusted, allow_fetching=False, moment=found.self_reported_timestamp
    )
    status = await async_validate_pdf_signature(found, context)
    signer, at = str(found.signer_cert.subject.native["common_name"]), status.signer_reported_dt
    is_whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (status.intact and status.valid and is_whole):
        return Genuineness(False, CHANGED, signer, at)
    if not status.trusted:
        return Genuineness(False, UNTRUSTED, signer, at)
    is_genuine = await _is_as_written(pdf, found, trusted)
    return Genuineness(is_genuine, "" if is_genuine else CHANGED, signer, at)


async def _as_bytes(pdf: bytes, trusted: Sequence[Certificate]) -> Genuineness:
    """Whether the bytes are signed by a trusted certificate, before any of them is read as PDF.

    So nothing that a stranger made is ever unpacked: a small file may hold gigabytes. Whether the certificate was valid
    when it signed is asked later: the moment stands in the PDF.
    """
    ranges = _RANGES.findall(pdf)
    if len(ranges) != 1:
        return Genuineness(False, UNSIGNED)
    start, before, after, length = map(int, ranges[0])
    if start or before >= after or after + length != len(pdf):
        return Genuineness(False, CHANGED)
    container = ContentInfo.load(bytes.fromhex(pdf[before + 1 : after - 1].decode("ascii")))["content"]
    signer: Certificate = extract_certificate_info(container).signer_cert
    context = ValidationContext(
        trust_roots=trusted[-1:], other_certs=trusted, allow_fetching=False, moment=signer.not_valid_before
    )
    status = await async_validate_detached_cms(pdf[:before] + pdf[after:], container, context)
    if not (status.intact and status.valid):
        return Genuineness(False, CHANGED)
    return Genuineness(status.trusted, "" if status.trusted else UNTRUSTED)


async def _is_as_written(pdf: bytes, found: EmbeddedPdfSignature, certificates: Sequence[Certificate]) -> bool:
    """Whether the container of the signature, too, is byte for byte as `signing` writes it.

    A signature covers the file but for its own container, which has bytes that nobody reads (the padding behind it, say).
    So the container is made anew from what was signed, and compared.
    """
    before, start = int(found.byte_range[1]), int(found.byte_range[2])
    signer = ExternalSigner(
        signing_cert=found.signer_cert,
        cert_registry=store_of(certificates),
        signature_value=found.signer_info["signature"].native,
    )
    container = await signer.async_sign(
        found.compute_digest(),
        DIGEST,
        use_pades=True,
        signed_attr_settings=PdfCMSSignedAttributes(signing_time=found.self_reported_timestamp),
    )
    written = container.dump().hex().upper().encode()
    return bool(pdf[before:start] == b"<" + written.ljust(start - before - 2, b"0") + b">")
