"""The whole corpus in one process, as a service would meet it: all hostile files out, all good ones in, at what cost."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from tests.support.corpus_probe import Finding
from tests.support.files import make_jpeg, make_pdf_document, make_zip, png_chunk, save_pdf
from tests.support.good_files import GOOD
from tests.support.hostile import HOSTILE

MIB = 1024 * 1024
MOST_MEMORY_MB = 300
MOST_SECONDS = 5


def _largest_png() -> bytes:
    """Forty megapixels with transparency in 45 MiB: noise above, one colour below."""
    width, height = 8000, 5000
    packer = zlib.compressobj(1)
    noise = os.urandom(width * 4)
    lines = [packer.compress(b"\0" + noise[turn:] + noise[:turn]) for turn in range(1, 1400)]
    lines += [packer.compress(bytes((height - 1399) * (1 + width * 4))), packer.flush()]
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = b"".join(lines)
    chunks = [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, data) for kind, data in chunks)


def _largest_pdf() -> bytes:
    pdf = make_pdf_document()
    for number in range(9):
        stream = pikepdf.Stream(pdf, b"")
        stream.write(zlib.compress(os.urandom(5 * MIB), 0), filter=pikepdf.Name.FlateDecode)
        pdf.pages[0].obj[f"/X{number}"] = stream
    return save_pdf(pdf)


HEAVY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a PNG at every limit": ("a.png", _largest_png),
    "a JPEG at every limit": ("a.jpg", lambda: make_jpeg(8000, 5000)),
    "a JPEG in four inks at every limit": ("a.jpg", lambda: make_jpeg(8000, 5000, "CMYK")),
    "a progressive JPEG near every limit": ("a.jpg", lambda: make_jpeg(7000, 5000, progressive=True)),
    "a PDF at every limit": ("a.pdf", _largest_pdf),
    "a ZIP of large pictures": ("a.zip", lambda: make_zip({f"{n}.jpg": make_jpeg(8000, 5000) for n in range(8)}, 0)),
}


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Finding]:
    """What a process of its own found of every file."""
    folder = tmp_path_factory.mktemp("corpus")
    files = {name: case[:2] for name, case in {**HOSTILE, **GOOD, **HEAVY}.items()}
    assert len(files) == len(HOSTILE) + len(GOOD) + len(HEAVY)
    listed = []
    for number, (file_name, build) in enumerate(files.values()):
        path = folder / str(number)
        path.write_bytes(build())
        listed.append([str(path), file_name])
    (folder / "list").write_text(json.dumps(listed))
    command = [sys.executable, "-m", "tests.support.corpus_probe", str(folder / "list")]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(files, (Finding(**found) for found in json.loads(done.stdout)), strict=True))


@pytest.mark.timeout(300)
def test_no_hostile_file_gets_in_and_no_good_one_stays_out(
    findings: dict[str, Finding], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = [name for name, (_, _, code) in HOSTILE.items() if code not in findings[name].codes]
    refused = [(name, findings[name].codes) for name in (*GOOD, *HEAVY) if findings[name].codes]

    with capsys.disabled():
        sys.stdout.write(f" {len(HOSTILE)} hostile and {len(GOOD) + len(HEAVY)} good files ")
    assert len(HOSTILE) >= 200
    assert len(GOOD) >= 50
    assert wrong == []
    assert refused == []


@pytest.mark.timeout(300)
def test_no_file_costs_more_than_is_bearable(findings: dict[str, Finding], capsys: pytest.CaptureFixture[str]) -> None:
    slow = {name: found.seconds for name, found in findings.items() if found.seconds >= MOST_SECONDS}
    peak = max(found.peak_mb for found in findings.values())

    with capsys.disabled():
        slowest = max(findings.values(), key=lambda found: found.seconds)
        sys.stdout.write(f" peak {peak:.0f} MB, slowest {slowest.seconds:.1f} s ")
    assert slow == {}
    assert peak < MOST_MEMORY_MB
