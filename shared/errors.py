"""Exceptions that a caller can act on, each with a stable code.

A class here says *what* went wrong; `shared.web.problems` alone says which HTTP status that is.
Messages are Chinese, for the person at the screen; they never carry the value that was refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One fault of an input: where it is, which rule it breaks, and what was expected.

    `pointer` is a JSON pointer (RFC 6901) into the request body; `indicator` is the official code or name of the
    item on the paper form, where it has one.
    """

    pointer: str
    code: str
    message: str
    expected: str = ""
    indicator: str = ""


class TongbaoError(Exception):
    """Base of all errors that carry a stable code and a message for people."""

    code = "error"
    message = "请求未能完成。"

    def __init__(self, message: str = "", *, code: str = "", problems: Iterable[Problem] = ()) -> None:
        self.message = message or self.message
        self.code = code or self.code
        self.problems = tuple(problems)
        super().__init__(self.code)


class Invalid(TongbaoError):
    """The input breaks one or more rules; all of them are listed in `problems`."""

    code = "invalid"
    message = "所填内容有误，请按提示修改。"

    def __init__(self, problems: Iterable[Problem], message: str = "") -> None:
        super().__init__(message, problems=problems)


class Malformed(TongbaoError):
    """The request can't be read at all."""

    code = "malformed"
    message = "请求格式不正确。"


class NotAuthenticated(TongbaoError):
    """Nobody is signed in, or the sign-in is no longer valid."""

    code = "not_authenticated"
    message = "请先登录。"


class NotAllowed(TongbaoError):
    """The actor sees the thing but may not do this with it."""

    code = "not_allowed"
    message = "您没有进行此项操作的权限。"


class NotFound(TongbaoError):
    """The thing does not exist, or lies outside the actor's sight."""

    code = "not_found"
    message = "没有找到该内容。"


class Conflict(TongbaoError):
    """The present state of the thing, or of another one, does not let this happen."""

    code = "conflict"
    message = "当前状态下不能进行此项操作。"


class StaleVersion(TongbaoError):
    """Somebody changed the thing since the caller read it."""

    code = "stale_version"
    message = "内容已被他人更新，请刷新后重试。"


class VersionRequired(TongbaoError):
    """A change came without the version (`If-Match`) that it was made on."""

    code = "version_required"
    message = "缺少版本号（If-Match）。"


class KeyReused(TongbaoError):
    """An idempotency key came back with another request."""

    code = "idempotency_key_reused"
    message = "同一幂等键已用于内容不同的请求。"


class TooLarge(TongbaoError):
    """The body is larger than the limit."""

    code = "too_large"
    message = "内容超过大小限制。"


class UnsupportedMedia(TongbaoError):
    """The body is of a media type that the endpoint does not take."""

    code = "unsupported_media"
    message = "不支持的内容类型。"


class TooManyRequests(TongbaoError):
    """The caller must wait before trying again: `retry_after` seconds."""

    code = "too_many_requests"
    message = "操作过于频繁，请稍后再试。"

    def __init__(self, message: str = "", *, retry_after: int = 5) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Unavailable(TongbaoError):
    """A part that the request needs does not answer now; trying again later is right."""

    code = "unavailable"
    message = "服务暂时不可用，请稍后再试。"
