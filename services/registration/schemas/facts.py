"""Facts of the materials on the wire: a field for each by its kind, and what a reader sees of the comparison."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import Schema

from services.registration.form.facts import RESULT_LABELS, SOURCE_LABELS, Against, Checked
from services.registration.model.facts import FACTS, NO_END, Fact, FactKind, FactValues
from shared.fields import Flag, Money, PlainDate, Text
from shared.fields.strict import Strict

_CODE, _NAME, _ADDRESS = 40, 120, 200
"""Lengths in characters: of codes and numbers as they stand on paper, which may be wrong, of names, of addresses."""


class OrAbsent(Strict[object]):
    """What `inner` takes, or "" for a fact that was looked for and does not stand on the material."""

    def __init__(self, inner: Strict[Any], words: tuple[str, ...] = ()) -> None:  # Any: whatever the inner field loads
        super().__init__({"anyOf": [dict(inner.metadata), {"enum": ["", *words]}]})
        self._inner = inner
        self._words = words

    def read(self, value: object) -> object:
        """Return the value, or `ABSENT`. Codes: those of the inner field."""
        if isinstance(value, str) and value.strip() in ("", *self._words):
            return value.strip()
        return self._inner.read(value)


def _field(fact: Fact) -> Flag | OrAbsent:
    if fact.kind is FactKind.FLAG:
        return Flag()
    if fact.kind is FactKind.DATE:
        return OrAbsent(PlainDate())
    if fact.kind is FactKind.TERM:
        return OrAbsent(PlainDate(), (NO_END,))
    if fact.kind is FactKind.AMOUNT:
        return OrAbsent(Money(places=6))
    length = {FactKind.NAME: _NAME, FactKind.ADDRESS: _ADDRESS, FactKind.SITE: _ADDRESS}.get(fact.kind, _CODE)
    return OrAbsent(Text(length))


FactsIn = Schema.from_dict({fact.key: _field(fact) for fact in FACTS}, name="FactsIn")
"""Facts by key: a value, "" where it was looked for and is not there; one that nobody looked for is left out.

A code or number is taken as it stands on the paper, right or wrong: what is wrong with it is what the comparison shows.
"""

ReasonsIn = Schema.from_dict(
    {fact.key: Text(500, min=0, multiline=True) for fact in FACTS},
    name="ReasonsIn",
)
"""Why a fact that does not agree is accepted, by key."""


def facts_body(values: FactValues) -> dict[str, object]:
    """Return facts as they go over the wire."""
    return {key: _plain(value) for key, value in values.items()}


def checked_body(one: Checked, proposed: FactValues) -> dict[str, object]:
    """Return a fact with its readings, its comparisons and how it was settled; `proposed` is what the files' text says."""
    return {
        "key": one.fact.key,
        "material": one.fact.slot.value,
        "label": one.fact.label,
        "kind": one.fact.kind.value,
        "read": _plain(one.read),
        "stated": _plain(one.stated),
        "proposed": _plain(proposed.get(one.fact.key)),
        "is_expected": one.is_expected,
        "is_recorded": one.is_recorded,
        "is_disputed": bool(one.disputed),
        "is_settled": one.is_settled,
        "reason": one.settlement.reason if one.settlement else "",
        "comparisons": [_against(comparison) for comparison in one.comparisons],
    }


def _against(comparison: Against) -> Mapping[str, object]:
    return {
        "source": comparison.source.value,
        "source_label": SOURCE_LABELS[comparison.source],
        "label": comparison.label,
        "value": _plain(comparison.value),
        "result": comparison.result.value,
        "result_label": RESULT_LABELS[comparison.result],
    }


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value
