"""With what the classes of a year are compared in the year before, by hand against 第二部分 二."""

from __future__ import annotations

from datetime import date

from shared.codes.class_growth import classes_apart, classes_before

IN_2021, IN_2022, IN_2023 = date(2021, 3, 31), date(2022, 3, 31), date(2023, 3, 31)


def test_a_class_that_lost_or_won_others_is_compared_with_what_it_holds_now() -> None:
    found = classes_before(IN_2022, IN_2021)

    assert found["I1"] == ("I11", "I12", "I13", "I14", "I19")  # without I23, the platforms
    assert sorted(found["I2"]) == ["I21", "I22", "I23", "I29"]
    assert "I33" in found["I3"]
    assert "I33" not in found["K1"]  # the data, which were with the services for business


def test_a_class_that_holds_what_it_held_is_compared_with_itself() -> None:
    found = classes_before(IN_2022, IN_2021)

    assert [found[code] for code in ("B", "B1", "I23", "K2")] == [("B",), ("B1",), ("I23",), ("K2",)]


def test_what_stands_apart_is_compared_with_nothing_and_nothing_else_is() -> None:
    found = classes_before(IN_2022, IN_2021)

    assert {code for code, parts in found.items() if not parts} == classes_apart(IN_2022, IN_2021)


def test_within_one_version_every_class_is_compared_with_itself() -> None:
    found = classes_before(IN_2023, IN_2022)

    assert len(found) == 57
    assert all(parts == (code,) for code, parts in found.items())


def test_before_the_first_version_that_is_known_nothing_is_compared() -> None:
    found = classes_before(IN_2021, date(2018, 3, 31))

    assert found
    assert not any(found.values())
