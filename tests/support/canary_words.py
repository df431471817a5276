"""Canaries: words that occur nowhere else, for every confidential field, in every form they could be written in."""

from __future__ import annotations

import base64
import json
import random
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import quote

from bson.decimal128 import Decimal128

from tests.support.codes import make_uscc

CHARACTERS = 6
LETTERS = "abcdefghijklmnopqrstuvwxyz"
TEXT_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


@dataclass
class Canaries:
    """Makes canaries. `texts` share two rare marks, which stand for them all in a search; `others` stand alone."""

    label: str = ""
    chinese: str = field(default_factory=lambda: _chinese(secrets.randbits(64)))
    ascii: str = field(default_factory=lambda: "".join(secrets.choice(LETTERS) for _ in range(14)))
    texts: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the canary of a text field: the Chinese mark, its own number, the ASCII mark."""
        number = list(self.texts).index(name) if name in self.texts else len(self.texts)
        return self.texts.setdefault(name, f"{self.chinese}{number:03d}{self.ascii}")

    def plain(self, name: str) -> str:
        """Return a canary of small letters and digits only, for addresses and user names."""
        self.text(name)
        return f"{self.ascii}{list(self.texts).index(name):03d}"

    def other(self, name: str, value: str) -> str:
        """Keep a value that can hold no mark, a number say, and return it."""
        self.others[name] = value
        return value

    def code(self, name: str) -> str:
        """Return a valid credit code."""
        return self.other(name, make_uscc(10**7 + secrets.randbelow(9 * 10**7)))

    def phone(self, name: str) -> str:
        """Return a number of Hangzhou."""
        return self.other(name, f"0571-8{secrets.randbelow(10**7):07d}")

    def amount(self, name: str) -> str:
        """Return an amount in 万元."""
        return self.other(name, f"{10**7 + secrets.randbelow(9 * 10**7)}.{10 + secrets.randbelow(90)}")

    def day(self, name: str, first: date, days: int) -> str:
        """Return a day at most that many days after the first."""
        return self.other(name, (first + timedelta(days=secrets.randbelow(days))).isoformat())

    def words(self) -> Mapping[str, str]:
        """Return what is to be searched for, by name."""
        words = {"mark in Chinese": self.chinese, "mark in ASCII": self.ascii, **self.others}
        return {f"{self.label}{name}": word for name, word in words.items()}


def forms(word: str) -> Iterator[tuple[str, bytes]]:
    """Yield every form in which a word could be written down, with the name of the form."""
    for encoding in TEXT_ENCODINGS:
        raw = word.encode(encoding)
        yield encoding, raw
        yield f"hex of {encoding}", raw.hex().encode()
        yield f"HEX of {encoding}", raw.hex().upper().encode()
        for offset in range(3):
            inner = _base64_inside(raw, offset)
            yield f"base64 of {encoding}, {offset} bytes in", inner
            yield f"base64url of {encoding}, {offset} bytes in", inner.translate(bytes.maketrans(b"+/", b"-_"))
    if not word.isascii():
        yield "JSON escapes", json.dumps(word)[1:-1].encode()
        yield "percent", quote(word).encode()
    if word.replace(".", "", 1).isdigit():
        yield "Decimal128", Decimal128(word).bid


def _base64_inside(raw: bytes, offset: int) -> bytes:
    """Return the characters of base64 that depend on `raw` alone when it begins at this offset of a triple."""
    encoded = base64.b64encode(bytes(offset) + raw)
    return encoded[-(-8 * offset // 6) : 8 * (offset + len(raw)) // 6]


def _chinese(seed: int) -> str:
    # Of the plane's middle, so that each has a form of two bytes in GB 18030 as older programs write it.
    return "".join(chr(random.Random(seed + n).randrange(0x4E00, 0x9FA5)) for n in range(CHARACTERS))
