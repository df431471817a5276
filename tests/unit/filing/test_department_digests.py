"""What departments are told of their work, and what the level above is told of it."""

from __future__ import annotations

from datetime import date, timedelta

from services.filing.reminding.digests import Digest, Tally, Undone
from services.filing.reminding.terms import the_terms
from shared.calendar.statutory import review_due
from shared.calendar.working_days import add_working_days

TERMS = the_terms().digests
COUNTY, CITY, PROVINCE, MINISTRY = "330106", "330100", "330000", "000000"
CHAIN = (COUNTY, CITY, PROVINCE, MINISTRY)
SINCE = date(2026, 1, 12)
DUE = review_due("county_reviewer", SINCE).on
TOO_LONG = add_working_days(DUE, TERMS.escalates_after).on
FORM = "服务外包人力资源情况登记表"
NEXT = timedelta(days=1)


def digests(tally: Tally) -> dict[str, Digest]:
    """Return what is told, by division."""
    return {each.division: each for each in tally.digests()}


def test_a_department_learns_how_much_waits_and_how_much_of_it_is_late():
    tally = Tally(DUE + NEXT, TERMS)
    tally.add_waiting(CHAIN, SINCE, 3)
    tally.add_waiting(CHAIN, DUE, 2)

    told = digests(tally)

    assert (told[COUNTY].waiting, told[COUNTY].late) == (5, 3)
    assert list(told) == [COUNTY]


def test_on_the_last_day_of_the_review_nothing_is_late():
    tally = Tally(DUE, TERMS)
    tally.add_waiting(CHAIN, SINCE, 3)

    told = digests(tally)

    assert (told[COUNTY].waiting, told[COUNTY].late) == (3, 0)


def test_what_waits_too_long_is_told_to_the_level_above_alone():
    tally = Tally(TOO_LONG + NEXT, TERMS)
    tally.add_waiting(CHAIN, SINCE, 4)

    told = digests(tally)

    assert told[CITY].below == (Undone(COUNTY, 4, 0),)
    assert set(told) == {COUNTY, CITY}


def test_up_to_the_last_working_day_the_level_above_is_not_told():
    tally = Tally(TOO_LONG, TERMS)
    tally.add_waiting(CHAIN, SINCE, 4)

    told = digests(tally)

    assert set(told) == {COUNTY}


def test_nobody_stands_above_the_ministry():
    tally = Tally(SINCE + timedelta(days=60), TERMS)
    tally.add_waiting((MINISTRY,), SINCE, 1)

    told = digests(tally)

    assert told == {MINISTRY: Digest(MINISTRY, 1, 1)}


def test_every_level_sees_who_has_not_filed_in_its_area_and_one_above_who_let_it_be():
    due, tally = date(2026, 1, 10), Tally(date(2026, 1, 30), TERMS)
    tally.add_overdue(CHAIN, FORM, due)
    tally.add_overdue(("330108", CITY, PROVINCE, MINISTRY), FORM, due)

    told = digests(tally)

    assert [told[code].overdue for code in CHAIN] == [((FORM, 1),), ((FORM, 2),), ((FORM, 2),), ((FORM, 2),)]
    assert told[CITY].below == (Undone(COUNTY, 0, 1), Undone("330108", 0, 1))
    assert told[PROVINCE].below == ()


def test_on_its_last_day_a_form_is_not_overdue():
    tally = Tally(date(2026, 1, 10), TERMS)
    tally.add_overdue(CHAIN, FORM, date(2026, 1, 10))

    told = tally.digests()

    assert told == ()


def test_the_notice_names_divisions_and_numbers():
    digest = Digest(CITY, 12, 3, ((FORM, 5), ("认证", 1)), (Undone(COUNTY, 4, 2), Undone("330108", 0, 1)))

    values = digest.values(TERMS, {COUNTY: "西湖区", "330108": "滨江区"}.__getitem__)

    assert values == {
        "waiting": "12",
        "late": "3",
        "overdue": f"辖区内逾期未报：《{FORM}》5 家、《认证》1 家。",
        "below": "下级久拖未办：西湖区（待审核 4 份、逾期未报 2 份）、滨江区（逾期未报 1 份）。",
    }


def test_a_notice_with_many_departments_names_the_worst():
    below = tuple(Undone(f"33{number:04}", 1, 0) for number in range(TERMS.named_divisions + 3))

    text = Digest(PROVINCE, below=below).values(TERMS, str)["below"]

    assert text.count("待审核") == TERMS.named_divisions
    assert text.endswith("，等共 23 个部门。")
