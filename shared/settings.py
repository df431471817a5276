"""Settings read once from `TONGBAO_*` variables into a frozen dataclass; all gaps are reported together.

A `Secret` may stand in a file instead: `TONGBAO_X_FILE` names the file that holds what `TONGBAO_X` would, so that a
mounted secret never enters a process's environment.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

PREFIX = "TONGBAO_"
FILE_SUFFIX = "_FILE"

T = TypeVar("T")


class SettingsError(Exception):
    """One or more settings are missing or unreadable; the message names them, never their values."""


class Secret(str):
    """A string that does not print."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"


def _flag(text: str) -> bool:
    choices = {"true": True, "false": False}
    return choices[text.lower()]


_READERS: Mapping[object, Callable[[str], Any]] = {
    str: str,
    Secret: Secret,
    int: int,
    float: float,
    bool: _flag,
    Path: Path,
}


def variable_of(field: str) -> str:
    """Return the name of the environment variable of a settings field."""
    return PREFIX + field.upper()


def _secret_from_file(path: str | None) -> str | None:
    """Return the content of the file without its last line break; None where there is no readable file."""
    try:
        return None if path is None else Path(path).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        return None


def read(cls: type[T], environment: Mapping[str, str]) -> T:
    """Fill the dataclass `cls` from the environment; a field without a default must be there.

    Raises `SettingsError` that lists every missing or unreadable variable.
    """
    hints = get_type_hints(cls)
    faults: list[str] = []
    values: dict[str, Any] = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # T is always a dataclass here
        name = variable_of(field.name)
        text = environment.get(name)
        if text is None and hints[field.name] is Secret:
            text = _secret_from_file(environment.get(name + FILE_SUFFIX))
        if text is None:
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                faults.append(f"{name} is missing")
            continue
        try:
            values[field.name] = _READERS[hints[field.name]](text)
        except (KeyError, ValueError):
            faults.append(f"{name} is not a valid {getattr(hints[field.name], '__name__', 'value')}")
    if faults:
        raise SettingsError("; ".join(faults))
    return cls(**values)
