"""A body that ends before its announced length is refused, whatever the server says of its end."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.unit.web.conftest import Service

BODY = b'{"title": "a"}'


def _status(service: Service, sent: bytes, announced: int) -> int:
    headers = service.headers(Idempotency_Key="key-00000001")
    environ = {"wsgi.input": io.BytesIO(sent), "wsgi.input_terminated": True, "CONTENT_LENGTH": str(announced)}
    answer = service.client.post("/papers", headers=headers, content_type="application/json", environ_overrides=environ)
    return answer.status_code


def test_a_whole_body_is_taken(service: Service) -> None:
    assert _status(service, BODY, len(BODY)) == 201


def test_a_body_cut_off_is_refused_though_what_came_could_be_read(service: Service) -> None:
    assert _status(service, BODY, len(BODY) + 1) == 400


def test_what_comes_after_the_announced_length_is_not_read(service: Service) -> None:
    assert _status(service, BODY + b" garbage", len(BODY)) == 201
