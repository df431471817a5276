"""What gunicorn itself writes, with the configuration that every service is served by."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from socket import create_connection, socket

PROJECT = Path(__file__).parents[2]
CANARY = "91330106CANARY"

APP = f"""
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"begun"
    raise ValueError("{CANARY}")
"""


def test_an_answer_that_breaks_off_is_logged_without_address_and_text(tmp_path: Path) -> None:
    (tmp_path / "breaking.py").write_text(APP)
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "-c",
        "docker/gunicorn.conf.py",
        "-b",
        f"127.0.0.1:{port}",
        "--pythonpath",
        str(tmp_path),
        "breaking:app",
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        answer = _asked(port, f"GET /?q={CANARY} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    finally:
        server.terminate()
        written, _ = server.communicate(timeout=30)

    assert b"begun" in answer
    assert "Error handling request" in written
    assert "ValueError at" in written
    assert CANARY not in written


def _asked(port: int, request: bytes) -> bytes:
    """Send a request as soon as the server takes it, and return all that comes."""
    until = time.monotonic() + 20
    while True:
        try:
            connection = create_connection(("127.0.0.1", port), timeout=10)
            break
        except ConnectionRefusedError:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.05)
    with closing(connection):
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(4096), b""))
