"""The columns of each kind of facts: what a line is once it lies in a partition with its like.

Codes of the long kinds are whole numbers (base 36), amounts whole millionths, pseudonyms 64 bits of themselves: columns of
one width are what grouping is quick over, and nothing is lost by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.statistics.model.facts import FactSet, Line, Value
from shared.contracts.filing import FactKind

SCALE = 6
MOST = 2**63 - 1


class Form(StrEnum):
    """How a column holds its values."""

    KEY = "key"
    CODE = "code"
    TEXT = "text"
    AMOUNT = "amount"


@dataclass(frozen=True)
class Column:
    """A column; `name` is also that of the value in a line."""

    name: str
    form: Form


def _columns(form: Form, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, form) for name in names)


PLACES = _columns(Form.CODE, "province", "city", "county")

COLUMNS: Mapping[FactKind, tuple[Column, ...]] = {
    FactKind.CONTRACT: (
        *PLACES,
        *_columns(Form.CODE, "business_class", "nature", "market", "client_industry"),
        *_columns(Form.AMOUNT, "usd", "cny"),
    ),
    FactKind.EXECUTION: (
        *PLACES,
        *_columns(Form.CODE, "business_class", "nature", "market", "client_industry"),
        *_columns(Form.AMOUNT, "usd", "cny", "settled_usd", "settled_cny"),
    ),
    FactKind.UNIT: (*PLACES, *_columns(Form.CODE, "ownership", "industry"), *_columns(Form.KEY, "name", "holder")),
    FactKind.STAFF: (
        *PLACES,
        *_columns(Form.TEXT, "category", "education"),
        *_columns(Form.AMOUNT, "number", "before"),
    ),
    FactKind.CERTIFICATE: (
        *PLACES,
        *_columns(Form.TEXT, "act", "category"),
        *_columns(Form.AMOUNT, "number", "cny"),
    ),
    FactKind.PLATFORM: (*PLACES, *_columns(Form.TEXT, "category"), *_columns(Form.AMOUNT, "number", "cny")),
    FactKind.TRAINING: (
        *PLACES,
        *_columns(Form.TEXT, "act", "category"),
        *_columns(Form.AMOUNT, "number", "hours", "cny"),
    ),
}
"""What each kind has beside the filing, the unit and the layers of a line."""

Cell = int | str | bytes | None


def cells_of(facts: FactSet, line: Line) -> tuple[Cell, ...]:
    """Return a line as cells: filing, unit, layers, then the columns of its kind in their order."""
    values: dict[str, Value] = {
        **line.values,
        "province": facts.province,
        "city": facts.city,
        "county": facts.county,
    }
    own = tuple(_cell(column, values.get(column.name)) for column in COLUMNS[line.kind])
    return (bytes.fromhex(facts.filing), key_number(facts.unit), line.layers, *own)


def code_number(code: str) -> int:
    """Return a code as a number, 0 for none. Raises `ValueError` for what is no code of at most six characters."""
    if len(code) > 6 or (code and code != code.upper()):
        raise ValueError("not a code")
    return int(code, 36) if code else 0


def code_of(number: int) -> str:
    """Return the code of a number; one of a list with leading zeros would come back without them, and there is none."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest] + digits
    return digits


def key_number(pseudonym: str) -> int:
    """Return the first 63 bits of a pseudonym, 0 for none."""
    return int(pseudonym[:16], 16) >> 1 if pseudonym else 0


def amount_number(amount: Decimal) -> int:
    """Return an amount in millionths. Raises `ValueError` for one that is finer or too large: nothing is rounded."""
    scaled = amount.scaleb(SCALE)
    number = int(scaled)
    if number != scaled or abs(number) > MOST:
        raise ValueError("not an amount of six places")
    return number


def amount_of(number: int) -> Decimal:
    """Return the amount of so many millionths."""
    return Decimal(number).scaleb(-SCALE)


def _cell(column: Column, value: Value) -> Cell:
    if column.form is Form.AMOUNT:
        return amount_number(value) if isinstance(value, Decimal) else None
    text = value if isinstance(value, str) else ""
    if column.form is Form.CODE:
        return code_number(text)
    return key_number(text) if column.form is Form.KEY else text
