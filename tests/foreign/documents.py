"""What the published documents say: where messages come in, how they look, how they are sealed and answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

Node = dict[str, Any]


@dataclass(frozen=True)
class Documents:
    """The folder with the AsyncAPI document and the schemas of the messages."""

    folder: Path

    @cached_property
    def description(self) -> Node:
        """Return the AsyncAPI document."""
        loaded: Node = json.loads((self.folder / "messages.asyncapi.json").read_text("utf-8"))
        return loaded

    @property
    def border(self) -> Node:
        """Return how messages are sealed and answered."""
        found: Node = self.description["x-border"]
        return found

    def inbox_of(self, side: str) -> str:
        """Return the queue that a side reads and whose messages it answers."""
        operations = self.description["operations"].values()
        [operation] = [each for each in operations if each["x-service"] == side and "reply" in each]
        bindings = self._referred(operation["channel"])["bindings"]["amqp"]
        return str(bindings["queue"]["name"])

    def way_of(self, type_: str) -> tuple[str, str]:
        """Return exchange and routing key by which a message of a type is published."""
        channel = self._referred(self.description["operations"][f"send.{type_}"]["channel"])
        return str(channel["bindings"]["amqp"]["exchange"]["name"]), str(channel["address"])

    def answer_to(self, type_: str) -> str | None:
        """Return the type of what answers a message; None for one that is unknown or has no answer."""
        message: Node = self.description["components"]["messages"].get(type_, {})
        answer: str | None = message.get("x-answer")
        return answer

    def schema_of(self, type_: str, part: str = "") -> Draft202012Validator:
        """Return what validates a message, or with `.content` what is sealed in it."""
        path = self.folder / "messages" / f"{type_}{part}.schema.json"
        return Draft202012Validator(
            json.loads(path.read_text("utf-8")), format_checker=Draft202012Validator.FORMAT_CHECKER
        )

    def _referred(self, reference: Node) -> Node:
        found: Node = self.description
        for part in reference["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return found
