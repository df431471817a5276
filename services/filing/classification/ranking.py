"""Ranks the classes for a description: BM25 over their words by field, then the exclusions that speak.

Forty-five documents of some hundred words each: the formula is thirty lines here, where a library would bring an index
of its own and no way to say which word counted where.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.filing.classification.knowledge import Knowledge, KnownClass, Move
from services.filing.classification.texts import describe, plain
from services.filing.classification.tokens import Token, Tokenizer


class Field(StrEnum):
    """Where a word stands in what is known of a class."""

    STRONG = "strong"
    NAME = "name"
    BUSINESS = "business"
    WORDS = "words"
    SCOPE = "scope"
    PART = "part"
    """Within a longer word of any of the others."""


@dataclass(frozen=True)
class Weights:
    """How much a field counts, how soon repetition stops to count, and what an exclusion moves."""

    fields: Mapping[Field, float]
    saturation: float
    length: float
    kept: float
    """The part of its points that a class keeps which leaves the thing out."""
    given: float
    """The part of the best points that the class gets which it belongs to."""


WEIGHTS = Weights(
    fields={
        Field.STRONG: 2.0,
        Field.NAME: 1.5,
        Field.BUSINESS: 1.5,
        Field.WORDS: 1.0,
        Field.SCOPE: 0.5,
        Field.PART: 0.5,
    },
    saturation=1.2,
    length=0.3,
    kept=0.5,
    given=0.5,
)


@dataclass(frozen=True)
class Hit:
    """A word of the description that a class is known by, where it stands there, and the points that it brought."""

    word: str
    field: Field
    points: float


@dataclass(frozen=True)
class Shift:
    """An exclusion that spoke: the class that leaves a thing out, what it is, and where it belongs."""

    source: str
    what: str
    targets: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Ranked:
    """A class in the ranking, and why it stands there."""

    code: str
    points: float
    hits: tuple[Hit, ...]
    shifts: tuple[Shift, ...]


class Index:
    """The classes of an edition, ready to be searched."""

    def __init__(self, knowledge: Knowledge, weights: Weights = WEIGHTS) -> None:
        self._weights = weights
        self._moves = knowledge.moves
        texts = {code: _fields(each) for code, each in knowledge.classes.items()}
        known = [word for fields in texts.values() for name in _NAMED for word in fields[name]]
        self._tokenizer = Tokenizer(known)
        self._fields = {code: self._field_words(fields) for code, fields in texts.items()}
        sizes = {code: len(words) for code, words in self._fields.items()}
        mean = sum(sizes.values()) / len(sizes)
        self._lengths = {code: 1 - weights.length + weights.length * size / mean for code, size in sizes.items()}
        holding = Counter(word for words in self._fields.values() for word in words)
        self._rarity = {
            word: math.log(1 + (len(sizes) - count + 0.5) / (count + 0.5)) for word, count in holding.items()
        }

    def rank(self, text: str) -> tuple[Ranked, ...]:
        """Return the classes that any word speaks for, the best first; equal ones in the order of the code list."""
        description = describe(text)
        hits = self._hits(self._tokenizer.tokens(description))
        points = {code: sum(hit.points for hit in found) for code, found in hits.items()}
        shifts: dict[str, list[Shift]] = defaultdict(list)
        best = max(points.values(), default=0.0)
        for move in self._moves:
            words = move.cue.hits(description)
            if words:
                self._shift(move, words, points, best, shifts)
        order = sorted(
            (code for code in self._fields if points.get(code, 0) > 0), key=lambda code: -round(points[code], 6)
        )
        return tuple(
            Ranked(code, round(points[code], 2), tuple(hits.get(code, ())), tuple(shifts[code])) for code in order
        )

    def _shift(
        self,
        move: Move,
        words: tuple[str, ...],
        points: dict[str, float],
        best: float,
        shifts: dict[str, list[Shift]],
    ) -> None:
        shift = Shift(move.source, move.exclusion.what, move.targets, words)
        if move.source in points and shift not in shifts[move.source]:
            points[move.source] *= self._weights.kept
            shifts[move.source].append(shift)
        for target in move.targets:
            if not shifts[target]:
                points[target] = points.get(target, 0.0) + best * self._weights.given
            shifts[target].append(shift)

    def _hits(self, tokens: Iterable[Token]) -> dict[str, list[Hit]]:
        counts: dict[str, float] = defaultdict(float)
        for token in tokens:
            counts[token.word] = max(counts[token.word], token.weight)
        hits: dict[str, list[Hit]] = defaultdict(list)
        for code, words in self._fields.items():
            for word, weight in counts.items():
                if word in words:
                    hits[code].append(self._hit(code, word, weight))
            hits[code].sort(key=lambda hit: -hit.points)
        return {code: found for code, found in hits.items() if found}

    def _hit(self, code: str, word: str, weight: float) -> Hit:
        field, strength = self._fields[code][word]
        k = self._weights.saturation
        saturated = strength * (k + 1) / (strength + k * self._lengths[code])
        return Hit(word, field, round(self._rarity[word] * saturated * weight, 3))

    def _field_words(self, texts: Mapping[Field, Iterable[str]]) -> dict[str, tuple[Field, float]]:
        """Return each word of a class with the field where it counts most, and what it counts in all fields."""
        strengths: dict[str, dict[Field, float]] = defaultdict(dict)
        for field, found in texts.items():
            for text in found:
                whole = plain(text)
                parts = self._tokenizer.words(text)
                if field in _NAMED:
                    strengths[whole][field] = self._weights.fields[field]
                for word in parts:
                    placed = Field.PART if field in _NAMED and word != whole else field
                    strengths[word][placed] = self._weights.fields[placed]
        return {
            word: (max(by_field, key=lambda field: by_field[field]), sum(by_field.values()))
            for word, by_field in strengths.items()
        }


_NAMED = (Field.STRONG, Field.WORDS, Field.BUSINESS)
"""The fields whose texts are words for the dictionary."""


def _fields(known: KnownClass) -> dict[Field, tuple[str, ...]]:
    return {
        Field.STRONG: known.strong,
        Field.WORDS: known.words,
        Field.BUSINESS: (*known.listed.businesses, *known.aliases),
        Field.NAME: (known.listed.name,),
        Field.SCOPE: (known.listed.scope,),
    }
