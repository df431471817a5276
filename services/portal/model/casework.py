"""What the registration service answers about facts, threads and decision sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict


class AgainstAnswer(TypedDict):
    """One comparison of a fact."""

    source: str
    source_label: str
    label: str
    value: object
    result: str
    result_label: str


class FactAnswer(TypedDict):
    """A fact of a material, with its readings and comparisons."""

    key: str
    material: str
    label: str
    kind: str
    read: object
    stated: object
    proposed: object
    is_expected: bool
    is_recorded: bool
    is_disputed: bool
    is_settled: bool
    reason: str
    comparisons: list[AgainstAnswer]


class MessageOfThread(TypedDict):
    """A message of a thread."""

    no: int
    at: str
    author_id: str
    side: str
    department: str
    text: str


class ThreadAnswer(TypedDict):
    """A thread as its reader sees it."""

    id: str
    visibility: str
    pointer: str
    place: str
    anchor: str
    is_resolved: bool
    updated_at: str
    unread: int
    can_answer: bool
    can_resolve: bool
    messages: list[MessageOfThread]


class SheetAnswer(TypedDict):
    """A decision sheet."""

    id: str
    kind: str
    title: str
    number: str
    decided_at: str
    size: int
    sha256: str
    stands: bool


NO_END = "长期"
"""The value of a term that never ends."""

TypedFacts = Mapping[str, object]
"""Facts as somebody typed them; "" for one that does not stand on the material."""
