"""The contracts of messages: which types exist, who owns them, what their data holds.

One module per owning service lists its contracts in `CONTRACTS`; `samples/<type>.json` holds one committed sample of
the data of each, `samples/contents/<type>.json` one of what is sealed for the other side of the border. Published fields only grow: a reader ignores what it doesn't know, and a sample once published keeps
loading.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError

from shared.messaging.errors import ContractBroken

SAMPLES = Path(__file__).parent / "samples"
TYPE = re.compile(r"tongbao\.[a-z]+\.[a-z_]+\.v[1-9][0-9]*")


@dataclass(frozen=True)
class Contract:
    """What the data of one type of message holds; `owner` is the only service that publishes it.

    What crosses the border has two things more: `content`, which its `sealed` holds, and the `queue` that it goes to, or
    the `folder` of the partner in which it is laid down as a file.
    """

    type: str
    version: int
    owner: str
    schema: Schema
    content: Schema | None = None
    queue: str = ""
    folder: str = ""

    def __post_init__(self) -> None:
        """Raise `ValueError` when the type is not `tongbao.<area>.<fact>.v<version>`."""
        if not TYPE.fullmatch(self.type) or not self.type.endswith(f".v{self.version}"):
            raise ValueError(f"{self.type} is not a type of version {self.version}")

    @property
    def sample_path(self) -> Path:
        """Where the committed sample lies."""
        return SAMPLES / f"{self.type}.json"

    @property
    def sample(self) -> dict[str, Any]:
        """The committed sample of the data. Raises `FileNotFoundError` when there is none."""
        loaded: dict[str, Any] = orjson.loads(self.sample_path.read_bytes())
        return loaded

    @property
    def content_sample(self) -> dict[str, Any]:
        """The committed sample of the sealed content. Raises `FileNotFoundError` when there is none."""
        loaded: dict[str, Any] = orjson.loads((SAMPLES / "contents" / f"{self.type}.json").read_bytes())
        return loaded

    def load(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Check the data of a message and return it as the schema loads it; unknown fields are dropped.

        Raises `ContractBroken` that names the faulty fields.
        """
        try:
            loaded: dict[str, Any] = self.schema.load(data, unknown=EXCLUDE)
        except ValidationError as error:
            # Not chained: the error carries the data.
            raise ContractBroken("data/" + ",".join(sorted(_fields(error)))) from None
        return loaded


def all_contracts() -> dict[str, Contract]:
    """Return every contract of this package by its type. Raises `ValueError` when two claim the same type."""
    found: dict[str, Contract] = {}
    for module in pkgutil.iter_modules(__path__):
        for contract in importlib.import_module(f"{__name__}.{module.name}").CONTRACTS:
            if contract.type in found:
                raise ValueError(f"{contract.type} has two owners")
            found[contract.type] = contract
    return found


def _fields(error: ValidationError) -> list[str]:
    return [str(name) for name in error.messages] if isinstance(error.messages, dict) else ["_schema"]
