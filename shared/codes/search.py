"""Finds entries of a list by what a person types: a code, the start of one, or words of names.

The order is: the code itself, codes that start so, names that start so (the shorter first), names that hold every word,
other words of the entry, and last, where nothing else fits, names that share pairs of characters. A list holds at most some thousand
entries, so each search reads all of them once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

_CODE_START = 1

_LEAST_LIKENESS = 0.4
"""Share of common character pairs (Dice) from which a name counts as similar."""


@dataclass(frozen=True)
class Index:
    """Texts of the entries in their order: code, name, then other words."""

    texts: Sequence[tuple[str, ...]]

    @cached_property
    def _folded(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((fold(code), fold(name), "\n".join(map(fold, others))) for code, name, *others in self.texts)

    def ranked(self, text: str) -> Iterator[int]:
        """Yield the places of fitting entries, the best first; none for an empty text."""
        words = fold(text).split()
        if not words:
            return
        hits: list[tuple[int, int, int]] = []
        for place, entry in enumerate(self._folded):
            rank = _rank(entry, words)
            if rank is not None:
                hits.append((rank, 0 if rank == _CODE_START else len(entry[1]), place))
        yield from (place for _, _, place in sorted(hits)) if hits else self._similar("".join(words))

    def _similar(self, text: str) -> Iterator[int]:
        wanted = _pairs(text)
        likeness = ((_likeness(wanted, _pairs(name)), place) for place, (_, name, _) in enumerate(self._folded))
        close = sorted((-value, place) for value, place in likeness if value >= _LEAST_LIKENESS)
        yield from (place for _, place in close)


def fold(text: str) -> str:
    """Return a text without differences of width and case."""
    return unicodedata.normalize("NFKC", text).casefold()


def _rank(entry: tuple[str, str, str], words: Sequence[str]) -> int | None:
    code, name, others = entry
    first = words[0]
    if len(words) == 1 and code == first:
        return 0
    if len(words) == 1 and code.startswith(first):
        return _CODE_START
    if first not in name and first not in others and not code.startswith(first):
        return None
    if name.startswith(first) and all(word in name for word in words):
        return 2
    if all(word in name for word in words):
        return 3
    if all(word in name or word in others or code.startswith(word) for word in words):
        return 4
    return None


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0
