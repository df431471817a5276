"""Cuts descriptions into words: jieba's method over a dictionary that is made of our own class data alone.

The general dictionary of the package is not asked: what no class is known by can't speak for one, and its words would
cut ours in two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import rjieba

from services.filing.classification.texts import Description, plain

_FREQUENCY = 1000
"""One frequency for all: the longer word wins, and its parts are found as well."""

SHORTEST = 2


@dataclass(frozen=True)
class Token:
    """A word of a description, where it begins, and what it counts there."""

    word: str
    start: int
    weight: float


class Tokenizer:
    """Knows the words that it is made with; both methods work on plain text."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in map(plain, words) if len(word) >= SHORTEST)
        self._jieba = rjieba.Jieba.empty()  # type: ignore[no-untyped-call]  # its stub says no type
        for word in sorted(self._words):
            self._jieba.add_word(word, _FREQUENCY, "n")

    def words(self, text: str) -> tuple[str, ...]:
        """Return the words of a text that name something, with the known parts of longer ones."""
        return tuple(word for word, _, _ in self._cut(plain(text)))

    def tokens(self, description: Description) -> tuple[Token, ...]:
        """Return the words of a description that count there, each as often as it stands there."""
        found = (
            Token(word, start, description.weight_at(start, end)) for word, start, end in self._cut(description.text)
        )
        return tuple(token for token in found if token.weight > 0)

    def _cut(self, text: str) -> list[tuple[str, int, int]]:
        cut = self._jieba.tokenize(text, mode="search", hmm=False)
        return [(word, start, end) for word, start, end in cut if self._is_known(word)]

    def _is_known(self, word: str) -> bool:
        return len(word) >= SHORTEST and (word in self._words or word.isascii())
