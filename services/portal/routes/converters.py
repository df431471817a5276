"""What an id in an address may look like."""

from __future__ import annotations

from werkzeug.routing import BaseConverter


class IdConverter(BaseConverter):
    """Letters, digits, `-` and `_`: nothing that could reach out of its place in a service's address."""

    regex = r"[A-Za-z0-9_-]{1,64}"


class OccasionConverter(BaseConverter):
    """The key of an occasion: its owner and its name."""

    regex = r"[a-z]{1,30}\.[a-z_]{1,60}"
