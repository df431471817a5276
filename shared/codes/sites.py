"""Web addresses of platforms: which are public sites, how two are compared, which are of government procurement."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

import idna

LONGEST = 500

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_UNREACHABLE = frozenset({"localhost", "local", "internal", "lan", "intranet", "test", "invalid", "onion", "arpa"})
"""Last labels that no public site has. `example` is left out: it is kept for documents and names nobody's site."""


class SiteError(ValueError):
    """The text is no web address of a public site; the argument is the stable code."""


@dataclass(frozen=True)
class ProcurementRule:
    """Hosts of government procurement: `pattern` matches the whole host; `reason` says what they are."""

    pattern: re.Pattern[str]
    reason: str


def _rule(pattern: str, reason: str) -> ProcurementRule:
    return ProcurementRule(re.compile(pattern), reason)


PROCUREMENT: tuple[ProcurementRule, ...] = (
    _rule(r"(.+\.)?ccgp\.gov\.cn", "中国政府采购网及其分站"),
    _rule(r"(.+\.)?ccgp-[a-z0-9-]+\.gov\.cn", "中国政府采购网地方分网"),
    _rule(r"(.+\.)?zycg\.(gov\.)?cn", "中央政府采购网"),
    _rule(r"([a-z0-9-]+\.)*zfcg[a-z0-9-]*\.([a-z0-9-]+\.)*gov\.cn", "地方政府采购网（zfcg 为“政府采购”的拼音首字母）"),
    _rule(r"([a-z0-9-]+\.)*[a-z0-9]*zfcg\.([a-z0-9-]+\.)*gov\.cn", "地方政府采购网（zfcg 为“政府采购”的拼音首字母）"),
    _rule(r"(.+\.)?(gdgpo|hngp)\.gov\.cn", "广东省、河南省政府采购网"),
    _rule(r"(.+\.)?(zcygov\.cn|zcy\.gov\.cn)", "政采云（政府采购电子卖场）"),
)
"""政府采购网 are no 服务外包交易平台 (指引 四)."""


def host_of(url: str) -> str:
    """Return the host of a web address in lower-case IDNA form.

    Raises SiteError: `url_malformed`, `url_scheme` (neither http nor https), `url_user_info`, `url_host` (no public
    host name: an IP address, a single label, a name reserved for local use), `url_too_long`.
    """
    if len(url) > LONGEST:
        raise SiteError("url_too_long")
    if any(character.isspace() or unicodedata.category(character)[0] == "C" for character in url) or "\\" in url:
        raise SiteError("url_malformed")
    if not _SCHEME.match(url):
        raise SiteError("url_scheme")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SiteError("url_malformed") from None
    if port == 0:
        raise SiteError("url_malformed")
    if "@" in parts.netloc:
        raise SiteError("url_user_info")
    return check_host(host)


def check_host(host: str) -> str:
    """Return a public host name in lower-case IDNA form without a dot at the end; raises SiteError `url_host`."""
    try:
        name = idna.encode(host.removesuffix("."), uts46=True).decode().lower() if host else ""
    except (idna.IDNAError, UnicodeError):
        raise SiteError("url_host") from None
    labels = name.split(".")
    is_name = len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and not _NUMERIC.fullmatch(labels[-1])
    if not is_name or labels[-1] in _UNREACHABLE or _is_address(name):
        raise SiteError("url_host")
    return name


def normalise_site(url: str) -> str:
    """Return what two web addresses are compared by: the host, lower-case IDNA, without `www.`; raises SiteError."""
    return host_of(url.strip()).removeprefix("www.")


def procurement_reason(host: str) -> str:
    """Return why a host counts as one of government procurement; empty where it does not."""
    name = host.strip().lower().removesuffix(".")
    return next((rule.reason for rule in PROCUREMENT if rule.pattern.fullmatch(name)), "")


def is_government_procurement(host: str) -> bool:
    """Tell whether a host (not a whole address) is one of government procurement, out of the survey's scope."""
    return bool(procurement_reason(host))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
