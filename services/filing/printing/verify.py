"""Says whether a receipt is genuine: `python -m services.filing.printing.verify RECEIPT --certificates CHAIN.pem`.

RECEIPT is the JSON or the PDF form. With `--content FILING.json` it also says whether that is the content that was
received. Works offline; the last certificate of the chain is trusted.
Exit status 0: genuine, and of this content; 1: not; 2: the words are wrong or a file can't be read.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pikepdf

from services.filing.model.receipts import Receipt, content_from, digest_of, receipt_from
from services.filing.printing.receipts import FILE, PLACE, TYP
from shared.printing.pages import moment
from shared.printing.statements import NotGenuine, read_statement
from shared.printing.verify import verify as verify_pdf

NO_RECEIPT = "文件里没有回执，或回执已被改动"


@dataclass(frozen=True)
class Verified:
    """A genuine receipt, and who signed it."""

    receipt: Receipt
    signer: str


def verify(file: bytes, certificates: bytes) -> Verified:
    """Return the receipt of a file in either form. Raises `NotGenuine` with the reason, in Chinese."""
    return _verify_page(file, certificates) if file.startswith(b"%PDF-") else _verify_json(file, certificates)


def is_of(receipt: Receipt, content: bytes) -> bool:
    """Tell whether a content in JSON is the one that was received.

    Raises `ValueError`, `TypeError` or `RecursionError` for what is no content.
    """
    return digest_of(content_from(json.loads(content))) == receipt.digest


def _verify_json(file: bytes, certificates: bytes) -> Verified:
    try:
        text = file.decode("ascii")
    except UnicodeDecodeError:
        raise NotGenuine(NO_RECEIPT) from None
    statement = read_statement(text, certificates, TYP, _moment_of)
    return Verified(receipt_from(statement.payload), statement.signer)


def _verify_page(file: bytes, certificates: bytes) -> Verified:
    """The page is signed as a whole; the JSON form within it must be genuine too, and says what is printed."""
    found = verify_pdf(file, certificates, PLACE.field)
    if not found.is_genuine:
        raise NotGenuine(found.reason)
    try:
        with pikepdf.open(io.BytesIO(file)) as pdf:
            enclosed = pdf.attachments[FILE].get_file().read_bytes()
    except (pikepdf.PdfError, KeyError, ValueError):
        raise NotGenuine(NO_RECEIPT) from None
    return _verify_json(enclosed, certificates)


def _moment_of(payload: bytes) -> datetime:
    return receipt_from(payload).submitted_at


def main(words: Sequence[str]) -> int:
    """Verify the file that is named; return the exit status."""
    parser = argparse.ArgumentParser("python -m services.filing.printing.verify", description=__doc__)
    parser.add_argument("receipt", type=Path)
    parser.add_argument("--certificates", type=Path, required=True)
    parser.add_argument("--content", type=Path)
    given = parser.parse_args(words)
    try:
        file, certificates = given.receipt.read_bytes(), given.certificates.read_bytes()
        content = given.content.read_bytes() if given.content else None
    except OSError as error:
        sys.stderr.write(f"无法读取文件：{error.strerror}\n")
        return 2
    return _tell(file, certificates, content)


def _tell(file: bytes, certificates: bytes, content: bytes | None) -> int:
    try:
        found = verify(file, certificates)
        is_same = content is None or is_of(found.receipt, content)
    except NotGenuine as reason:
        sys.stdout.write(f"不真实：{reason}\n")
        return 1
    except (ValueError, TypeError, RecursionError):
        sys.stdout.write("回执真实，但给出的内容文件不是报送内容\n")
        return 1
    receipt = found.receipt
    sys.stdout.write(
        f"真实：由“{found.signer}”签名\n"
        f"报送编号 {receipt.filing_id}，第 {receipt.revision} 次报送，{receipt.form}，报告期 {receipt.period}\n"
        f"提交时间 {moment(receipt.submitted_at)}（北京时间），内容摘要 {receipt.digest}\n"
    )
    if content is not None:
        sys.stdout.write("内容一致：与所报送的相同\n" if is_same else "内容不一致：不是所报送的内容\n")
    return 0 if is_same else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
