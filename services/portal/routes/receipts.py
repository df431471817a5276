"""Receipts that somebody shows: genuine or not. Anybody may ask."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, render_template, request

from services.portal.model.receipts import VerificationAnswer
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.receipts import verification_view
from services.portal.routes import guard
from services.portal.routes.bodies import sent_files
from services.portal.routes.errors import drain
from services.portal.routes.guard import FILE_FORM_TYPE, deps, open_page
from shared.errors import TooLarge, TooManyRequests, UnsupportedMedia
from shared.web.problems import status_of

bp = Blueprint("receipts", __name__, url_prefix="/receipts")

LARGEST = 600 * 1024
"""Bytes of both files together; in base64 they fit what the service takes."""

NO_FILE = "请选择回执文件（receipt.json 或 receipt.pdf）。"
TOO_LARGE = "文件过大：两个文件合计不能超过 600 KB，回执和报送内容文件都比这小。"


@bp.get("/verify")
@open_page("anybody who is shown a receipt may ask whether it is genuine")
def verify() -> str:
    """Show where a receipt is chosen."""
    return _page()


@bp.post("/verify")
@open_page("anybody who is shown a receipt may ask whether it is genuine", takes_file=True)
def ask() -> str | tuple[str, int]:
    """Say whether a receipt is genuine, and whether the content beside it is the one that was received."""
    if request.mimetype != FILE_FORM_TYPE:
        raise UnsupportedMedia
    request.max_content_length = LARGEST * 8
    try:
        sent = sent_files(LARGEST)
    except TooLarge:
        drain()
        return _page(errors=(ErrorLink("receipt", TOO_LARGE),)), 413
    guard.check_token(sent.fields.get(guard.TOKEN_FIELD, ""))
    receipt, content = sent.files.get("receipt", b""), sent.files.get("content", b"")
    if not receipt:
        return _page(errors=(ErrorLink("receipt", NO_FILE),)), 422
    try:
        return _page(deps().survey.verify_receipt(receipt, content or None, guard.address()))
    except TooManyRequests as error:
        text = f"核验过于频繁，请 {error.retry_after} 秒后再试。"
        return _page(errors=(ErrorLink("receipt", text),)), status_of(error)


@bp.get("/certificates")
@open_page("the certificates are public, so that anybody can verify a receipt")
def certificates() -> Response:
    """Give out the public certificates by which receipts are verified offline."""
    streamed = deps().survey.certificates()
    return Response(streamed.chunks, headers=dict(streamed.headers))


def _page(answer: VerificationAnswer | None = None, errors: Sequence[ErrorLink] = ()) -> str:
    verdict = verification_view(answer) if answer else None
    return render_template("receipts/verify.html", verdict=verdict, errors=errors)
