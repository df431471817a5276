"""Telephone numbers of the mainland as the survey's forms hold them (指标 120).

Area code (at most 5 digits), number (at most 8) with an extension (at most 6), or a mobile number of 11 digits.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

_WITH_EXTENSION = re.compile(
    r"(?P<main>\+?[-() 0-9]*[0-9])"
    r"(?:[- ]?(?:转|分机|EXT\.?)[: ]?|-)"
    r"(?P<extension>[0-9]{1,6})"
)
_BARE_NUMBER = re.compile(r"[2-9][0-9]{6,7}")
_COUNTRY = re.compile(r"(?:\+|00)86")
_DIGITS_AND_MARKS = re.compile(r"[-() 0-9]+")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_SERVICE = re.compile(r"([48]00)([0-9]{7})")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_LONGEST = 40


@dataclass(frozen=True)
class Phone:
    """A number split as on the form; exactly one of `number` and `mobile` is set."""

    area: str = ""
    number: str = ""
    extension: str = ""
    mobile: str = ""

    def __str__(self) -> str:
        """Return the canonical text: 0571-88888888-123, 400-1234567 or 13800138000."""
        return self.mobile or "-".join(part for part in (self.area, self.number, self.extension) if part)


class PhoneError(ValueError):
    """The text is no telephone number of the form's; the argument is the stable code."""


def parse(text: str) -> Phone:
    """Read a number, with or without +86, blanks, brackets or hyphens.

    Raises PhoneError: `phone_malformed`, or `phone_area_code` for a fixed line without a (known) area code or with a
    number that can't be one there.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().upper()
    if len(plain) > _LONGEST:
        raise PhoneError("phone_malformed")
    whole = _read(plain, "")
    if whole:
        return whole
    found = _WITH_EXTENSION.fullmatch(plain)
    if not found:
        raise PhoneError("phone_area_code" if _BARE_NUMBER.fullmatch(plain) else "phone_malformed")
    line = _read(found["main"], found["extension"])
    if not line:
        raise PhoneError("phone_area_code")
    return line


def _read(main: str, extension: str) -> Phone | None:
    """Read what stands before the extension; None where it is no number by itself."""
    prefix = _COUNTRY.match(main)
    rest = main[prefix.end() :] if prefix else main
    if not _DIGITS_AND_MARKS.fullmatch(rest):
        return None
    national = re.sub(r"\D", "", rest)
    if _MOBILE.fullmatch(national):
        return None if extension else Phone(mobile=national)
    service = _SERVICE.fullmatch(national)
    if service:
        return Phone(area=service[1], number=service[2], extension=extension)
    if not prefix and not national.startswith("0"):
        return None
    return _fixed_line(national.removeprefix("0"), extension)


def _fixed_line(national: str, extension: str) -> Phone | None:
    try:
        parsed = phonenumbers.parse("+86" + national)
    except phonenumbers.NumberParseException:
        return None
    size = phonenumbers.length_of_geographical_area_code(parsed)
    if not size or not phonenumbers.is_valid_number(parsed) or not 7 <= len(national) - size <= 8:
        return None
    return Phone(area="0" + national[:size], number=national[size:], extension=extension)
