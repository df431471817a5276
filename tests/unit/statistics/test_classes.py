"""Growth over a change of the classification: what moved is compared where it is now, what is new is not compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast

import pytest

from services.statistics.model.cells import Cell, Codes, Question
from services.statistics.model.drafts import Draft, Value
from services.statistics.model.facts import FactSet
from services.statistics.model.facts import Value as Kept
from services.statistics.model.placing import Fact, sums_of
from services.statistics.operations.drafting import drafted
from services.statistics.operations.facts import Told, take_facts
from services.statistics.ports.facts import Facts, Keys
from services.statistics.tables.classes import kept_class, places_of_classes
from services.statistics.tables.dimensions import dimension
from services.statistics.tables.loading import load_tables
from shared.clock import FixedClock
from shared.codes.class_growth import classes_apart
from shared.contracts.filing import FactKind, Layer
from tests.support.statistics_kept import KeptReleases, make_deps

IN_2021, IN_2022 = date(2021, 3, 31), date(2022, 3, 31)
NOW = datetime(2022, 5, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Counted:
    """Reckons cells of a few facts."""

    facts: tuple[Fact, ...]

    def ask(self, question: Question) -> tuple[Cell, ...]:
        """Return the cells in which anything counts."""
        found = sums_of(question, self.facts)
        return tuple(Cell(codes, value, 1, 1, (), 1, 0) for codes, value in sorted(found.items()))

    def ask_all(self, questions: Sequence[Question]) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells of each question."""
        return tuple(map(self.ask, questions))


def execution(month: str, business_class: str, cny: str) -> Fact:
    """Return an offshore execution of a class as it is kept."""
    values: dict[str, Kept] = {
        "business_class": business_class,
        "nature": "2",
        "cny": Decimal(cny),
        "usd": Decimal(cny),
    }
    return Fact(FactKind.EXECUTION, month, values)


def of_2019(code: str) -> str:
    return kept_class(code, "business_class/2019")


@pytest.fixture(scope="module")
def draft() -> Draft:
    """The structure of March 2022, with a platform that was I1, data that were K1, and a class that is new."""
    facts = (
        execution("2021-03", of_2019("I11"), "10"),
        execution("2021-03", of_2019("I23"), "100"),
        execution("2021-03", of_2019("I33"), "50"),
        execution("2021-03", of_2019("I39"), "40"),
        execution("2021-03", of_2019("K11"), "30"),
        execution("2022-03", "I11", "20"),
        execution("2022-03", "I23", "150"),
        execution("2022-03", "I33", "75"),
        execution("2022-03", "I35", "25"),
        execution("2022-03", "I39", "35"),
        execution("2022-03", "K11", "33"),
        # A contract of 2019 that is still carried out, of a platform.
        execution("2022-03", of_2019("I23"), "10"),
    )
    definition = replace(load_tables().tables["monthly_class"], measures=("execution_cny",))
    deps = make_deps(KeptReleases(), FixedClock(NOW))
    return drafted(deps, Counted(facts), definition, "2022-03", Layer.FINAL)


def value(draft: Draft, code: str) -> Value:
    wanted: Codes = (code, "total")
    return next(each for each in draft.values if each.codes == wanted and each.span == "period")


@pytest.mark.parametrize(
    ("code", "now", "before", "growth"),
    [
        ("I11", "20", "10", "100"),
        ("I23", "160", "100", "60"),  # moved from I1 to I2, with the contract of 2019 that goes on
        ("I1", "20", "10", "100"),  # without what moved away: 110 would make it a loss
        ("I2", "160", "100", "60"),
        ("I33", "75", "50", "50"),  # was a class of K1
        ("I3", "135", "90", "50"),  # what came from K1 and the rest of I3 before, what is new within it now
        ("K1", "33", "30", "10"),  # without the data
        ("I", "315", "200", "57.5"),
        ("total", "348", "230", "51.3"),
    ],
)
def test_growth_compares_what_a_class_holds_now(draft: Draft, code: str, now: str, before: str, growth: str) -> None:
    found = value(draft, code)

    assert (found.value, found.before) == (Decimal(now), Decimal(before))
    assert found.growth is not None
    assert round(found.growth, 1) == Decimal(growth)


@pytest.mark.parametrize("code", ["I35", "I39"])
def test_a_new_class_and_the_rest_that_held_it_have_no_growth(draft: Draft, code: str) -> None:
    found = value(draft, code)

    assert found.value
    assert (found.before, found.growth) == (None, None)


def test_a_draft_says_which_classes_are_not_compared(draft: Draft) -> None:
    (note,) = [gap for gap in draft.gaps if "不计算同比" in gap]

    assert "2019 年版 → 2022 年版" in note
    assert "B21、B29、B34、B39、I35、I36、I39、K33、K39" in note


def test_within_one_version_nothing_is_said_and_everything_is_compared() -> None:
    assert classes_apart(date(2023, 3, 31), IN_2022) == frozenset()


def test_before_the_first_version_that_is_known_nothing_is_compared() -> None:
    assert classes_apart(IN_2021, date(2018, 3, 31)) >= {"I", "I1", "I11", "K19"}


def test_a_code_is_kept_with_the_version_of_its_list() -> None:
    lists = ("business_class/2022", "", "business_class/2019")

    assert [kept_class("I11", each) for each in lists] == ["I11", "I11", "I1119"]
    assert kept_class("", "business_class/2019") == ""


def test_in_its_own_year_a_class_counts_at_its_own_place() -> None:
    assert places_of_classes(IN_2021)["I2319"] == ("I23", "I1", "I")
    assert places_of_classes(IN_2022)["I2319"] == ("I23", "I2", "I")
    assert "I23" not in places_of_classes(IN_2021)


def test_each_class_of_the_year_counts_in_its_dimension() -> None:
    found = dimension("business_class", IN_2022)

    assert found.leaves["K31"] == found.leaves["K3119"] == ("K31", "K3", "K", "total")
    assert found.leaves[""] == ("unknown", "total")


@dataclass
class Taken:
    """Facts that are kept, and pseudonyms that hide nothing."""

    sets: tuple[FactSet, ...] = ()

    def put_all(self, told: Sequence[FactSet], at: datetime) -> int:
        """Keep what was told."""
        self.sets = tuple(told)
        return len(told)

    def unit(self, value: str) -> str:
        """Return the value."""
        return value

    filing = firm = unit


def test_what_filing_tells_is_kept_with_the_version_of_its_list() -> None:
    taken = Taken()
    line = {"kind": FactKind.CONTRACT, "counted_in": "2021-03", "business_class": "I23", "usd": Decimal(1)}
    layers = {Layer.FINAL: [{**line, "class_list": "business_class/2019"}]}
    deps = replace(make_deps(KeptReleases(), FixedClock(NOW)), facts=cast(Facts, taken), keys=cast(Keys, taken))

    take_facts(deps, [Told("f1", "u1", 1, "enterprise-2", "2021-03", ("330000", "000000"), layers)])

    (kept,) = taken.sets[0].lines
    assert kept.values["business_class"] == "I2319"
    assert "class_list" not in kept.values
