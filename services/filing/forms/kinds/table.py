"""From the name of a kind and its settings, as a form's data give them, to the kind itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.filing.forms.kinds.choices import Choice, Choices
from services.filing.forms.kinds.coded import Coded, named
from services.filing.forms.kinds.contacts import Digits, Email, WebSite
from services.filing.forms.kinds.identifiers import CreditCode, OrganisationCode
from services.filing.forms.kinds.kind import Kind
from services.filing.forms.kinds.numbers import Amount, Whole
from services.filing.forms.kinds.places import City, CountryOrRegion, DivisionCode, Several
from services.filing.forms.kinds.texts import Names, Text
from services.filing.forms.kinds.times import Day, YearMonth
from services.filing.forms.lists import CodeLists, ListEntry, ListRef, Option


@dataclass(frozen=True)
class Settings:
    """The limits that a part gives to its kind; each kind uses some of them."""

    longest: int = 200
    least: int | None = None
    most: int | None = None
    places: int = 2
    word: str = ""
    prefix: str = ""
    is_multiline: bool = False
    is_abroad: bool = False
    options: tuple[Option, ...] = ()
    source: ListRef | None = None


Maker = Callable[[Settings, CodeLists], Kind]

LISTED = frozenset({"choice", "choices", "yes_no"})
"""Kinds with options: on the form itself or from a code list."""

CODED = frozenset({"code", "named"})
"""Kinds that always need a code list."""


def options_of(settings: Settings, lists: CodeLists) -> tuple[Option, ...]:
    """Return the options of a choice, those of its code list with the name of the entry above as their group.

    A label that repeats its group's name is cut: CMM 一级 stands as 一级 under CMM, and has the note of its group where
    it has none of its own.
    """
    if settings.source is None:
        return settings.options
    rows = lists.entries(settings.source.scheme, settings.source.version)
    known = {entry.code: entry for entry in rows}
    return tuple(_option(entry, known.get(entry.parent)) for entry in rows if settings.source.takes(entry))


def _option(entry: ListEntry, above: ListEntry | None) -> Option:
    group = above.name if above else ""
    note = entry.facts.get("note") or (above.facts.get("note") if above else None) or ""
    return Option(entry.code, entry.name.removeprefix(group).strip(), group, str(note))


def _source(settings: Settings) -> ListRef:
    if settings.source is None:
        raise LookupError("list")
    return settings.source


def _amount(settings: Settings, lists: CodeLists) -> Kind:
    most = None if settings.most is None else Decimal(settings.most)
    return Amount(places=settings.places, least=Decimal(settings.least or 0), most=most)


def _percent(settings: Settings, lists: CodeLists) -> Kind:
    return Amount(places=settings.places, digits=3, most=Decimal(100))


def _whole(settings: Settings, lists: CodeLists) -> Kind:
    return Whole(settings.least or 0, 10**9 if settings.most is None else settings.most, settings.word)


def _digits(settings: Settings, lists: CodeLists) -> Kind:
    return Digits(settings.least or 1, settings.most or 40, settings.prefix)


def _choice(settings: Settings, lists: CodeLists) -> Kind:
    return Choice(options_of(settings, lists))


def _choices(settings: Settings, lists: CodeLists) -> Kind:
    return Choices(options_of(settings, lists))


def _named(settings: Settings, lists: CodeLists) -> Kind:
    source = _source(settings)
    return named(lists.entries(source.scheme, source.version), settings.longest)


KINDS: Mapping[str, Maker] = {
    "text": lambda settings, lists: Text(settings.longest, settings.is_multiline),
    "names": lambda settings, lists: Names(settings.longest),
    "whole": _whole,
    "number": _amount,
    "money": _amount,
    "percent": _percent,
    "date": lambda settings, lists: Day(),
    "year_month": lambda settings, lists: YearMonth(),
    "choice": _choice,
    "choices": _choices,
    "yes_no": _choice,
    "code": lambda settings, lists: Coded(_source(settings), lists),
    "named": _named,
    "city": lambda settings, lists: City(),
    "cities": lambda settings, lists: Several(City()),
    "country": lambda settings, lists: CountryOrRegion(settings.is_abroad),
    "countries": lambda settings, lists: Several(CountryOrRegion(settings.is_abroad)),
    "division": lambda settings, lists: DivisionCode(),
    "credit_code": lambda settings, lists: CreditCode(),
    "organisation_code": lambda settings, lists: OrganisationCode(),
    "digits": _digits,
    "email": lambda settings, lists: Email(),
    "website": lambda settings, lists: WebSite(),
}
"""Every kind that a form may name."""
