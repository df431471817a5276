"""What the filing service answers about the survey itself: editions, forms, rules, code lists; all of it is public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

AnswerValues = Mapping[str, object]
"""What was answered, by indicator: a value, an object of parts, or a list of rows."""


class FindingAnswer(TypedDict):
    """A finding; `severity` is error, query or note, `explanation` what the unit says to it."""

    key: str
    rule: str
    severity: str
    title: str
    text: str
    expected: str
    pointers: list[str]
    indicators: list[str]
    explanation: str


class OptionAnswer(TypedDict):
    """One way to answer a choice."""

    code: str
    label: str
    group: str


class PartAnswer(TypedDict):
    """A cell of an indicator; `list` is `scheme/version` of its code list, empty without one."""

    key: str
    label: str
    mark: str
    kind: str
    unit: str
    is_dash: bool
    is_required: bool
    is_computed: bool
    is_printed: bool
    may_not_apply: bool
    has_condition: bool
    list: str
    options: list[OptionAnswer]
    note: str


class IndicatorAnswer(TypedDict):
    """An item of a form."""

    code: str
    name: str
    full_name: str
    unit: str
    block: str
    heading: str
    indent: int
    is_rows: bool
    is_printed: bool
    min_rows: int
    max_rows: int
    note: str
    source: str
    parts: list[PartAnswer]


class KeyLabel(TypedDict):
    """Something with a key and a label: a column, a line of the head."""

    key: str
    label: str


class FormAnswer(TypedDict):
    """A form as it stands on paper; `layout` is fields, table or rows.

    `print_rows` is how many rows of a long list are printed together, None for forms that are none.
    """

    key: str
    title: str
    number: str
    edition: str
    approval: str
    made_by: str
    approved_by: str
    valid_to: str
    period: str
    filer: str
    reporter: str
    layout: str
    is_many: bool
    takes_nil: bool
    evidence: str
    print_rows: int | None
    note: str
    head: list[KeyLabel]
    foot: list[str]
    columns: list[KeyLabel]
    statements: list[str]
    duties: list[str]
    indicators: list[IndicatorAnswer]


class FormRow(TypedDict):
    """A form in the list of an edition."""

    key: str
    title: str
    number: str
    period: str


class EditionAnswer(TypedDict):
    """An edition of the survey."""

    id: str
    title: str
    approval: str
    made_by: str
    approved_by: str
    valid_from: str
    valid_to: str
    is_expired: bool
    duties: list[str]
    forms: list[FormRow]


class RuleAnswer(TypedDict):
    """A rule of a form as anybody may read it."""

    id: str
    form: str
    title: str
    reason: str
    source: str
    severity: str
    codes: list[str]
    formula: str
    condition: str


class EntryAnswer(TypedDict):
    """An entry of a code list."""

    code: str
    name: str
    parent: str
    level: int
    is_leaf: bool


class TriedAnswer(TypedDict):
    """What the rules say to answers that nobody files."""

    findings: list[FindingAnswer]
    counted: dict[str, int]
    answers: AnswerValues
