"""Papers: forms as PDF, receipts as JSON and PDF, and what a receipt's digest is made over."""

from __future__ import annotations

from flask import Response

from services.filing.model.receipts import canonical
from services.filing.operations import papers, verification
from services.filing.policy import Permission
from services.filing.routes.context import ONE, deps
from services.filing.schemas.incoming import SectionIn
from services.filing.schemas.receipts import Body, VerificationIn, VerificationOut, verdict_body
from shared.web.auth import needs, public
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.files import attachment
from shared.web.limits import costly
from shared.web.openapi import BINARY

bp = Blueprint("papers", __name__, description="打印与回执")

PDF = "application/pdf"


@bp.get(f"{ONE}/versions/<int:no>/print")
@needs(Permission.READ)
@costly
@bp.arguments(SectionIn, location="query")
@bp.response(200, BINARY, content_type=PDF)
def print_version(query: dict[str, int], filing_id: str, no: int) -> Response:
    """Print a version as the paper form, 0 the unit's draft; of a long list, one section."""
    pdf = papers.print_filing(deps(), reading_call(), filing_id, no, query["section"])
    return attachment(pdf, "filing.pdf", PDF)


@bp.get(f"{ONE}/versions/<int:no>/receipt")
@needs(Permission.READ)
@bp.response(200, BINARY, content_type="application/jose+json")
def receipt(filing_id: str, no: int) -> Response:
    """Give out the signed receipt of a version."""
    text = papers.read_receipt(deps(), reading_call(), filing_id, no)
    return attachment(text.encode(), "receipt.json", "application/jose+json")


@bp.get(f"{ONE}/versions/<int:no>/receipt.pdf")
@needs(Permission.READ)
@costly
@bp.response(200, BINARY, content_type=PDF)
def receipt_pdf(filing_id: str, no: int) -> Response:
    """Give out the signed receipt of a version as PDF."""
    return attachment(papers.print_receipt(deps(), reading_call(), filing_id, no), "receipt.pdf", PDF)


@bp.get(f"{ONE}/versions/<int:no>/content")
@needs(Permission.READ)
@bp.response(200, BINARY, content_type="application/json")
def content(filing_id: str, no: int) -> Response:
    """Give out what the digest of a version is made over, byte by byte."""
    found = canonical(papers.read_content(deps(), reading_call(), filing_id, no))
    return attachment(found, "filing.json", "application/json")


@bp.get("/receipt-certificates")
@public("the certificates are public, so that anybody can verify a receipt")
@bp.response(200, BINARY, content_type="application/x-pem-file")
def certificates() -> Response:
    """Give out the public certificates by which a receipt is verified offline."""
    return attachment(deps().receipts.certificates(), "receipt-certificates.pem", "application/x-pem-file")


@bp.post("/receipts/verification")
@public("anybody who is shown a receipt may ask whether it is genuine")
@costly
@bp.arguments(VerificationIn)
@bp.response(200, VerificationOut)
def verify(sent: dict[str, bytes | None]) -> Body:
    """Say whether a receipt is genuine; nothing is kept."""
    verdict = verification.verify_receipt(deps(), sent["receipt"] or b"", sent["content"])
    return verdict_body(deps().catalogue, verdict)
