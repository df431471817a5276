"""What an attacker sees, laid out: every quantity once, whether and how exactly it is seen, and the sums between them.

All numbers are integers in a small unit, a hundredth of the finest decimal where there is room, so that sums are exact. What is in no table but
is what remains of a whole when the other parts are taken off (March between Jan–Feb and Jan–Mar) is a quantity too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from services.statistics.disclosure.tables import NOTHING, Book, Cell, Codes, Key, Release, Table, TableFaulty

FINER = (2, 1, 0)
"""Decimals beyond those of the values, as many as there is room for: with two, percentages of values are whole numbers."""
ROOM = 2**51
"""Up to here numbers are held exactly, with room for how far they may move."""
FAR = 4
"""Where nothing bounds a quantity, it is taken to stay within so many times the largest of all."""


@dataclass(frozen=True)
class Place:
    """A cell of a table of a release."""

    release: str
    table: Table
    cell: Cell
    is_new: bool


@dataclass
class Quantity:
    """A quantity over all tables. `low` and `high` are what everybody knows; `value` is None where nobody said it."""

    key: Key
    value: int | None = None
    is_seen: bool = False
    low: int | None = 0
    high: int | None = None
    places: list[Place] = field(default_factory=list)
    is_remainder: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether the attacker knows it to the last digit."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True)
class Equation:
    """A whole and its parts, by their numbers on the board."""

    whole: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Board:
    """All quantities, the equations between them, and how many small units make one."""

    quantities: list[Quantity]
    equations: tuple[Equation, ...]
    scale: int

    @property
    def far(self) -> int:
        """How far from its value no quantity is taken to lie."""
        return FAR * max(1, *(abs(each.value or 0) for each in self.quantities))

    def units_up(self, amount: Decimal) -> int:
        """Return an amount in small units, rounded up."""
        return int((amount * self.scale).to_integral_value(ROUND_CEILING))

    def units_down(self, amount: Decimal) -> int:
        """Return an amount in small units, rounded down."""
        return int((amount * self.scale).to_integral_value(ROUND_FLOOR))

    def amount(self, units: float) -> Decimal:
        """Return small units as an amount."""
        return Decimal(round(units)) / self.scale


def lay_out(release: Release, register: Sequence[Release]) -> Board:
    """Return what is seen of a release and of everything released before. Raises `TableFaulty`."""
    books = [each.book for each in (release, *register)]
    dimensions = books[0].dimensions
    if any(book.dimensions != dimensions for book in books):
        raise TableFaulty("releases that are audited together have the same dimensions")
    quantities: dict[Key, Quantity] = {}
    scale = _scale(books)
    for number, each in enumerate((release, *register)):
        for table in each.book.tables:
            _place(quantities, each, table, scale, is_new=number == 0)
    found = [quantities[key] for key in sorted(quantities)]
    equations = _equations(found, books[0])
    _reckon_remainders(found, equations)
    return Board(found, equations, scale)


def _scale(books: Sequence[Book]) -> int:
    """Return how many small units make one: the last decimal at least. Rounding hides halves of decimals before the last."""
    cells = [cell for book in books for table in book.tables for cell in table.cells]
    numbers = [number for cell in cells for number in (cell.value, *(each.amount for each in cell.largest))]
    shown = (table.decimals or 0 for book in books for table in book.tables)
    decimals = max(max(map(_places, numbers), default=0), max(shown, default=0))
    largest = max((abs(cell.value) for cell in cells), default=NOTHING)
    scales = [int(10 ** (decimals + finer)) for finer in FINER]
    return next((scale for scale in scales if largest * scale < ROOM), scales[-1])


def _places(number: Decimal) -> int:
    """Return how many decimals a number needs."""
    exponent = number.normalize().as_tuple().exponent
    if not isinstance(exponent, int):
        raise TableFaulty("a value that is not a number")
    return max(0, -exponent)


def _place(quantities: dict[Key, Quantity], release: Release, table: Table, scale: int, *, is_new: bool) -> None:
    is_rounded = table.decimals is not None and any(_places(cell.value) > table.decimals for cell in table.cells)
    strangers = release.hidden.get(table.id, frozenset()) - {cell.codes for cell in table.cells}
    if strangers or len({cell.codes for cell in table.cells}) != len(table.cells):
        raise TableFaulty(f"{table.id}: hides what it doesn't have, or has a cell twice")
    for cell in table.cells:
        key = release.book.key(table, cell.codes)
        value = int(cell.value * scale)
        known = quantities.setdefault(key, Quantity(key, value, low=None))
        if known.value != value:
            raise TableFaulty(f"{table.id} {' × '.join(cell.codes)}: differs from the same cell elsewhere")
        known.places.append(Place(release.id, table, cell, is_new))
        if release.is_hidden(table, cell):
            _bound(known, _scaled(cell.floor, scale), _scaled(cell.ceiling, scale))
        else:
            known.is_seen = True
            _bound(known, *_seen(cell, table.decimals if is_rounded else None, scale))
            if is_rounded:
                _bound(known, _scaled(cell.floor, scale), _scaled(cell.ceiling, scale))


def _scaled(amount: Decimal | None, scale: int) -> int | None:
    return None if amount is None else int(amount * scale)


def _bound(known: Quantity, low: int | None, high: int | None) -> None:
    known.low = low if known.low is None else known.low if low is None else max(low, known.low)
    known.high = high if known.high is None else known.high if high is None else min(high, known.high)


def _seen(cell: Cell, decimals: int | None, scale: int) -> tuple[int, int]:
    """Return between which bounds a published cell lies for who reads it."""
    value = int(cell.value * scale)
    if decimals is None:
        return value, value
    step = Decimal(1).scaleb(-decimals)
    shown = cell.value.quantize(step, ROUND_HALF_UP)
    return int((shown - step / 2) * scale), int((shown + step / 2) * scale)


def _equations(found: list[Quantity], book: Book) -> tuple[Equation, ...]:
    """Return the sums that hold between quantities, after adding those that are missing in between to `found`."""
    by_key = {quantity.key: number for number, quantity in enumerate(found)}
    equations: dict[Equation, None] = {}
    before = -1
    while before != len(found):
        before = len(found)
        equations.clear()
        for position in range(len(book.dimensions)):
            for equation in _along(position, book, found, by_key):
                equations.setdefault(equation)
    for equation in equations:
        if not any(found[number].is_remainder for number in equation.parts):
            found[equation.whole].is_remainder = False  # a sum of what the tables have tells nothing of its own
    return tuple(equations)


def _along(position: int, book: Book, found: list[Quantity], by_key: dict[Key, int]) -> Iterator[Equation]:
    sums = book.dimensions[position].sums()
    inner = {code for each in sums for code in each.parts}
    lines: dict[tuple[str, Codes, Codes], set[str]] = {}
    for measure, codes in list(by_key):
        line = (measure, codes[:position], codes[position + 1 :])
        lines.setdefault(line, set()).add(codes[position])
    for (measure, before, after), codes_there in lines.items():
        for each in sums:
            is_link = each.whole in inner and codes_there.issuperset(each.parts)
            if each.whole in codes_there:
                if codes_there.isdisjoint(each.parts):
                    continue
            elif not is_link:
                continue
            numbers = []
            for code in (each.whole, *each.parts):
                key = (measure, (*before, code, *after))
                if key not in by_key:
                    by_key[key] = len(found)
                    found.append(Quantity(key, is_remainder=code != each.whole))
                numbers.append(by_key[key])
            yield Equation(numbers[0], tuple(numbers[1:]))


def _reckon_remainders(found: list[Quantity], equations: Sequence[Equation]) -> None:
    """Give what is missing its value where one equation alone tells it, and refuse equations that don't hold."""
    changed = True
    while changed:
        changed = False
        for equation in equations:
            members = (equation.whole, *equation.parts)
            unknown = [number for number in members if found[number].value is None]
            if len(unknown) == 1:
                whole = found[equation.whole].value or 0
                rest = sum(found[number].value or 0 for number in equation.parts)
                found[unknown[0]].value = rest if unknown[0] == equation.whole else whole - rest
                changed = True
    for equation in equations:
        values = [found[number].value for number in (equation.whole, *equation.parts)]
        known = [value for value in values if value is not None]
        if len(known) == len(values) and known[0] != sum(known[1:]):
            measure, codes = found[equation.whole].key
            raise TableFaulty(f"{measure} {' × '.join(codes)}: the parts don't add up to the whole")
    for quantity in found:
        if quantity.value is not None and quantity.value < 0 and not quantity.places:
            quantity.low = None  # a change between two versions, of which nothing was said
