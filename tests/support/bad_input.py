"""Faults of every kind, made from what is right: of JSON bodies, of queries, of paths and headers.

Each fault is one change of a valid request, so a refusal is due to that change alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from mypy_boto3_s3 import S3Client
from pymongo.database import Database
from werkzeug.test import TestResponse

from shared.mongo.client import Document
from shared.web.limits import COUNTS

PROBLEM = "application/problem+json"
NOTHING = "d41d8cd98f00b204e9800998ecf8427e"
"""The digest of an empty collection, as the database makes it."""

OPERATORS: tuple[Any, ...] = ({"$ne": None}, {"$gt": ""}, {"$regex": ".*"}, {"$where": "sleep(1000)"}, [{"$ne": 1}])
HIDDEN_CHARACTERS = ("\u0000", "\u0007", "\u001b[31m", "\u007f", "\u0085", "\u2028", "\u202e", "\ufffe")
NESTED = json.loads("[" * 500 + "]" * 500)
UNKNOWN_KEYS = ("$where", "__proto__", "_id", "unit_id", "state", "x" * 5000, "a.b", "", "~/")
LONG = "长" * 20_000

MALFORMED_JSON: Mapping[str, bytes] = {
    "empty": b"",
    "cut off": b'{"a": ',
    "not a number": b'{"a": NaN}',
    "infinite": b'{"a": -Infinity}',
    "beyond any number": b'{"a": 1e999}',
    "two values": b"{} {}",
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": "{}".encode("utf-16"),
    "GB18030": '{"a": "统报"}'.encode("gb18030"),
    "lone surrogate": b'{"a": "\\ud800"}',
    "raw control character": b'{"a": "\x00"}',
    "single quotes": b"{'a': 1}",
    "comment": b"{} // x",
    "comma at the end": b'{"a": 1,}',
    "very deep": b"[" * 100_000,
    "form": b"a=1&b[$ne]=1",
}
NO_OBJECTS: tuple[Any, ...] = (None, [], [{}], "x", 1, True, [["a", 1]])
WRONG_MEDIA = ("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json")

BAD_VERSIONS: Mapping[str, int] = {
    "3": 400, '"0"': 400, '"-1"': 400, '"1.0"': 400, 'W/"3"': 400, "*": 400, '"3", "4"': 400, '""': 400,
    '"99999999999999999999"': 400, '"１"': 400, '{"$gt": 0}': 400, '"999999999"': 412,
}  # fmt: skip
"""`If-Match` headers and the status of the refusal."""

BAD_KEYS = ("", "short", "x" * 129, "with blank in it", "a/b/c/d/e/f", '{"$ne": null}', "中文中文中文中文")


@dataclass(frozen=True)
class Spoilt:
    """A body with one fault at `pointer`."""

    pointer: str
    fault: str
    body: Any


def spoilt(body: Any) -> Iterator[Spoilt]:
    """Yield the body with each general fault at each of its places."""
    for path in _paths(body, ()):
        value = _at(body, path)
        if path:
            yield from (Spoilt(_pointer(path), fault, _with(body, path, wrong)) for fault, wrong in _faults_of(value))
        if isinstance(value, dict):
            for key in UNKNOWN_KEYS:
                yield Spoilt(_pointer((*path, key)), "unknown field", _with(body, path, {**value, key: "x"}))


def _faults_of(value: Any) -> Iterator[tuple[str, Any]]:
    for operator in OPERATORS:
        yield "operator", operator
    yield "null", None
    yield "nested", NESTED
    yield "number", 12.5
    yield "huge number", 10**30
    if not isinstance(value, bool):
        yield "boolean", True
    if isinstance(value, bool):
        yield from (("like a boolean", like) for like in (0, 1, 1.0, "true", "false", "on", ""))
    elif isinstance(value, str):
        yield "number for text", 7
        yield "list of it", [value]
        yield "too long", LONG
        yield from (("hidden character", f"{value[:1]}{hidden}{value[1:]}") for hidden in HIDDEN_CHARACTERS)
    elif isinstance(value, list):
        yield "text for list", "x"
        yield "object for list", {"0": "x"}
        yield "too many", (value or ["x"]) * 200
    else:
        yield "text for object", "x"
        yield "list for object", [value]


def without(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the body without one of its members."""
    return {name: value for name, value in body.items() if name != key}


def _paths(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in below:
        yield from _paths(member, (*path, str(key)))


def _at(body: Any, path: Sequence[str]) -> Any:
    for key in path:
        body = body[int(key) if isinstance(body, list) else key]
    return body


def _with(body: Any, path: Sequence[str], value: Any) -> Any:
    if not path:
        return value
    changed = deepcopy(body)
    *above, last = path
    holder = _at(changed, above)
    holder[int(last) if isinstance(holder, list) else last] = value
    return changed


def _pointer(path: Sequence[str]) -> str:
    return "".join(f"/{key.replace('~', '~0').replace('/', '~1')}" for key in path)


def refusal(answer: TestResponse, pointer: str | None = None, statuses: frozenset[int] | None = None) -> str:
    """Return what is wrong with a refusal, empty where nothing is.

    It is a problem of status 4xx (or one of `statuses`); where a place is at fault, one of its pointers is that place
    or something above or below it.
    """
    if answer.status_code not in (statuses or range(400, 500)):
        return f"status {answer.status_code}"
    if answer.mimetype != PROBLEM:
        return f"media type {answer.mimetype}"
    body = answer.get_json()
    if body["status"] != answer.status_code or not body["code"] or not body["title"]:
        return "incomplete problem"
    if pointer is None:
        return ""
    found = [error["pointer"] for error in body["errors"]]
    return "" if any(_touches(each, pointer) for each in found) else f"pointers {found}"


def _touches(found: str, pointer: str) -> bool:
    return found == pointer or found.startswith(f"{pointer}/")


@dataclass(frozen=True)
class Stores:
    """Everything that a service keeps, to be compared before and after."""

    database: Database[Document]

    def documents(self) -> Mapping[str, str]:
        """Return a digest of every collection with something in it, but for the counts: they count refusals too."""
        digests: Mapping[str, str] = self.database.command("dbHash")["collections"]
        return {name: digest for name, digest in digests.items() if name != COUNTS and digest != NOTHING}


def objects_in(s3: S3Client, bucket: str) -> list[tuple[str, int]]:
    """Return name and size of every object."""
    return [(each["Key"], each["Size"]) for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
