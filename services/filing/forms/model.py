"""What an edition consists of: forms, indicators, their parts, and rules; all frozen, made by the loader alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from services.filing.forms.answers import Value
from services.filing.forms.conversions import Conversion
from services.filing.forms.expressions.expression import Expression, refs
from services.filing.forms.expressions.syntax import Fact, Ref, nodes
from services.filing.forms.kinds.kind import Kind
from services.filing.forms.lists import ListRef, Option


class PeriodKind(StrEnum):
    """The reporting period of a form: 年报 or 月报."""

    YEAR = "year"
    MONTH = "month"


class Layout(StrEnum):
    """How a form stands on paper: fields in blocks, indicators by columns, or one line per item."""

    FIELDS = "fields"
    TABLE = "table"
    ROWS = "rows"


class Reporter(StrEnum):
    """Who reports a form: the unit that filled it in, or the demonstration city that assembles its rows."""

    UNIT = "unit"
    CITY = "city"


class Filer(StrEnum):
    """Who fills a form in."""

    ENTERPRISE = "enterprise"
    PLATFORM = "platform"
    TRAINING = "training"


class Severity(StrEnum):
    """What a broken rule does: an error blocks, a query needs an explanation, a note informs."""

    ERROR = "error"
    QUERY = "query"
    NOTE = "note"


@dataclass(frozen=True)
class Part:
    """One cell of an indicator. `key` names it in JSON and is empty where an indicator has one cell only.

    `mark` is the column's sign on paper (甲, 1). A dash cell is printed "—" and takes no value. A part that is not
    `is_printed` has no place on the paper form: the survey's own text or the project's reading asks for it.
    """

    key: str
    label: str
    kind_name: str
    kind: Kind | None
    mark: str = ""
    unit: str = ""
    is_required: bool = True
    required_when: Expression | None = None
    only_when: Expression | None = None
    may_not_apply: bool = False
    is_printed: bool = True
    computed: Expression | None = None
    suggested: Expression | None = None
    source: ListRef | None = None
    options: tuple[Option, ...] = ()
    note: str = ""

    @property
    def is_dash(self) -> bool:
        """Tell whether the cell is printed "—"."""
        return self.kind is None


@dataclass(frozen=True)
class Indicator:
    """One item of a form under its official code and name; an item without a code has a key in its place.

    `block` is the heading it stands under, `indent` how far it is moved in (其中), `name` is as printed, `full_name`
    says it with what it is part of. `note` explains it in our own words, `source` is where the regulation defines it.
    What `is_of_version` says something of one version, and is asked anew when that is corrected.
    """

    code: str
    name: str
    full_name: str
    parts: tuple[Part, ...]
    unit: str = ""
    block: str = ""
    indent: int = 0
    is_rows: bool = False
    is_printed: bool = True
    is_of_version: bool = False
    min_rows: int = 0
    max_rows: int = 0
    note: str = ""
    source: str = ""

    def part(self, key: str) -> Part | None:
        """Return the part of a key, None where there is none."""
        return self._by_key.get(key)

    @cached_property
    def has_conditions(self) -> bool:
        """Whether some cell is asked, or may be answered, under a condition only."""
        return any(part.only_when is not None or part.required_when is not None for part in self.parts)

    @cached_property
    def always_asked(self) -> frozenset[str]:
        """The keys of the cells that must have an answer whatever the others say."""
        asked = (part for part in self.parts if not part.is_dash and part.computed is None and part.only_when is None)
        return frozenset(part.key for part in asked if part.is_required)

    @cached_property
    def _by_key(self) -> Mapping[str, Part]:
        return {part.key: part for part in reversed(self.parts)}


@dataclass(frozen=True)
class Rule:
    """One equation, bound or plausibility; `check` must hold where `when` does, for each row of `each` if given.

    `predicate` names a function of the closed table where the language isn't enough. `places` are the references that
    a finding points at.
    """

    id: str
    title: str
    reason: str
    source: str
    severity: Severity
    check: Expression | None = None
    predicate: str = ""
    when: Expression | None = None
    each: str = ""
    places: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Due:
    """When a form is due: the last day of its month, or a day of the year after its year.

    `source` is where the regulation says so.
    """

    month: int = 0
    day: int = 0
    source: str = ""

    @property
    def is_end_of_period(self) -> bool:
        """Tell whether the form is due when its month ends."""
        return not self.month


@dataclass(frozen=True)
class Head:
    """A line of the head beside the fixed ones: what it is called, and the fact that fills it."""

    key: str
    label: str


@dataclass(frozen=True)
class Form:
    """One form of an edition.

    `number` is its 表号, `columns` the heads of a table or of rows in the order of paper, `statements` the 说明 below
    it. `is_event` forms are filed whenever there is one (企业2表), others are expected every period; `takes_nil` forms
    may be filed as "nothing this period"; `evidence` says which files must come along, empty for none.
    `conversions` are the amounts that the system reckons in another currency.
    """

    key: str
    title: str
    number: str
    period: PeriodKind
    due: Due
    filer: Filer
    reporter: Reporter
    layout: Layout
    indicators: tuple[Indicator, ...]
    rules: tuple[Rule, ...]
    head: tuple[Head, ...] = ()
    foot: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    statements: tuple[str, ...] = ()
    is_event: bool = False
    is_many: bool = False
    takes_nil: bool = False
    evidence: str = ""
    note: str = ""
    conversions: tuple[Conversion, ...] = ()

    def indicator(self, code: str) -> Indicator | None:
        """Return the indicator of a code, None where there is none."""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> Mapping[str, Indicator]:
        return {one.code: one for one in reversed(self.indicators)}

    @cached_property
    def computed(self) -> tuple[tuple[Indicator, Part, Expression], ...]:
        """The cells that the system computes, without those in rows, in the order of the form."""
        cells = ((indicator, part, part.computed) for indicator, part in self._cells if not indicator.is_rows)
        return tuple((indicator, part, how) for indicator, part, how in cells if how is not None)

    @cached_property
    def suggested(self) -> tuple[tuple[Indicator, Part, Expression], ...]:
        """The cells that the system can propose a value for."""
        cells = ((indicator, part, part.suggested) for indicator, part in self._cells)
        return tuple((indicator, part, how) for indicator, part, how in cells if how is not None)

    @cached_property
    def conditional(self) -> tuple[Indicator, ...]:
        """The indicators of which some cell is not asked of everybody."""
        return tuple(one for one in self.indicators if any(part.only_when is not None for part in one.parts))

    @property
    def _cells(self) -> Iterator[tuple[Indicator, Part]]:
        return ((indicator, part) for indicator in self.indicators for part in indicator.parts)

    @cached_property
    def facts_asked(self) -> frozenset[str]:
        """The names of the facts that its rules and cells ask the context for, so that no other need be looked up."""
        found = (node for each in self._expressions for node in nodes(each.root))
        return frozenset(node.name for node in found if isinstance(node, Fact))

    @cached_property
    def asks_previous(self) -> bool:
        """Whether its rules or cells read the period before."""
        return any(ref.is_previous for each in self._expressions for ref in refs(each))

    @cached_property
    def _expressions(self) -> tuple[Expression, ...]:
        asked: list[tuple[Expression | None, ...]] = [
            (part.required_when, part.only_when, part.computed, part.suggested) for _, part in self._cells
        ]
        asked += [(rule.check, rule.when) for rule in self.rules]
        return tuple(each for group in asked for each in group if each is not None)


@dataclass(frozen=True)
class Extras:
    """Indicators that a division adds to a national form for the units in it (指引 四（四）).

    `form` holds them as a form of their own under the period and the filer of the national one, whose key is `main`;
    their answers are kept beside the national ones, by this id, and are never mixed into them. `ground` is what the
    division asks them by.
    """

    id: str
    division: str
    main: str
    ground: str
    valid_from: date
    valid_to: date
    form: Form

    def covers(self, division: str, on: date) -> bool:
        """Tell whether units of a division (six digits or more) answer them for a period that ends on a day."""
        prefix = re.sub("(00){1,2}$", "", self.division)
        return division.startswith(prefix) and self.valid_from <= on <= self.valid_to


@dataclass(frozen=True)
class Edition:
    """One edition of the survey: its approval, its days, its forms, and the settings of its rules.

    `facts` names what the context of a check may tell of the unit. `items_from` maps items of the edition that it
    `follows` to items of this one, by form and code; `dropped_items` says why others are no longer asked.
    `class_changes` is the list of what became of the business classes. `extras` are the divisions' own indicators.
    `key_totals` are the cells of a form whose change is the size of its change, by the form's key; `grave_queries` are
    the rules whose queries weigh more than others where filings wait for review.
    """

    id: str
    title: str
    approval: str
    valid_from: date
    valid_to: date
    made_by: str
    approved_by: str
    forms: tuple[Form, ...]
    parameters: Mapping[str, Value]
    facts: Mapping[str, str]
    lists: Mapping[str, ListRef]
    duties: tuple[str, ...] = ()
    follows: str = ""
    items_from: Mapping[str, str] = field(default_factory=dict)
    dropped_items: Mapping[str, str] = field(default_factory=dict)
    class_changes: ListRef | None = None
    extras: tuple[Extras, ...] = ()
    key_totals: Mapping[str, tuple[Ref, ...]] = field(default_factory=dict)
    grave_queries: frozenset[str] = frozenset()

    def form(self, key: str) -> Form | None:
        """Return the form of a key, None where there is none."""
        return next((form for form in self.forms if form.key == key), None)

    def extras_for(self, form: str, division: str, on: date) -> tuple[Extras, ...]:
        """Return what divisions add to a form for a unit in a division and a period that ends on a day."""
        return tuple(each for each in self.extras if each.main == form and each.covers(division, on))
