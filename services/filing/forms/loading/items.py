"""What the items of the edition before became in this one: `items.toml`, and whether it says so of every item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from services.filing.forms.lists import CodeLists, ListRef
from services.filing.forms.loading.faults import Fault
from services.filing.forms.loading.tables import Table
from services.filing.forms.model import Edition, Indicator

ITEMS = "items.toml"


def with_items(edition: Edition, table: Table, lists: CodeLists) -> Edition:
    """Return the edition with what it says of the one before; every target must exist, and so must the map of classes.

    An item is `form/code` or, where a part moved by itself, `form/code.part`.
    """
    follows, changes = table.text("follows"), table.text("class_changes", "")
    items, dropped = _texts(table.table("items")), _texts(table.table("dropped"))
    table.close()
    known = frozenset(_items(edition))
    taken: set[str] = set()
    for old, new in items.items():
        if new not in known:
            table.fault(f"items/{old}", "unknown_code", new)
        if new in taken:
            table.fault(f"items/{old}", "duplicate", new)
        taken.add(new)
        if old in dropped:
            table.fault(f"dropped/{old}", "duplicate", old)
    return replace(
        edition,
        follows=follows,
        items_from=items,
        dropped_items=dropped,
        class_changes=_class_changes(changes, edition, table, lists) if changes else None,
    )


def succession_faults(edition: Edition, before: Edition | None) -> Iterator[Fault]:
    """Yield what the map gets wrong about the edition before: items it doesn't have, and items that are not told of.

    Nothing can be said of the items of an edition that isn't here.
    """
    if before is None:
        for old in edition.items_from:
            yield Fault(f"{edition.id}/{ITEMS}/items/{old}", "unknown_edition", edition.follows)
        return
    if edition.follows != before.id:
        yield Fault(f"{edition.id}/{ITEMS}/follows", "follows_another", f"{before.id} comes before")
        return
    known = frozenset(_items(before))
    for section, told in (("items", edition.items_from), ("dropped", edition.dropped_items)):
        for old in told:
            if old not in known:
                yield Fault(f"{edition.id}/{ITEMS}/{section}/{old}", "unknown_code", f"not in {before.id}")
    for form in before.forms:
        for indicator in form.indicators:
            if not _is_told(f"{form.key}/{indicator.code}", indicator, edition):
                yield Fault(f"{edition.id}/{ITEMS}/items", "item_untold", f"{form.key}/{indicator.code}")


def _is_told(item: str, indicator: Indicator, edition: Edition) -> bool:
    """Tell whether the map says what became of an item, as a whole or of each of its parts."""
    told = {*edition.items_from, *edition.dropped_items}
    return item in told or all(f"{item}.{part.key}" in told for part in indicator.parts)


def _items(edition: Edition) -> Iterator[str]:
    for form in edition.forms:
        for indicator in form.indicators:
            yield f"{form.key}/{indicator.code}"
            yield from (f"{form.key}/{indicator.code}.{part.key}" for part in indicator.parts if part.key)


def _class_changes(text: str, edition: Edition, table: Table, lists: CodeLists) -> ListRef | None:
    """Return the list that tells what became of each class; all its codes are classes of this edition."""
    scheme, _, version = text.partition("/")
    classes = edition.lists.get("business_class")
    try:
        changes = lists.entries(scheme, version)
    except LookupError:
        table.fault("class_changes", "unknown_list", text)
        return None
    for change in changes:
        if classes is None or lists.find(classes.scheme, classes.version, change.code) is None:
            table.fault("class_changes", "code_unknown", change.code)
    return ListRef(scheme, version)


def _texts(table: Table) -> Mapping[str, str]:
    return {key: table.text(key) for key, _ in table.items()}
