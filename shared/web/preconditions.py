"""Versions and idempotency keys of HTTP requests (RFC 9110 `If-Match`, IETF draft `Idempotency-Key`)."""

from __future__ import annotations

import hashlib
import re

from flask import request

from shared.errors import Malformed, VersionRequired
from shared.idempotency import RequestKey
from shared.web.auth import actor

_VERSION = re.compile(r'"([1-9][0-9]{0,8})"')
_KEY = re.compile(r"[A-Za-z0-9._:-]{8,128}")


def etag(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


def if_match() -> int:
    """Return the version that the caller's change was made on.

    Raises `VersionRequired` where the header is missing and `Malformed` where it is not one of our tags.
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise VersionRequired
    found = _VERSION.fullmatch(header.strip())
    if found is None:
        raise Malformed('If-Match 应为带引号的版本号，例如 "3"。', code="bad_if_match")
    return int(found.group(1))


def request_key(*, required: bool = False) -> RequestKey | None:
    """Return the key of this request, bound to actor, method and path, or None where the caller sent none.

    Raises `Malformed` for a key of another form, or a missing one where it is required.
    """
    header = request.headers.get("Idempotency-Key")
    if header is None:
        if required:
            raise Malformed("新建时须提供 Idempotency-Key。", code="idempotency_key_required")
        return None
    if _KEY.fullmatch(header) is None:
        raise Malformed("Idempotency-Key 应为 8 至 128 个字母、数字或 . _ : - 字符。", code="bad_idempotency_key")
    scope = "\n".join((actor().account_id, request.method, request.path, header))
    return RequestKey(
        key=hashlib.sha256(scope.encode()).hexdigest(),
        digest=hashlib.sha256(request.get_data(cache=True)).hexdigest(),
    )
