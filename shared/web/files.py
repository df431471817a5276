"""Files over HTTP: the name that comes with a raw body, and the headers of what is given out."""

from __future__ import annotations

from urllib.parse import unquote

from flask import Response, request

from shared.documents.names import attachment_header
from shared.errors import Malformed, UnsupportedMedia

NAME_HEADER = {"X-File-Name": "The file's name in UTF-8, percent-encoded."}
"""The header of an upload, for the interface's description."""

LONGEST_HEADER = 2000

SANDBOXED = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Headers of every answer that gives out a file: no browser runs it, guesses at it or keeps it."""


def take_raw_body(limit: int) -> None:
    """Let the request bring a raw body of at most `limit` bytes. Raises `UnsupportedMedia`."""
    if request.mimetype != "application/octet-stream":
        raise UnsupportedMedia("文件应以 application/octet-stream 上传。")
    request.max_content_length = limit


def sent_file_name() -> str:
    """Return the name that came with a raw body. Raises `Malformed` where it is missing, too long or not UTF-8."""
    header = request.headers.get("X-File-Name", "")
    if not header or len(header) > LONGEST_HEADER:
        raise Malformed("缺少文件名（X-File-Name）或文件名过长。", code="bad_file_name")
    try:
        return unquote(header, errors="strict")
    except UnicodeDecodeError:
        raise Malformed("文件名应为 UTF-8 的百分号编码。", code="bad_file_name") from None


def attachment(content: object, name: str, media_type: str) -> Response:
    """Return bytes or an iterator of them as a file to be saved under a name."""
    response = Response(content, mimetype=media_type, headers=SANDBOXED)  # type: ignore[arg-type]  # either, as Flask takes it
    response.headers["Content-Disposition"] = attachment_header(name)
    return response
