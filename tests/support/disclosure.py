"""Tables for tests of disclosure control: from made-up facts, with their evidence, and by hand."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import product

from services.statistics.disclosure.tables import Book, Cell, Codes, Contribution, Dimension, Node, Release, Table
from services.statistics.disclosure.thresholds import Dominance, Insiders, RuleSet, Thresholds, Zeros

DEEPEST = 4
"""So many of the largest contributions are kept with a cell."""


@dataclass(frozen=True)
class Fact:
    """What a unit of a holding contributes to a leaf."""

    codes: Codes
    holder: str
    amount: Decimal
    unit: str = ""


def make_rules(**changes: object) -> RuleSet:
    """Return rules that ask for p% alone, but for the changes."""
    plain = {
        "least_units": 1,
        "least_holdings": 1,
        "dominance": (),
        "p_percent": Decimal(15),
        "coalition": 1,
        "range_percent": Decimal(15),
        "zeros": Zeros.SHOW,
        "insiders": Insiders.ALL,
    }
    return RuleSet(**{**plain, **changes})  # type: ignore[arg-type]  # the fields are the keys above


def make_thresholds(**changes: object) -> Thresholds:
    """Return thresholds with one set, `default`."""
    return Thresholds("test", date(2024, 1, 1), {"default": make_rules(**changes)})


def three_rules() -> Thresholds:
    """Return thresholds with all rules at work."""
    return make_thresholds(
        least_units=3, least_holdings=3, dominance=(Dominance(1, Decimal(75)), Dominance(2, Decimal(85)))
    )


def tree(root: str, shape: Sequence[int], prefix: str) -> Node:
    """Return a tree whose nodes of the n-th level have `shape[n]` parts each."""
    if not shape:
        return Node(root)
    return Node(root, tuple(tree(f"{prefix}{n}", shape[1:], f"{prefix}{n}.") for n in range(shape[0])))


def dimension(key: str, shape: Sequence[int]) -> Dimension:
    """Return a dimension of one tree; its root is `<key>*`."""
    root = tree(f"{key}*", shape, key)
    return Dimension(key, (root,), top=root.code)


def lines_up(found: Dimension) -> dict[str, tuple[str, ...]]:
    """Return, for each leaf, the codes that it is counted in: itself and all above it, in all trees."""
    above: dict[str, set[str]] = defaultdict(set)
    for each in found.sums():
        for part in each.parts:
            above[part].add(each.whole)
    wholes = {each.whole for each in found.sums()}

    def up(code: str) -> set[str]:
        return {code}.union(*(up(whole) for whole in above[code])) if above[code] else {code}

    return {code: tuple(sorted(up(code))) for code in found.codes() if code not in wholes}


def make_table(
    book_dimensions: Sequence[Dimension],
    facts: Iterable[Fact],
    table_id: str = "t",
    place: Mapping[str, str] | None = None,
) -> Table:
    """Return the table of facts over all codes of its dimensions, each cell with its evidence."""
    lines = [lines_up(each) for each in book_dimensions]
    amounts: dict[Codes, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    units: dict[Codes, set[str]] = defaultdict(set)
    for fact in facts:
        for codes in product(*(line[code] for line, code in zip(lines, fact.codes, strict=True))):
            amounts[codes][fact.holder] += fact.amount
            units[codes].add(fact.unit or fact.holder)
    cells = [
        make_cell(codes, amounts.get(codes, {}), len(units.get(codes, ())))
        for codes in product(*(each.codes() for each in book_dimensions))
    ]
    return Table(table_id, "money", tuple(each.key for each in book_dimensions), tuple(cells), place=place or {})


def make_cell(codes: Codes, by_holder: Mapping[str, Decimal], units: int) -> Cell:
    """Return a cell with its evidence."""
    ordered = sorted(by_holder.items(), key=lambda each: (-each[1], each[0]))
    whole = len(ordered) if len(ordered) <= DEEPEST else DEEPEST
    largest = tuple(Contribution(holder, amount) for holder, amount in ordered[:whole])
    return Cell(codes, sum(by_holder.values(), Decimal(0)), units, len(by_holder), largest)


def random_facts(
    chance: random.Random, dimensions: Sequence[Dimension], *, mean: float = 4.0, spread: float = 1.2, holders: int = 0
) -> list[Fact]:
    """Return facts of units of unequal size; with `holders`, these own units all over the table."""
    leaves = [sorted(lines_up(each)) for each in dimensions]
    sizes = [{code: chance.lognormvariate(0, 0.8) for code in each} for each in leaves]
    facts = []
    for codes in product(*leaves):
        weight = mean
        for size, code in zip(sizes, codes, strict=True):
            weight *= size[code]
        for number in range(min(40, int(chance.expovariate(1 / weight) + chance.random()))):
            unit = f"{'/'.join(codes)}#{number}"
            holder = f"h{chance.randrange(holders)}" if holders and chance.random() < 0.3 else unit
            amount = Decimal(max(1, round(chance.lognormvariate(5, spread)))) / 10
            facts.append(Fact(codes, holder, amount, unit))
    return facts


def random_book(seed: int, shapes: Sequence[Sequence[int]], **how: float) -> Book:
    """Return a book of one table of random facts."""
    chance = random.Random(seed)
    dimensions = tuple(dimension(f"d{number}", shape) for number, shape in enumerate(shapes))
    return Book(dimensions, (make_table(dimensions, random_facts(chance, dimensions, **how)),))  # type: ignore[arg-type]


def linked_book(seed: int, shapes: Sequence[Sequence[int]], *, mean: float) -> Book:
    """Return a book of three linked tables over three dimensions, each pair of them one table."""
    chance = random.Random(seed)
    dimensions = tuple(dimension(key, shape) for key, shape in zip(("region", "class", "market"), shapes, strict=True))
    facts = random_facts(chance, dimensions, mean=mean, spread=1.0)
    tables = [
        make_table(
            (dimensions[a], dimensions[b]),
            [Fact((fact.codes[a], fact.codes[b]), fact.holder, fact.amount, fact.unit) for fact in facts],
            f"{dimensions[a].key}-{dimensions[b].key}",
        )
        for a, b in ((0, 1), (0, 2), (1, 2))
    ]
    return Book(dimensions, tuple(tables))


def make_grid(
    inner: Sequence[Sequence[int]],
    changes: Mapping[Codes, Mapping[str, object]] | None = None,
    *,
    measure: str = "money",
    table_id: str = "t",
) -> Book:
    """Return a book of one table by hand: rows a, b, … and columns 1, 2, …, with `*` for the totals of both.

    Every cell has nine holdings, none of which is named, unless `changes` says otherwise.
    """
    rows, columns = "abcdefghij"[: len(inner)], "123456789"[: len(inner[0])]
    values = {(r, c): inner[i][j] for i, r in enumerate(rows) for j, c in enumerate(columns)}
    values |= {(r, "*"): sum(line) for r, line in zip(rows, inner, strict=True)}
    values |= {("*", c): sum(line[j] for line in inner) for j, c in enumerate(columns)}
    values["*", "*"] = sum(map(sum, inner))
    plain = {codes: Cell(codes, Decimal(value), 9, 9) for codes, value in values.items()}
    cells = tuple(replace(cell, **(changes or {}).get(codes, {})) for codes, cell in sorted(plain.items()))  # type: ignore[arg-type]  # fields of a cell
    return Book((flat("row", rows), flat("column", columns)), (Table(table_id, measure, ("row", "column"), cells),))


def flat(key: str, codes: Iterable[str], whole: str = "*") -> Dimension:
    """Return a dimension of one level."""
    return Dimension(key, (Node(whole, tuple(map(Node, codes))),), top=whole)


def contributed(*amounts: tuple[str, int]) -> dict[str, object]:
    """Return the evidence of a cell to which these, and no others, contribute."""
    ordered = sorted(amounts, key=lambda each: -each[1])
    largest = tuple(Contribution(holder, Decimal(amount)) for holder, amount in ordered)
    return {"units": len(amounts), "holdings": len(amounts), "largest": largest}


def make_release(book: Book, hidden: Mapping[str, Iterable[Codes]], release_id: str = "new") -> Release:
    """Return a release of a book with the given cells hidden."""
    return Release(release_id, book, {table: frozenset(codes) for table, codes in hidden.items()})
