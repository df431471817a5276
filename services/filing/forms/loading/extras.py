"""What divisions add to the forms of an edition: files of its `divisions` folder, validated like its forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

from services.filing.forms.loading.faults import Faults
from services.filing.forms.loading.forms import check_codes, with_rules
from services.filing.forms.loading.parts import Source, column_of, indicator_of
from services.filing.forms.loading.references import Ground
from services.filing.forms.loading.tables import Table
from services.filing.forms.model import Extras, Form, Layout
from shared.codes import divisions

DIVISIONS = "divisions/"
"""What the names of their files begin with."""


def extras_of(
    documents: Mapping[str, Mapping[str, object]],
    forms: tuple[Form, ...],
    source: Source,
    known: tuple[frozenset[str], frozenset[str]],
    faults: Faults,
) -> tuple[Extras, ...]:
    """Return the divisions' own indicators, the widest division first; `known` are names of facts and settings.

    Refused are, beside all that is refused in a form: an unknown form or division, a code that the national form has,
    and two sets of one division for one form with days in common.
    """
    found: list[Extras] = []
    for name in sorted(each for each in documents if each.startswith(DIVISIONS)):
        made = _extras(Table(documents[name], name, faults), forms, source, known)
        if made is not None:
            found.append(made)
    for one, other in combinations(found, 2):
        if (one.main, one.division) == (other.main, other.division) and _have_days_in_common(one, other):
            faults.add(f"{DIVISIONS}{other.id}", "dates_overlap", one.id)
    return tuple(sorted(found, key=lambda each: (len(each.division.rstrip("0")), each.id)))


def _extras(
    table: Table, forms: tuple[Form, ...], source: Source, known: tuple[frozenset[str], frozenset[str]]
) -> Extras | None:
    key = table.text("form")
    main = next((form for form in forms if form.key == key), None)
    if main is None:
        table.fault("form", "unknown_form", key)
        return None
    form, rules = _form(table, main, source)
    extras = Extras(
        id=form.key,
        division=_division(table),
        main=main.key,
        ground=table.text("ground"),
        valid_from=table.day("valid_from"),
        valid_to=table.day("valid_to"),
        form=with_rules(table, rules, Ground(form, *known, main=main)),
    )
    table.close()
    if extras.valid_to < extras.valid_from:
        table.fault("valid_to", "ends_before_it_begins")
    return extras


def _form(table: Table, main: Form, source: Source) -> tuple[Form, tuple[Table, ...]]:
    """Return the indicators as a form of their own, and the tables of its rules."""
    layout = table.member("layout", Layout)
    columns = tuple(map(column_of, table.tables("columns")))
    rules = table.tables("rules")
    form = replace(
        main,
        key=table.text("id"),
        title=table.text("title"),
        layout=layout,
        indicators=tuple(indicator_of(each, layout, columns, source) for each in table.tables("indicators")),
        rules=(),
        head=(),
        columns=tuple((column.key, column.label) for column in columns),
        headings={},
        statements=table.texts("statements"),
        evidence="",
        note=table.text("note", ""),
    )
    check_codes(table, form)
    for indicator in form.indicators:
        if main.indicator(indicator.code):
            table.fault("indicators", "code_of_national_form", indicator.code)
    return form, rules


def _division(table: Table) -> str:
    code = table.text("division")
    found = divisions.find_current(code)
    if code and (found is None or found.level is divisions.Level.NATION):
        table.fault("division", "division_unknown", code)
    return code


def _have_days_in_common(one: Extras, other: Extras) -> bool:
    return one.valid_from <= other.valid_to and other.valid_from <= one.valid_to
