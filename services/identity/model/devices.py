"""A browser and the place it calls from in coarse words, so that people know their own sign-ins again.

Coarse on purpose: what a browser tells of itself is cut down to family and system, an address to its network. That is
enough to see “that was not me”, and too little to follow anybody.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

UNKNOWN = "未知设备"

_BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("OPR/", "Opera"), ("QQBrowser", "QQ浏览器"), ("UCBrowser", "UC浏览器"),
    ("HuaweiBrowser", "华为浏览器"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
"""Marks in the order in which they are looked for: many browsers also call themselves by the names further down."""

_KEPT_BITS = {4: 24, 6: 48}


def device_of(agent: str) -> str:
    """Return browser family and system of a `User-Agent`, such as `Chrome · Windows`."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part) or UNKNOWN


def place_of(address: str) -> str:
    """Return the network of an address: the first 24 bits of IPv4, the first 48 of IPv6; empty for no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((found, _KEPT_BITS[found.version]), strict=False))
