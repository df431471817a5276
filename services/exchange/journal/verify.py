"""Says whether an exported container holds: `tongbao-verify CONTAINER.zip [--keys KEYS.json]`.

Needs no server, no settings and no network: only the container, and public keys that the reader got from the two sides
by another way (`{"exchange": {"keys": […]}, "directory": {"keys": […]}}`). Without `--keys` those of the container are
used; then the container is shown to be whole, not by whom it was made.
Exit status 0: holds; 3: holds by its own keys only; 1: does not hold; 2: the words are wrong or a file can't be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn
from zipfile import BadZipFile, ZipFile

from services.exchange.journal.examining import Found, Keys, examine, keys_of
from services.exchange.journal.wording import Doubt, Untrue

HOLDS, UNTRUE, UNREAD, BY_ITSELF = 0, 1, 2, 3


def main(words: Sequence[str] | None = None) -> int:
    """Verify the container that is named; return the exit status."""
    parser = argparse.ArgumentParser("tongbao-verify", description=__doc__)
    parser.add_argument("container", type=Path)
    parser.add_argument("--keys", type=Path, help="public keys by name, got by another way than the container")
    given = parser.parse_args(words)
    try:
        keys = keys_of(given.keys.read_bytes()) if given.keys else None
        file = given.container.open("rb")
    except OSError as error:
        sys.stderr.write(f"无法读取文件：{error.strerror}\ncannot read a file: {error.strerror}\n")
        return UNREAD
    except Untrue as untrue:
        sys.stderr.write(f"{untrue.text}\n")
        return UNREAD
    with file:
        try:
            with ZipFile(file) as archive:
                found = examine(archive, keys)
        except BadZipFile:
            return _refuse(Untrue(Doubt.NOT_A_CONTAINER))
        except Untrue as untrue:
            return _refuse(untrue)
    sys.stdout.write(_report(found, keys))
    return BY_ITSELF if keys is None else HOLDS


def _refuse(untrue: Untrue) -> int:
    sys.stdout.write(f"不成立 DOES NOT HOLD\n{untrue.text}\n")
    return UNTRUE


def _report(found: Found, keys: Keys | None) -> str:
    manifest = found.manifest
    lines = [
        "成立 HOLDS",
        f"对方 partner: {manifest.partner}    期间 period: {manifest.since} — {manifest.until}",
        f"日志 journal: {found.entries} 条 entries，编号 {manifest.first}–{manifest.last}",
        f"末条哈希 head: {manifest.head}",
        f"每日锚定 anchors: {found.anchors}    对方回执 receipts: {found.receipts}",
    ]
    if found.unanchored:
        lines.append(
            f"注意：最后 {found.unanchored} 条尚未锚定，仅由清单的签名证明\n"
            f"note: the last {found.unanchored} entries are not anchored yet; only the manifest's signature vouches for them"
        )
    if found.before:
        lines.append(
            f"注意：{found.before} 份回执所答的报文在此期间之前发出\n"
            f"note: {found.before} receipts answer messages that were sent before this period"
        )
    if found.gone:
        lines.append(
            f"注意：{found.gone} 份回执的原文已不再保存，只有日志所记的摘要\n"
            f"note: the text of {found.gone} receipts is no longer kept; only the digests in the journal are"
        )
    if keys is None:
        lines.append(
            "注意：只用了容器自带的公钥，不能证明由谁作出；请用 --keys 给出另行取得的公钥\n"
            "note: only the container's own keys were used, which does not prove who made it; give keys that you got by"
            " another way with --keys"
        )
    return "\n".join(lines) + "\n"


def run() -> NoReturn:
    """Verify what the words of the process name, and end it with the exit status."""
    raise SystemExit(main())


if __name__ == "__main__":
    run()
