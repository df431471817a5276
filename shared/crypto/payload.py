"""Structured values as bytes and back, by orjson, with the types that the statistics need.

| value | stored as | comes back as |
| --- | --- | --- |
| str, int of 64 bits, float, bool, None, dict with str keys, list | itself | itself |
| tuple, enum member | list, its value | list, its value |
| `Decimal`, finite | `{"$decimal": "1.20"}` | `Decimal`, same digits |
| `datetime`, aware | `{"$datetime": "…+00:00"}` | `datetime` in UTC, same moment |
| `date` | `{"$date": "2026-01-31"}` | `date` |
| `bytes` | `{"$bytes": base64}` | `bytes` |

All else is refused (naive datetimes, NaN decimals, dataclasses), and so are keys that begin with `$`: what can't come
back as it went in must not go in.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson

from shared.crypto.errors import PayloadUnsupported

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
_MARK = b'"$'


def dump_payload(payload: object) -> bytes:
    """Return the payload as JSON bytes. Raises `PayloadUnsupported`, which names a type, never a value."""
    tags = 0

    def tagged(value: object) -> dict[str, str]:
        nonlocal tags
        tags += 1
        return _tagged(value)

    try:
        data = orjson.dumps(payload, default=tagged, option=_OPTIONS)
    except TypeError as error:
        raise PayloadUnsupported(_reason(error)) from None
    if data.count(_MARK) > tags:  # a text that begins with "$", or a key: only then is the long look worth its time
        _refuse_marked_keys(payload)
    return data


def load_payload(data: bytes) -> object:
    """Return the payload of `dump_payload`. Raises `PayloadUnsupported` for what that can't have made."""
    try:
        value: object = orjson.loads(data)
        return _restored(value) if _MARK in data else value
    except (ValueError, ArithmeticError, TypeError):
        raise PayloadUnsupported("not a payload") from None


def _tagged(value: object) -> dict[str, str]:
    if isinstance(value, Decimal) and value.is_finite():
        return {"$decimal": str(value)}
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise PayloadUnsupported("a datetime without time zone")
        return {"$datetime": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    raise PayloadUnsupported(f"a value of type {type(value).__name__}")


_RESTORERS: Mapping[str, Callable[[str], object]] = {
    "$decimal": Decimal,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$bytes": lambda text: base64.b64decode(text, validate=True),
}


def _restored(value: object) -> object:
    if isinstance(value, list):
        return [_restored(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(name, text)] = value.items()
        restore = _RESTORERS.get(name)
        if restore is not None:
            return restore(text)
    return {name: _restored(item) for name, item in value.items()}


def _refuse_marked_keys(value: object) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            if name.startswith("$"):
                raise PayloadUnsupported("a key that begins with $")
            _refuse_marked_keys(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_marked_keys(item)


def _reason(error: TypeError) -> str:
    cause = error.__cause__
    return str(cause) if isinstance(cause, PayloadUnsupported) else "a value or key that JSON does not have"
