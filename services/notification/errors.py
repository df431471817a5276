"""Errors of notification, beyond the shared ones."""

from __future__ import annotations

from shared.errors import Conflict


class NothingToPublish(Conflict):
    """There is no draft, or it says what is said already."""

    code = "nothing_to_publish"
    message = "没有可发布的修改。"
