"""A portal of this process at an address of its own: for a browser to work with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.portal import Portal


class _Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Served:
    """A portal at an address, and the cookie of the person who is signed in."""

    url: str
    cookie: tuple[str, str]


@contextmanager
def served(portal: Portal) -> Iterator[Served]:
    """Serve a portal for the person who is signed in until the end of the block."""
    cookie = portal.browser.get_cookie("tongbao")
    assert cookie is not None
    server = make_server("127.0.0.1", 0, portal.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_port}", ("tongbao", cookie.value))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
