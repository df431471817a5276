"""A stand-in of identity for services that ask it whom to tell."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class FakeIdentity:
    """Answers `/oauth/token` and `/contacts`; `people` are (account id, address), `is_away` makes it answer 503."""

    def __init__(self) -> None:
        self.people: list[tuple[str, str]] = [("a" * 32, "first@example.cn")]
        self.is_away = False
        self.queries: list[dict[str, list[str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self._answer({"access_token": "token", "expires_in": 300})

            def do_GET(self) -> None:
                outer.queries.append(parse_qs(urlsplit(self.path).query))
                rows = [{"account_id": id, "email": email, "display_name": "某人"} for id, email in outer.people]
                self._answer({"items": rows, "next_cursor": ""})

            def _answer(self, body: object) -> None:
                data = json.dumps(body).encode()
                self.send_response(503 if outer.is_away else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()
