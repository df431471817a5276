"""What follows from a release together with everything released before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from services.statistics.disclosure.audit.auditing import audit
from services.statistics.disclosure.audit.report import Attacker, Kind, Report
from services.statistics.disclosure.protection import protect
from services.statistics.disclosure.tables import (
    Book,
    Cell,
    Codes,
    Contribution,
    Dimension,
    Node,
    Release,
    Status,
    Table,
    TableFaulty,
)
from services.statistics.disclosure.thresholds import Dominance
from tests.support.disclosure import Fact, contributed, flat, make_table, make_thresholds

D = Decimal
FEW = make_thresholds(p_percent=D(0), least_holdings=3)
MONTHS = Dimension("period", (Node("01–03", (Node("01–02"), Node("03"))),))
REGION = flat("region", "abc", "nation")
MANY: dict[str, object] = {"units": 9, "holdings": 9}


def make_cells(values: Mapping[str, int], **changes: Mapping[str, object]) -> tuple[Cell, ...]:
    """Return cells of regions with many contributors each, and the nation, but for the changes."""
    all_values = {**values, "nation": sum(values.values())}
    return tuple(
        Cell((code,), D(value), **{**MANY, **changes.get(code, {})})  # type: ignore[arg-type]  # fields of a cell
        for code, value in all_values.items()
    )


def make_of(
    period: str, values: Mapping[str, int], *, is_silent: bool = False, **changes: Mapping[str, object]
) -> Table:
    cells = make_cells(values, **changes)
    if is_silent:
        cells = tuple(Cell(c.codes, c.value, c.units, c.holdings, c.largest, Status.SILENT) for c in cells)
    return Table(f"{period}{'?' if is_silent else ''}", "money", ("region",), cells, place={"period": period})


def make_release(
    name: str,
    *tables: Table,
    hidden: Mapping[str, set[Codes]] | None = None,
    dims: tuple[Dimension, ...] = (REGION, MONTHS),
) -> Release:
    return Release(name, Book(dims, tables), {key: frozenset(codes) for key, codes in (hidden or {}).items()})


EARLY = {"a": 100, "b": 200, "c": 300}
YEAR = {"a": 150, "b": 207, "c": 390}
MARCH = {"a": 50, "b": 7, "c": 90}
ONE_FIRM = contributed(("x", 7))


def _leaks(report: Report) -> set[Codes]:
    return {each.cell[1] for each in report.findings if each.kind is Kind.LEAK}


def test_a_hidden_march_does_not_follow_from_two_sums_of_months() -> None:
    # March in b is 7 of one firm; 207 − 200 tells it, though both sums are of many firms and March is in no table.
    before = make_release("february", make_of("01–02", EARLY))
    march = make_of("03", MARCH, is_silent=True, b=ONE_FIRM)
    now = make_release("march", make_of("01–03", YEAR), march)

    alone, together = audit(make_release("march", make_of("01–03", YEAR)), FEW), audit(now, FEW, [before])

    assert alone.is_safe
    assert _leaks(together) == {("b", "03")}
    assert "money[b × 01–03]（已知） = money[b × 03] + 已知的 1 项" in together.findings[0].sums


def test_march_is_protected_by_hiding_the_sum_that_is_new() -> None:
    before = make_release("february", make_of("01–02", EARLY))
    book = Book((REGION, MONTHS), (make_of("01–03", YEAR), make_of("03", MARCH, is_silent=True, b=ONE_FIRM)))

    found = protect(book, FEW, [before])

    assert found.is_safe
    assert ("b",) in found.release.hidden["01–03"]
    assert found.release.hidden["03?"] == frozenset()


def test_what_nobody_gave_evidence_for_and_a_difference_tells_fails() -> None:
    before = make_release("february", make_of("01–02", EARLY))
    now = make_release("march", make_of("01–03", YEAR))

    report = audit(now, FEW, [before])

    assert _leaks(report) == {(code, "03") for code in ("a", "b", "c", "nation")}


def test_the_web_site_and_the_sharing_database_hide_the_same() -> None:
    small = {"b": ONE_FIRM}
    hidden = {"03": {("b",), ("a",)}}
    site = make_release("site", make_of("03", MARCH, **small), hidden=hidden)
    sharing = make_release("sharing", make_of("03", MARCH, **small), hidden={"03": {("b",), ("c",)}})

    apart, together = audit(sharing, FEW), audit(sharing, FEW, [site])

    assert apart.is_safe
    assert {each.cell[1] for each in together.findings} == {("b", "03")}


def test_what_was_shown_before_can_not_be_hidden_any_more() -> None:
    site = make_release("site", make_of("03", MARCH))
    now = make_release("now", make_of("03", MARCH, b=ONE_FIRM), hidden={"03": {("b",), ("a",)}})

    report = audit(now, FEW, [site])

    assert [(each.kind, each.cell[1], each.where) for each in report.findings] == [
        (Kind.SHOWN, ("b", "03"), ("now", "site"))
    ]


def test_the_parent_and_its_children_in_two_releases_are_one_sum() -> None:
    # The ministry shows the nation, the provinces a and c their own: b is what remains.
    nation = Table(
        "n", "money", ("region",), tuple(c for c in make_cells(MARCH) if c.codes == ("nation",)), place={"period": "03"}
    )
    others = Table(
        "p",
        "money",
        ("region",),
        tuple(c for c in make_cells(MARCH) if c.codes in (("a",), ("c",))),
        place={"period": "03"},
    )
    rest = Table(
        "r",
        "money",
        ("region",),
        (Cell(("b",), D(7), 1, 1, (Contribution("x", D(7)),), Status.SILENT),),
        place={"period": "03"},
    )

    report = audit(make_release("nation", nation, rest), FEW, [make_release("provinces", others)])

    assert _leaks(report) == {("b", "03")}


def test_an_old_and_a_revised_figure_tell_what_changed() -> None:
    # One late firm of 7: old 200, revised 207. The change is a quantity of its own, and may be negative.
    version = Dimension("version", (Node("new", (Node("old"), Node("change"))),))
    change = Cell(("b",), D(7), 1, 1, (Contribution("x", D(7)),), Status.SILENT, gross=D(7), floor=None)
    old = Table("old", "money", ("region",), (Cell(("b",), D(200), 9, 9),), place={"version": "old"})
    new = Table("new", "money", ("region",), (Cell(("b",), D(207), 9, 9),), place={"version": "new"})
    changes = Table("change", "money", ("region",), (change,), place={"version": "change"})
    dims = (REGION, version)

    report = audit(make_release("revised", new, changes, dims=dims), FEW, [make_release("first", old, dims=dims)])
    kept = protect(Book(dims, (new, changes)), FEW, [make_release("first", old, dims=dims)])

    assert _leaks(report) == {("b", "change")}
    assert kept.is_safe
    assert kept.release.hidden["new"] == {("b",)}


def test_a_month_that_is_corrected_after_its_release_does_not_stop_the_next() -> None:
    # January was released; firm x of region b then added 7. February and the sum since January are of the corrected facts:
    # sum − February − January as released tells the 7. In region a three firms corrected, which may be told.
    times = Dimension("period", (Node("01–02", (Node("01"), Node("02"))),))
    versions = Dimension("version", (Node("new", (Node("old"), Node("change"))),))
    dims = (REGION, times, versions)
    january, february = {"a": 100, "b": 200, "c": 300}, {"a": 40, "b": 50, "c": 60}
    new = {"a": 143, "b": 257, "c": 360}
    three = {**contributed(("p", 1), ("q", 1), ("r", 1)), "gross": D(3), "floor": None}
    one = {**contributed(("x", 7)), "gross": D(7), "floor": None}
    four = {**contributed(("x", 7), ("p", 1), ("q", 1), ("r", 1)), "gross": D(10), "floor": None}
    changed = make_cells({"a": 3, "b": 7, "c": 0}, a=three, b=one, nation=four, c={"units": 0, "holdings": 0})
    silent = tuple(replace(c, status=Status.SILENT if c.value else Status.SHOWN) for c in changed)
    tables = (
        Table("month", "money", ("region",), make_cells(february), place={"period": "02", "version": "new"}),
        Table("sum", "money", ("region",), make_cells(new), place={"period": "01–02", "version": "new"}),
        Table("changed", "money", ("region",), silent, place={"period": "01", "version": "change"}),
    )
    first = Table("first", "money", ("region",), make_cells(january), place={"period": "01", "version": "old"})
    before = make_release("january", first, dims=dims)

    open_for_all = audit(make_release("february", *tables, dims=dims), FEW, [before])
    kept = protect(Book(dims, tables), FEW, [before])

    assert _leaks(open_for_all) == {("b", "01", "change")}
    assert kept.is_safe
    assert any(("b",) in kept.release.hidden[table] for table in ("month", "sum"))
    assert kept.release.hidden["changed"] == frozenset()


TO_DATE = Dimension("period", (Node("01–03", (Node("01–02", (Node("01"), Node("02"))), Node("03"))),))
MOST_OF_IT = make_thresholds(p_percent=D(0), dominance=(Dominance(1, D(60)),), least_holdings=3)
In = Mapping[str, Mapping[str, int]]
"""What firms have in each region."""
IN_JANUARY: In = {
    "a": {f"a{n}": 10 for n in range(9)},
    "b": {"q": 70, "r": 69, "p": 60, "x": 1},
    "c": {f"c{n}": 90 for n in range(3)},
}
IN_FEBRUARY: In = {"a": {f"a{n}": 200 for n in range(9)}, "b": {"x": 490, "p": 4, "q": 3, "r": 3}}
IN_MARCH: In = {
    "a": {f"a{n}": 200 for n in range(9)},
    "b": {"p": 4, "q": 4, "r": 4},
    "c": {f"c{n}": 30 for n in range(3)},
}


def make_month(name: str, months: Sequence[In], hidden: set[Codes], *, with_sum: bool) -> Release:
    """Return the last of some months as released, with the sum since January where it is wanted."""

    def facts(*of: In) -> list[Fact]:
        return [Fact((code,), *each) for month in of for code, firms in month.items() for each in _amounts(firms)]

    tables = [make_table((REGION,), facts(months[-1]), name, {"period": name})]
    if with_sum:
        tables.append(make_table((REGION,), facts(*months), f"01–{name}", {"period": f"01–{name}"}))
    return make_release(name, *tables, dims=(REGION, TO_DATE), hidden={each.id: hidden for each in tables})


def make_february(in_c: Mapping[str, int], hidden: set[Codes]) -> tuple[Release, Release]:
    """Return January as released, and February with the sum: firm x has 490 of the 500 that were added in region b."""
    months = [IN_JANUARY, {**IN_FEBRUARY, "c": in_c}]
    return make_month("01", months[:1], set(), with_sum=False), make_month("02", months, hidden, with_sum=True)


def _amounts(of: Mapping[str, int]) -> list[tuple[str, Decimal]]:
    return [(holder, D(amount)) for holder, amount in of.items()]


def test_an_insider_that_knew_more_before_than_the_rules_leave_it_is_to_learn_no_more() -> None:
    # In the sum b is 700, 491 of them x's. x should not know the other 209 more closely than by 35; but it knows 199 since
    # January, so that 10 are left to be hidden from it.
    before, now = make_february({"c0": 30, "c1": 30, "c2": 30}, hidden=set())

    found = protect(now.book, MOST_OF_IT, [before])

    assert found.is_safe
    assert all(("b",) in found.release.hidden[table] for table in ("02", "01–02"))


def test_what_an_insider_knew_before_may_follow_from_several_sums() -> None:
    # x should not know the 221 that others have in b since January more closely than by 33; it knows 199 of them since January.
    # 10 of February, which was hidden, and 12 of March are left, both of them together.
    months = [IN_JANUARY, {**IN_FEBRUARY, "c": {"c0": 30, "c1": 30, "c2": 30}}, IN_MARCH]
    january = make_month("01", months[:1], set(), with_sum=False)
    february = make_month("02", months[:2], {("a",), ("b",)}, with_sum=False)
    march = make_month("03", months, {("a",), ("b",)}, with_sum=True)
    shown = replace(march, hidden={**march.hidden, "03": frozenset()})

    assert audit(march, MOST_OF_IT, [january, february]).is_safe
    assert protect(march.book, MOST_OF_IT, [january, february]).is_safe
    assert {
        (each.kind, each.attacker, each.cell[1]) for each in audit(shown, MOST_OF_IT, [january, february]).findings
    } == {(Kind.LEAK, Attacker.CONTRIBUTOR, ("b", "01–03"))}


def test_what_an_insider_did_not_know_before_is_still_a_leak() -> None:
    # x is alone in c in February, and reads the 10 that others have in b off where nothing else is hidden.
    before, now = make_february({"x": 400}, hidden={("b",), ("c",)})
    kept = make_february({"x": 400}, hidden={("a",), ("b",), ("c",)})[1]

    report = audit(now, MOST_OF_IT, [before])

    assert {(each.kind, each.attacker, each.cell[1]) for each in report.findings} == {
        (Kind.LEAK, Attacker.ALONE, ("b", "02")),
        (Kind.LEAK, Attacker.ALONE, ("b", "01–02")),
    }
    assert audit(kept, MOST_OF_IT, [before]).is_safe


def test_two_geographies_tell_the_piece_between_them() -> None:
    # County A of old has pieces A1 and A2; the new A has A1 alone, A2 went to B.
    place = Dimension("place", (Node("old A", (Node("new A"), Node("A2"))), Node("new B", (Node("old B"), Node("A2")))))
    old = Table("old", "money", ("place",), (Cell(("old A",), D(90), 9, 9), Cell(("old B",), D(50), 9, 9)))
    new = Table("new", "money", ("place",), (Cell(("new A",), D(83), 9, 9), Cell(("new B",), D(57), 9, 9)))
    piece = Table("piece", "money", ("place",), (Cell(("A2",), D(7), 1, 1, (Contribution("x", D(7)),), Status.SILENT),))

    report = audit(make_release("new", new, piece, dims=(place,)), FEW, [make_release("old", old, dims=(place,))])

    assert _leaks(report) == {("A2",)}


def test_one_quantity_with_two_values_is_refused() -> None:
    site = make_release("site", make_of("03", MARCH))

    with pytest.raises(TableFaulty, match="differs from the same cell elsewhere"):
        audit(make_release("now", make_of("03", {**MARCH, "a": 51})), FEW, [site])


def test_releases_of_other_dimensions_are_refused() -> None:
    other = make_release("other", make_of("03", MARCH), dims=(REGION, Dimension("period", (Node("03"),))))

    with pytest.raises(TableFaulty, match="same dimensions"):
        audit(make_release("now", make_of("03", MARCH)), FEW, [other])
