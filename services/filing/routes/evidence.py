"""Evidence: take in as a stream, give out as a stream."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Response, request

from services.filing.operations import evidence
from services.filing.policy import Permission
from services.filing.routes.context import ONE, Answer, deps
from services.filing.schemas.outgoing import FileOut, file_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.files import NAME_HEADER, attachment, sent_file_name, take_raw_body
from shared.web.limits import costly
from shared.web.openapi import BINARY, file_upload

bp = Blueprint("evidence", __name__, url_prefix=f"{ONE}/files", description="证明材料")


@bp.post("")
@needs(Permission.FILE)
@costly
@bp.doc(**file_upload(evidence.LARGEST, NAME_HEADER))
@bp.response(201, FileOut)
def upload(filing_id: str) -> Answer:
    """Take a file in; it belongs to no filing until a draft refers to it."""
    take_raw_body(evidence.LARGEST)
    stream = cast(BinaryIO, request.stream)
    ref = evidence.upload_evidence(deps(), reading_call(), filing_id, sent_file_name(), stream)
    return file_body(ref), 201, {}


@bp.get("/<string:file_id>")
@needs(Permission.READ)
@costly
@bp.response(200, BINARY, content_type="application/octet-stream")
def download(filing_id: str, file_id: str) -> Response:
    """Give a file out, always as an attachment."""
    found = evidence.download_evidence(deps(), reading_call(), filing_id, file_id)
    response = attachment(found.content, found.ref.name, "application/octet-stream")
    response.content_length = found.ref.size
    return response
