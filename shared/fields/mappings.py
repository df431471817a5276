"""The field of an object whose keys are data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.exceptions import SCHEMA


class ByKey(fields.Dict):
    """An object with a value per key, both checked; faults are named by the key alone.

    marshmallow puts `key` and `value` between the two, which are no places of the body: the pointer of a fault would
    lead nowhere.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        # Any: as marshmallow declares it
        try:
            return super()._deserialize(value, attr, data, **options)  # type: ignore[no-untyped-call]  # marshmallow's
        except ValidationError as error:
            if isinstance(error.messages, dict):
                raise ValidationError({key: _merged(parts) for key, parts in error.messages.items()}) from None
            raise


def _merged(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the faults of key and value as those of one place."""
    own: list[Any] = [*_whole(parts.get("key")), *_whole(parts.get("value"))]
    below = parts.get("value")
    members = {name: found for name, found in below.items() if name != SCHEMA} if isinstance(below, dict) else {}
    return {**members, SCHEMA: own} if own else members


def _whole(found: Any) -> Iterator[Any]:
    """Yield the faults of a thing as a whole."""
    if isinstance(found, dict):
        found = found.get(SCHEMA, ())
    if isinstance(found, (list, tuple)):
        yield from found
