"""Registration under gunicorn as in the image, for tests of what arrives in pieces or not at all."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import psutil
from joserfc.jwk import KeySet

from services.registration.settings import Settings
from services.sandbox.stack.ports import free_ports
from shared.settings import variable_of
from tests.support.bus import eventually
from tests.support.registration_site import Site
from tests.support.tokens import TestIssuer

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


@dataclass(frozen=True)
class Answer:
    """What came back over a socket: the status, None where the connection was closed without one, and the body."""

    status: int | None
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Served:
    """A running gunicorn."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def send(self, head: str, headers: Mapping[str, str], pieces: Iterable[bytes] = (), *, cut: str = "") -> Answer:
        """Send a request as raw bytes and return the answer.

        `cut` ends the connection in the middle: "closed" for sending, "reset" abruptly for both ways. Returns when the
        service is done with the request.
        """
        lines = [head, "Host: registration", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        done = self.requests_done()
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            with suppress(ConnectionError):  # the server has said no and does not listen to the rest
                for piece in pieces:
                    connection.sendall(piece)
            if cut == "reset":
                time.sleep(0.2)  # so that the service has begun to read
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif cut:
                connection.shutdown(socket.SHUT_WR)
            answer = Answer(None, "", b"") if cut == "reset" else _answer(connection)
        eventually(lambda: self.requests_done() > done)
        return answer

    def requests_done(self) -> int:
        """Return how many requests the service has logged."""
        return self.log.read_bytes().count(b'"event":"request"')

    def highest_memory(self) -> int:
        """Return the most bytes that a worker ever held."""
        workers = psutil.Process(self.process.pid).children(recursive=True)
        texts = [Path(f"/proc/{worker.pid}/status").read_text() for worker in workers]
        return max(int(line.split()[1]) * 1024 for text in texts for line in text.splitlines() if "VmHWM" in line)


def _answer(connection: socket.socket) -> Answer:
    received = b""
    with suppress(ConnectionError):
        while piece := connection.recv(65536):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    named = dict(line.lower().split(": ", 1) for line in lines)
    return Answer(int(first.split()[1]) if first else None, named.get("content-type", ""), body)


@contextmanager
def served(site: Site, log: Path) -> Iterator[Served]:
    """Run the site's registration under gunicorn; its output goes to `log`."""
    with _published_keys(site.issuer) as jwks_url, log.open("wb") as output:
        port = free_ports(1)[0]
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            str(ROOT / "docker/gunicorn.conf.py"),
            "-b",
            f"127.0.0.1:{port}",
        ]
        command.append("services.registration.app:from_environment()")
        environment = {**os.environ, **_variables(replace(site.settings, jwks_url=jwks_url))}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            _wait_for(port, process)
            yield Served(port, process, log)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _variables(settings: Settings) -> dict[str, str]:
    texts = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {
        variable_of(name): str(value).lower() if isinstance(value, bool) else str.__str__(str(value))
        for name, value in texts.items()
    }


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("gunicorn does not answer")


@contextmanager
def _published_keys(issuer: TestIssuer) -> Iterator[str]:
    """Give the address of the issuer's public keys."""
    published = json.dumps(KeySet([issuer.key]).as_dict(private=False)).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(published)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
