"""What a unit has not filed, and which of it is to be told today."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from services.filing.reminding.terms import ReminderTerms

KEPT_DAYS = 400
"""So long after its last day a form stays in the record of what was told."""

REMINDER, URGED = "reminder", "urged"
"""The occasions of notices that ask a unit to file."""


class FormKey(NamedTuple):
    """What is filed once: a form for a period, for one platform where `item` names it."""

    form: str
    period: str
    item: str = ""


@dataclass(frozen=True)
class Owed:
    """A form that a unit has not filed. `due` is the last day for this very unit, `about` the platform that it is about."""

    key: FormKey
    title: str
    period: str
    due: date
    is_month: bool
    is_returned: bool = False
    about: str = field(default="", repr=False)

    @property
    def label(self) -> str:
        """How a person reads it."""
        return f"{self.period}《{self.title}》" + (f"（{self.about}）" if self.about else "")


@dataclass(frozen=True)
class Told:
    """The last step at which a unit was told of a form, by the last day that it had then."""

    due: date
    step: int


@dataclass(frozen=True)
class OpenNotice:
    """A notice that asks for forms, as long as one of them is not filed; `once` is its very occasion."""

    occasion: str
    once: str
    keys: tuple[FormKey, ...]


@dataclass(frozen=True)
class Record:
    """What a unit was told of, on which day it was urged to what, and which notices still ask for something."""

    unit_id: str
    version: int = 0
    told: Mapping[FormKey, Told] = field(default_factory=dict)
    urged: Mapping[FormKey, date] = field(default_factory=dict)
    open: tuple[OpenNotice, ...] = ()

    def remind(self, owed: Iterable[Owed], on: date, terms: ReminderTerms) -> tuple[Record, tuple[Owed, ...]]:
        """Return what the unit is to be told on a day, the most pressing first, and the record once it is told.

        Each step of a form is told once. A form whose last day was moved begins anew.
        """
        news = {}
        for each in sorted(owed, key=lambda one: (one.due, one.key)):
            step = (terms.month if each.is_month else terms.year).at((on - each.due).days)
            before = self.told.get(each.key)
            is_new = before is None or before.due != each.due or (step is not None and before.step < step)
            if step is not None and is_new:
                news[each.key] = (each, Told(each.due, step))
        if not news:
            return self, ()
        told = {**self.told, **{key: said for key, (_, said) in news.items()}}
        return self._asking(REMINDER, tuple(news), on, told=told), tuple(each for each, _ in news.values())

    def urge(self, owed: Sequence[Owed], on: date) -> tuple[Record, tuple[Owed, ...]]:
        """Return which of these forms a department may urge the unit to on a day, once a day each, and the record then."""
        fresh = tuple(each for each in owed if self.urged.get(each.key) != on)
        if not fresh:
            return self, ()
        keys = tuple(each.key for each in fresh)
        return self._asking(URGED, keys, on, urged={**self.urged, **dict.fromkeys(keys, on)}), fresh

    def settle(self, key: FormKey) -> tuple[Record, tuple[OpenNotice, ...]]:
        """Return the notices that ask for nothing more once a form was filed, and the record without the form."""
        if not any(key in each.keys for each in self.open):
            return self, ()
        left = [replace(each, keys=tuple(one for one in each.keys if one != key)) for each in self.open]
        done = tuple(each for each in left if not each.keys)
        return replace(self, open=tuple(each for each in left if each.keys)), done

    def once_of(self, occasion: str, on: date) -> str:
        """Return the id of the very occasion: told twice on a day, it is another one."""
        return hashlib.sha256(f"{self.unit_id}/{occasion}/{on.isoformat()}/{self.version}".encode()).hexdigest()

    def _asking(
        self,
        occasion: str,
        keys: tuple[FormKey, ...],
        on: date,
        told: Mapping[FormKey, Told] | None = None,
        urged: Mapping[FormKey, date] | None = None,
    ) -> Record:
        """Return the record with another notice, without what lies too far back."""
        first = on - timedelta(days=KEPT_DAYS)
        kept = {key: said for key, said in (self.told if told is None else told).items() if said.due >= first}
        days = {key: day for key, day in (self.urged if urged is None else urged).items() if day >= first}
        asking = OpenNotice(occasion, self.once_of(occasion, on), keys)
        still = tuple(each for each in self.open if any(one in kept or one in days for one in each.keys))
        return replace(self, told=kept, urged=days, open=(*still, asking))
