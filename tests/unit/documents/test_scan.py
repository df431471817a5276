import io
import socket
from pathlib import Path

import pytest

from shared.documents.scan import ClamdScanner, NullScanner, Verdict, require_clean, scanner_at
from shared.errors import Invalid, Unavailable
from tests.support.clamd import EICAR, Clamd, running_clamd

LARGE = bytes(range(256)) * 4000


def test_a_clean_file_is_found_clean_and_sent_whole() -> None:
    with running_clamd(Clamd()) as clamd:
        verdict = ClamdScanner(clamd.address).scan(io.BytesIO(LARGE))

    assert verdict == Verdict(clean=True, signature=None, engine="ClamAV 1.4.6/27500/Mon Jan  6 08:00:00 2025")
    assert verdict.is_scanned
    assert clamd.received == [LARGE]


def test_an_infected_file_is_named() -> None:
    with running_clamd(Clamd()) as clamd:
        verdict = ClamdScanner(clamd.address).scan(io.BytesIO(LARGE + EICAR))

    assert not verdict.clean
    assert verdict.signature == "Eicar-Test-Signature"


def test_the_stream_is_scanned_from_its_start() -> None:
    stream = io.BytesIO(EICAR + bytes(100))
    stream.seek(90)

    with running_clamd(Clamd()) as clamd:
        verdict = ClamdScanner(clamd.address).scan(stream)

    assert not verdict.clean


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"stream: OK",
        b"OK\0",
        b"stream: \0",
        b"stream: FOUND\0",
        b"stream: OK\0stream: OK\0",
        b"stream: Eicar FOUND\nstream: OK\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"\xff\xfe\x00",
        b"HTTP/1.1 200 OK\r\n\r\nstream: OK\0",
        b"x" * 10_000,
    ],
)
def test_anything_but_a_plain_answer_is_no_answer(reply: bytes) -> None:
    with running_clamd(Clamd(reply=reply)) as clamd, pytest.raises(Unavailable):
        ClamdScanner(clamd.address, timeout=2).scan(io.BytesIO(b"x"))


def test_a_server_that_is_no_clamd_is_not_trusted() -> None:
    with running_clamd(Clamd(version=b"SSH-2.0-OpenSSH\0")) as clamd, pytest.raises(Unavailable):
        ClamdScanner(clamd.address, timeout=2).scan(io.BytesIO(b"x"))

    assert clamd.received == []


def test_a_scanner_that_hangs_up_halfway_gives_no_verdict() -> None:
    with running_clamd(Clamd(hangs_up_after=300_000)) as clamd, pytest.raises(Unavailable):
        ClamdScanner(clamd.address, timeout=2).scan(io.BytesIO(LARGE * 10))


def test_a_scanner_that_is_not_there_gives_no_verdict() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()[:2]

    with pytest.raises(Unavailable):
        ClamdScanner(address, timeout=1).scan(io.BytesIO(b"x"))


def test_a_scanner_that_stays_silent_gives_no_verdict() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(Unavailable):
        ClamdScanner(listener.getsockname()[:2], timeout=0.2).scan(io.BytesIO(b"x"))


def test_a_local_socket_that_is_not_there_gives_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        scanner_at(str(tmp_path / "clamd.sock")).scan(io.BytesIO(b"x"))


def test_a_scan_that_takes_too_long_is_given_up() -> None:
    with running_clamd(Clamd()) as clamd, pytest.raises(Unavailable):
        ClamdScanner(clamd.address, deadline=-1).scan(io.BytesIO(b"x"))


def test_a_failing_stream_is_not_taken_for_a_failing_scanner() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    with running_clamd(Clamd()) as clamd, pytest.raises(ConnectionResetError):
        ClamdScanner(clamd.address).scan(Failing(b"x"))


def test_without_a_scanner_the_verdict_says_so() -> None:
    verdict = scanner_at("").scan(io.BytesIO(EICAR))

    assert isinstance(scanner_at(""), NullScanner)
    assert verdict == Verdict(clean=True, signature=None, engine="not configured")
    assert not verdict.is_scanned


@pytest.mark.parametrize("address", ["clamd", "clamd:", ":3310", "clamd:x", "none"])
def test_a_mistyped_address_does_not_switch_the_scan_off(address: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        scanner_at(address)


def test_an_infected_file_is_refused_without_naming_what_was_found() -> None:
    with pytest.raises(Invalid) as refused:
        require_clean(Verdict(clean=False, signature="Eicar", engine="ClamAV"))

    assert [problem.code for problem in refused.value.problems] == ["file_infected"]
    assert "Eicar" not in refused.value.problems[0].message
