"""Contacts as 指标 120 splits them: runs of digits, an e-mail address, a web address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.filing.forms.answers import Value
from services.filing.forms.kinds.kind import Wrong, code_text
from shared.codes import sites

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LONGEST_LOCAL = 64
_LONGEST_EMAIL = 254


@dataclass(frozen=True)
class Digits:
    """A run of `least` to `most` digits, kept as text: zeros in front count. `prefix` is what it starts with."""

    least: int
    most: int
    prefix: str = ""
    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the digits. Codes: not_text, not_digits, digits_prefix."""
        text = code_text(value)
        if not (text.isascii() and text.isdecimal() and self.least <= len(text) <= self.most):
            raise Wrong(
                "not_digits", f"{self.least}～{self.most} 位数字" if self.least < self.most else f"{self.most} 位数字"
            )
        if not text.startswith(self.prefix):
            raise Wrong("digits_prefix", f"以 {self.prefix} 开头的数字")
        return text

    def show(self, value: Value) -> str:
        """Return the digits."""
        return str(value)


@dataclass(frozen=True)
class Email:
    """One e-mail address without a display name; the domain is kept in lower-case IDNA form."""

    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the address. Codes: not_text, email_malformed."""
        local, at, domain = code_text(value).rpartition("@")
        wrong = Wrong("email_malformed", "如 lianxiren@example.com")
        if not at or len(local) > _LONGEST_LOCAL or not _LOCAL_PART.fullmatch(local) or domain.endswith("."):
            raise wrong
        try:
            address = f"{local}@{sites.check_host(domain)}"
        except sites.SiteError:
            raise wrong from None
        if len(address) > _LONGEST_EMAIL:
            raise wrong
        return address

    def show(self, value: Value) -> str:
        """Return the address."""
        return str(value)


@dataclass(frozen=True)
class WebSite:
    """An http or https address of a public site, kept as typed."""

    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the address. Codes: not_text, url_* as in `shared.codes.sites`."""
        text = code_text(value)
        try:
            sites.host_of(text)
        except sites.SiteError as error:
            raise Wrong(str(error), "如 https://www.example.com") from None
        return text

    def show(self, value: Value) -> str:
        """Return the address."""
        return str(value)
