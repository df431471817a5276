"""An edition from its folder: `edition.toml`, one file per form, `items.toml` where it follows another edition, and
what divisions add to its forms."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from services.filing.forms.answers import Value
from services.filing.forms.context import OWN_FACTS
from services.filing.forms.lists import CodeLists, ListRef
from services.filing.forms.loading.extras import DIVISIONS, extras_of
from services.filing.forms.loading.faults import EditionError, Fault, Faults
from services.filing.forms.loading.forms import form_of, with_rules
from services.filing.forms.loading.items import ITEMS, with_items
from services.filing.forms.loading.parts import Source
from services.filing.forms.loading.references import Ground
from services.filing.forms.loading.reviewing import grave_queries_of, key_totals_of
from services.filing.forms.loading.tables import Table
from services.filing.forms.model import Edition, Form

Documents = Mapping[str, Mapping[str, object]]
"""The parsed files of a folder by file name."""

EDITION = "edition.toml"


def read_folder(folder: Path) -> Documents:
    """Return the parsed TOML files of a folder and of its `divisions`; raises EditionError for one that is no TOML."""
    documents: dict[str, Mapping[str, object]] = {}
    for path in sorted([*folder.glob("*.toml"), *folder.glob(f"{DIVISIONS}*.toml")]):
        name = path.relative_to(folder).as_posix()
        try:
            documents[name] = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise EditionError([Fault(name, "not_toml", str(error))]) from None
    return documents


def load_edition(documents: Documents, lists: CodeLists) -> Edition:
    """Return the edition that the documents describe; raises EditionError with every fault and its place.

    Refused are, among others: unknown keys and kinds, codes and lists that do not exist, options without a list,
    expressions over unknown cells, duplicate codes and rules, and values in "—" cells.
    """
    faults = Faults()
    table = Table(documents.get(EDITION, {}), EDITION, faults)
    named = _lists(table.table("lists"), lists)
    facts = _texts(table.table("facts"))
    parameters = _parameters(table.table("parameters"), named, lists)
    source, known = Source(lists, named), (frozenset(facts) | OWN_FACTS, frozenset(parameters))
    forms = _forms(table, documents, source, *known)
    edition = Edition(
        id=table.text("id"),
        title=table.text("title"),
        approval=table.text("approval"),
        valid_from=table.day("valid_from"),
        valid_to=table.day("valid_to"),
        made_by=table.text("made_by"),
        approved_by=table.text("approved_by"),
        forms=forms,
        parameters=parameters,
        facts=facts,
        lists=named,
        duties=table.texts("duties"),
        extras=extras_of(documents, forms, source, known, faults),
        key_totals=key_totals_of(table.table("key_totals"), forms),
        grave_queries=grave_queries_of(table, "grave_queries", forms),
    )
    table.close()
    if edition.valid_to < edition.valid_from:
        table.fault("valid_to", "ends_before_it_begins")
    _check_unique(edition, faults)
    if ITEMS in documents:
        edition = with_items(edition, Table(documents[ITEMS], ITEMS, faults), lists)
    faults.settle()
    return edition


def _forms(
    table: Table, documents: Documents, source: Source, facts: frozenset[str], parameters: frozenset[str]
) -> tuple[Form, ...]:
    """Return the forms in the order that `edition.toml` lists their files in."""
    found: list[Form] = []
    names = table.texts("forms")
    for name in names:
        if name not in documents:
            table.fault("forms", "no_such_file", name)
            continue
        own = Table(documents[name], name, table.faults)
        form, rules = form_of(own, source)
        found.append(with_rules(own, rules, Ground(form, facts, parameters)))
    for name in documents:
        if name not in (EDITION, ITEMS, *names) and not name.startswith(DIVISIONS):
            table.fault("forms", "file_not_listed", name)
    return tuple(found)


def _texts(table: Table) -> dict[str, str]:
    return {key: table.text(key) for key, _ in table.items()}


def _parameters(table: Table, named: Mapping[str, ListRef], lists: CodeLists) -> dict[str, Value]:
    """Return the settings: decimals are written as text, and `{ list = "name" }` means all codes of that list."""
    found: dict[str, Value] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            source = named.get(str(value.get("list", "")))
            if source is None:
                table.fault(key, "unknown_list")
            else:
                found[key] = tuple(entry.code for entry in lists.entries(source.scheme, source.version))
            continue
        try:
            found[key] = Decimal(str(value))
        except InvalidOperation:
            table.fault(key, "not_a_number")
    return found


def _lists(table: Table, lists: CodeLists) -> dict[str, ListRef]:
    """Return the lists of the edition by the name its forms use; a list that does not exist is left out and noted."""
    found: dict[str, ListRef] = {}
    for name, text in _texts(table).items():
        scheme, _, version = text.partition("/")
        try:
            lists.entries(scheme, version)
        except LookupError:
            table.fault(name, "unknown_list", text)
        else:
            found[name] = ListRef(scheme, version)
    return found


def _check_unique(edition: Edition, faults: Faults) -> None:
    _duplicates([form.key for form in edition.forms], "form", faults)
    _duplicates([each.id for each in edition.extras], "extras", faults)
    all_forms = (*edition.forms, *(each.form for each in edition.extras))
    _duplicates([rule.id for form in all_forms for rule in form.rules], "rule", faults)
    numbered = [one.code for form in edition.forms for one in form.indicators if one.code.isdecimal()]
    _duplicates(numbered, "indicator", faults)


def _duplicates(names: list[str], what: str, faults: Faults) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.add(EDITION, "duplicate", f"{what} {name}")
