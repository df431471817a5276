"""What puts a review queue in order, from the data of an edition: the key totals of each form, and the grave queries."""

from __future__ import annotations

from collections.abc import Mapping

from services.filing.forms.expressions.parsing import SyntaxFault, parse
from services.filing.forms.expressions.syntax import Ref
from services.filing.forms.loading.tables import Table
from services.filing.forms.model import Form, Severity


def key_totals_of(table: Table, forms: tuple[Form, ...]) -> Mapping[str, tuple[Ref, ...]]:
    """Return the cells of each form whose change is the size of its change; columns of rows are summed up."""
    known = {form.key: form for form in forms}
    found: dict[str, tuple[Ref, ...]] = {}
    for key, texts in table.items():
        if key not in known:
            table.fault(key, "unknown_form")
        elif not isinstance(texts, list):
            table.fault(key, "not_texts")
        else:
            refs = (_number(table, known[key], str(text)) for text in texts)
            found[key] = tuple(ref for ref in refs if ref is not None)
    return found


def grave_queries_of(table: Table, key: str, forms: tuple[Form, ...]) -> frozenset[str]:
    """Return the rules whose queries weigh more than others."""
    queries = {rule.id for form in forms for rule in form.rules if rule.severity is Severity.QUERY}
    named = table.texts(key)
    for each in named:
        if each not in queries:
            table.fault(key, "unknown_query", each)
    return frozenset(named)


def _number(table: Table, form: Form, text: str) -> Ref | None:
    try:
        root = parse(text).root
    except SyntaxFault:
        root = None
    if not isinstance(root, Ref) or not root.is_own or not root.indicator:
        table.fault(form.key, "not_a_cell", text)
        return None
    indicator = form.indicator(root.indicator)
    part = indicator.part(root.part) if indicator else None
    if part is None:
        table.fault(form.key, "unknown_code", text)
    elif part.kind is None or not part.kind.is_number:
        table.fault(form.key, "not_a_number", text)
    else:
        return root
    return None
