"""The dated settings of the rate table: its sources in their order, and how far back a rate may be taken from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

TERMS = Path(__file__).with_name("terms.toml")


class TermsFaulty(Exception):
    """The settings of the rate table are not usable; the text names the place."""


@dataclass(frozen=True)
class Source:
    """Who publishes rates; a sample is made up."""

    key: str
    title: str
    is_sample: bool = False


@dataclass(frozen=True)
class Term:
    """How many days back from the day that is asked for the last published rate may be, from a day on."""

    valid_from: date
    days_back: int


@dataclass(frozen=True)
class RateTerms:
    """The sources, the preferred first, and the dated limits, the earliest first; samples are refused by default."""

    sources: tuple[Source, ...]
    terms: tuple[Term, ...]
    takes_samples: bool = False

    @property
    def first_day(self) -> date:
        """The first day for which there can be a rate."""
        return self.terms[0].valid_from

    def days_back(self, on: date) -> int | None:
        """Return how far back from a day a rate may be taken, None before the first setting."""
        return next((each.days_back for each in reversed(self.terms) if each.valid_from <= on), None)

    def source(self, key: str) -> Source | None:
        """Return the source of a key, None where there is none."""
        return next((each for each in self.sources if each.key == key), None)

    def named(self, text: str) -> Source | None:
        """Return the source that a table names by its title or its key, None where there is none."""
        return next((each for each in self.sources if text in (each.title, each.key)), None)

    def rank(self, key: str) -> int:
        """Return where a source stands in the order; an unknown one comes last."""
        keys = [each.key for each in self.sources]
        return keys.index(key) if key in keys else len(keys)


def load_terms(path: Path = TERMS) -> RateTerms:
    """Return the settings of a file. Raises `TermsFaulty`."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        sources = tuple(Source(**each) for each in read.pop("sources"))
        terms = tuple(Term(**each) for each in read.pop("terms"))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise TermsFaulty(f"{path.name}: {error}") from error
    _refuse_faults(path.name, RateTerms(sources, terms), read)
    return RateTerms(sources, terms)


def _refuse_faults(name: str, found: RateTerms, left_over: dict[str, object]) -> None:
    texts = [text for each in found.sources for text in (each.key, each.title)]
    days = [each.valid_from for each in found.terms]
    faults = {
        "unknown keys": bool(left_over),
        "sources": not texts or not all(texts) or len(set(texts)) != len(texts),
        "valid_from": not days or not all(type(each) is date for each in days) or days != sorted(set(days)),
        "days_back": not all(type(each.days_back) is int and each.days_back >= 0 for each in found.terms),
    }
    wrong = [what for what, is_wrong in faults.items() if is_wrong]
    if wrong:
        raise TermsFaulty(f"{name}: {', '.join(wrong)}")
