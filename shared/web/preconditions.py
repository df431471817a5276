"""Versions and idempotency keys of HTTP requests (RFC 9110 `If-Match`, IETF draft `Idempotency-Key`).

A view says by its mark which of them it takes; the interface's description is made from the marks.
"""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import cast

from flask import Flask, current_app, request

from shared.errors import Malformed, VersionRequired
from shared.idempotency import RequestKey
from shared.web.auth import View, actor

MARK = "__tongbao_precondition__"

VERSION = re.compile(r'"([1-9][0-9]{0,8})"')
KEY = re.compile(r"[A-Za-z0-9._:-]{8,128}")


class Precondition(StrEnum):
    """What a view that writes asks of its callers."""

    VERSION = "version"
    """`If-Match`, and an `Idempotency-Key` where the caller likes."""
    KEY = "key"
    """An `Idempotency-Key`."""


def changing(view: View) -> View:
    """Mark a view that changes what is there, so that its callers name the version: it asks `if_match`."""
    setattr(view, MARK, Precondition.VERSION)
    return view


def creating(view: View) -> View:
    """Mark a view that creates, so that its callers send a key: it asks `request_key`."""
    setattr(view, MARK, Precondition.KEY)
    return view


def precondition_of(app: Flask, endpoint: str) -> Precondition | None:
    """Return what a view asks of its callers, or None for one without a mark."""
    return cast("Precondition | None", getattr(app.view_functions[endpoint], MARK, None))


def etag(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


def if_match() -> int:
    """Return the version that the caller's change was made on.

    Raises `VersionRequired` where the header is missing and `Malformed` where it is not one of our tags. A view that
    is not marked as `changing` is a defect: `RuntimeError`.
    """
    _marked(Precondition.VERSION)
    header = request.headers.get("If-Match")
    if header is None:
        raise VersionRequired
    found = VERSION.fullmatch(header.strip())
    if found is None:
        raise Malformed('If-Match 应为带引号的版本号，例如 "3"。', code="bad_if_match")
    return int(found.group(1))


def request_key() -> RequestKey | None:
    """Return the key of this request, bound to actor, method and path, or None where the caller sent none.

    Raises `Malformed` for a key of another form, or a missing one where the view is marked as `creating`. A view
    without a mark is a defect: `RuntimeError`.
    """
    mark = _marked(Precondition.VERSION, Precondition.KEY)
    header = request.headers.get("Idempotency-Key")
    if header is None:
        if mark is Precondition.KEY:
            raise Malformed("新建时须提供 Idempotency-Key。", code="idempotency_key_required")
        return None
    if KEY.fullmatch(header) is None:
        raise Malformed("Idempotency-Key 应为 8 至 128 个字母、数字或 . _ : - 字符。", code="bad_idempotency_key")
    scope = "\n".join((actor().account_id, request.method, request.path, header))
    return RequestKey(
        key=hashlib.sha256(scope.encode()).hexdigest(),
        digest=hashlib.sha256(request.get_data(cache=True)).hexdigest(),
    )


def _marked(*allowed: Precondition) -> Precondition:
    endpoint = request.endpoint or ""
    mark = precondition_of(current_app, endpoint)
    if mark not in allowed:
        raise RuntimeError(f"{endpoint} is not marked as {' or '.join(allowed)}")
    return mark
