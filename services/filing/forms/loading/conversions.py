"""The conversions of a form from its data, every reference followed to where it leads."""

from __future__ import annotations

import re

from services.filing.forms.conversions import PERIOD_END, Conversion
from services.filing.forms.expressions.parsing import SyntaxFault, parse
from services.filing.forms.expressions.syntax import Ref
from services.filing.forms.loading.parts import Source
from services.filing.forms.loading.tables import Table
from services.filing.forms.model import Indicator, Part

CURRENCY = "currency"
"""The code list of currencies, under this name in the edition, and the scheme of the cells that name one."""

MOST_PLACES = 8
_CODE = re.compile(r"[A-Z]{3}\Z")
_NOWHERE = Ref("")

Indicators = dict[str, Indicator]


def conversions_of(table: Table, indicators: tuple[Indicator, ...], source: Source) -> tuple[Conversion, ...]:
    """Return the conversions of a form with these indicators; faults are noted in the table's collector."""
    known = {each.code: each for each in indicators}
    return tuple(_conversion(each, known, source) for each in table.tables("conversions"))


def check_facts(table: Table, conversions: tuple[Conversion, ...], facts: frozenset[str]) -> None:
    """Note a fault for facts that the edition does not declare, and for one that two rates would tell."""
    told: dict[str, tuple[object, ...]] = {}
    for number, each in enumerate(conversions):
        place = f"conversions/{number}/fact"
        if each.fact and each.fact not in facts:
            table.fault(place, "unknown_fact", each.fact)
        rate = (each.currency, each.target, each.on)
        if each.fact and told.setdefault(each.fact, rate) != rate:
            table.fault(place, "told_twice", each.fact)


def _conversion(table: Table, known: Indicators, source: Source) -> Conversion:
    amount = _cell(table, "amount", known, None)
    row = known.get(amount.indicator)
    row = row if row is not None and row.is_rows else None
    part = _part(amount, known, row)
    if part is not None and (part.kind is None or not part.kind.is_number):
        table.fault("amount", "not_a_number", str(amount))
    places = table.whole("places")
    if places is None or not 0 <= places <= MOST_PLACES:
        table.fault("places", "places_unclear")
    conversion = Conversion(
        amount=amount,
        currency=_currency(table, known, row, source),
        target=_code(table, "to", table.text("to"), source),
        on=_on(table, known, row),
        places=places or 0,
        fact=table.text("fact", ""),
    )
    table.close()
    return conversion


def _currency(table: Table, known: Indicators, row: Indicator | None, source: Source) -> str | Ref:
    text = table.text("from")
    if not text.startswith("["):
        return _code(table, "from", text, source)
    ref = _cell(table, "from", known, row)
    part = _part(ref, known, row)
    if part is not None and (part.source is None or part.source.scheme != CURRENCY):
        table.fault("from", "not_a_currency", text)
    return ref


def _on(table: Table, known: Indicators, row: Indicator | None) -> Ref | None:
    if table.text("on") == PERIOD_END:
        return None
    ref = _cell(table, "on", known, row)
    part = _part(ref, known, row)
    if part is not None and part.kind_name != "date":
        table.fault("on", "not_date", str(ref))
    return ref


def _code(table: Table, key: str, text: str, source: Source) -> str:
    listed = source.named.get(CURRENCY)
    if listed is None:
        table.fault(key, "unknown_list", CURRENCY)
    elif not _CODE.match(text) or source.lists.find(listed.scheme, listed.version, text) is None:
        table.fault(key, "not_a_currency", text)
    return text


def _cell(table: Table, key: str, known: Indicators, row: Indicator | None) -> Ref:
    """Return the reference to a cell of the form; of another row than `row` there is none."""
    text = table.text(key)
    try:
        root = parse(text).root
    except SyntaxFault:
        root = None
    if not isinstance(root, Ref) or not root.is_own:
        table.fault(key, "not_a_cell", text)
        return _NOWHERE
    if _part(root, known, row) is None:
        table.fault(key, "unknown_code", text)
        return _NOWHERE
    indicator = known.get(root.indicator)
    if key != "amount" and indicator is not None and indicator.is_rows and indicator is not row:
        table.fault(key, "row_or_not", text)
    return root


def _part(ref: Ref, known: Indicators, row: Indicator | None) -> Part | None:
    indicator = known.get(ref.indicator) if ref.indicator else row
    return indicator.part(ref.part) if indicator is not None else None
