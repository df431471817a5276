"""A form and its rules, from the form's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.filing.forms.expressions.expression import Expression, refs
from services.filing.forms.expressions.parsing import SyntaxFault, parse
from services.filing.forms.expressions.syntax import Ref
from services.filing.forms.loading.conversions import check_facts, conversions_of
from services.filing.forms.loading.parts import Source, column_of, indicator_of
from services.filing.forms.loading.references import Ground, check_expression, target
from services.filing.forms.loading.tables import Table
from services.filing.forms.model import Due, Filer, Form, Head, Layout, PeriodKind, Reporter, Rule, Severity
from services.filing.forms.predicates import PREDICATES


def form_of(table: Table, source: Source) -> tuple[Form, tuple[Table, ...]]:
    """Return a form without its rules, and the tables of the rules; faults are noted in the table's collector."""
    layout = table.member("layout", Layout)
    columns = tuple(map(column_of, table.tables("columns")))
    rules = table.tables("rules")
    period = table.member("period", PeriodKind)
    indicators = tuple(indicator_of(each, layout, columns, source) for each in table.tables("indicators"))
    form = Form(
        key=table.text("key"),
        title=table.text("title"),
        number=table.text("number"),
        period=period,
        due=_due(table.table("due"), period),
        filer=table.member("filer", Filer),
        reporter=table.member("reporter", Reporter),
        layout=layout,
        indicators=indicators,
        rules=(),
        head=tuple(map(_head, table.tables("head"))),
        foot=table.texts("foot"),
        columns=tuple((column.key, column.label) for column in columns),
        headings=_headings(table.table("headings")),
        statements=table.texts("statements"),
        is_event=table.flag("is_event"),
        is_many=table.flag("is_many"),
        takes_nil=table.flag("takes_nil"),
        evidence=table.text("evidence", ""),
        note=table.text("note", ""),
        conversions=conversions_of(table, indicators, source),
    )
    table.close()
    check_codes(table, form)
    return form, rules


def with_rules(table: Table, tables: tuple[Table, ...], ground: Ground) -> Form:
    """Return the form of `ground` with its rules, after every expression was followed to where it leads."""
    for number, indicator in enumerate(ground.form.indicators):
        here = replace(ground, row=indicator)
        for part in indicator.parts:
            place = f"{table.place}/indicators/{number}/{part.key}".rstrip("/")
            for found in (part.required_when, part.only_when, part.computed, part.suggested):
                check_expression(found, here, place, table.faults)
    check_facts(table, ground.form.conversions, ground.facts)
    return replace(ground.form, rules=tuple(_rule(each, ground) for each in tables))


def _rule(table: Table, ground: Ground) -> Rule:
    each = table.text("each", "")
    row = ground.form.indicator(each) if each else None
    if each and (row is None or not row.is_rows):
        table.fault("each", "unknown_rows", each)
    here = replace(ground, row=row)
    check, when = table.expression("check"), table.expression("when")
    predicate = table.text("predicate", "")
    if table.has("check") == bool(predicate):
        table.fault("", "check_or_predicate")
    if predicate and predicate not in PREDICATES:
        table.fault("predicate", "unknown_predicate", predicate)
    check_expression(check, here, table.at("check"), table.faults)
    check_expression(when, here, table.at("when"), table.faults)
    rule = Rule(
        id=table.text("id"),
        title=table.text("title"),
        reason=table.text("reason"),
        source=table.text("source"),
        severity=table.member("severity", Severity),
        check=check,
        predicate=predicate,
        when=when,
        each=each,
        places=_places(table, check, here),
    )
    table.close()
    return rule


def _places(table: Table, check: Expression | None, ground: Ground) -> tuple[Ref, ...]:
    """Return where findings point: as `at` says, else the own cells that the check reads."""
    named = table.texts("at")
    if not named:
        found = refs(check) if check else ()
        return tuple(ref for ref in found if ref.is_own)
    places: list[Ref] = []
    for text in named:
        try:
            root = parse(text).root
        except SyntaxFault:
            root = None
        if isinstance(root, Ref) and root.is_own and _exists(root, ground):
            places.append(root)
        else:
            table.fault("at", "unknown_code", text)
    return tuple(places)


def _exists(ref: Ref, ground: Ground) -> bool:
    indicator = target(ref, ground)
    return indicator is not None and (indicator.part(ref.part) is not None or (indicator.is_rows and not ref.part))


def _due(table: Table, period: PeriodKind) -> Due:
    due = Due(table.whole("month") or 0, table.whole("day") or 0, table.text("source"))
    if (period is PeriodKind.YEAR) is due.is_end_of_period or not (0 <= due.month <= 12 and 0 <= due.day <= 28 + 3):
        table.fault("", "due_unclear")
    table.close()
    return due


def _head(table: Table) -> Head:
    head = Head(table.text("key"), table.text("label"))
    table.close()
    return head


def _headings(table: Table) -> Mapping[str, str]:
    return {code: str(text) for code, text in table.items()}


def check_codes(table: Table, form: Form) -> None:
    """Note a fault for codes that stand twice, headings over no code, and a form without indicators."""
    codes = [indicator.code for indicator in form.indicators]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        table.fault("indicators", "duplicate", code)
    for code in form.headings:
        if code not in codes:
            table.fault("headings", "unknown_code", code)
    if not codes:
        table.fault("indicators", "missing")
