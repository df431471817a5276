"""A body that ends before its announced length is not a body."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class AnnouncedLength:
    """Makes werkzeug count the bytes of a body that states its length, so that one cut off is refused.

    A server that marks its input as terminated (gunicorn does) ends the stream when the client hangs up, as if all had
    been sent; werkzeug believes it. Without the mark it reads to the stated length and refuses what falls short of it.
    A body in chunks states no length: its end is part of its form, which the server checks.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand the request on."""
        if environ.get("CONTENT_LENGTH") and not environ.get("HTTP_TRANSFER_ENCODING"):
            environ.pop("wsgi.input_terminated", None)
        return self._app(environ, start_response)
