"""A list with a fault is refused, and the message names the place."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from shared.codes.generate import industries, lists, written
from shared.codes.generate.tables import ListError, Row, Table, check, check_pointers

DATA = Path(__file__).parents[3] / "shared" / "codes" / "data"


def test_the_committed_lists_are_what_the_script_makes() -> None:
    made = lists.documents()

    committed = {f"lists/{path.name}": path.read_text(encoding="utf-8") for path in (DATA / "lists").iterdir()}

    assert made == committed


def _table(
    rows: Sequence[Row], *, key: str = "2022", published: tuple[int, ...] = (), gaps: tuple[str, ...] = ()
) -> Table:
    return Table("colour", key, "colours", "made up", "none", rows, published=published, gaps=gaps)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([Row("1", "红"), Row("1", "蓝")], "colour 2022 1: it is there twice on one day"),
        ([Row("1", "红"), Row("2", "红")], "colour 2022 2: the name is there twice below the top"),
        ([Row("11", "朱红", "1"), Row("1", "红")], "colour 2022 11: its parent 1 does not stand before it"),
        ([Row("1", " 红")], "colour 2022 1: a row needs a code and a name"),
        ([Row("1", "红", first=date(2022, 1, 2), last=date(2022, 1, 1))], "colour 2022 1: it ends before it begins"),
        (
            [Row("1", "红", last=date(2022, 1, 1)), Row("1", "蓝", first=date(2022, 1, 1))],
            "colour 2022 1: it is there twice",
        ),
    ],
)
def test_a_faulty_row_is_refused_by_its_place(rows: list[Row], words: str) -> None:
    with pytest.raises(ListError, match=words):
        check([_table(rows)])


def test_a_code_may_mean_two_things_one_after_the_other() -> None:
    rows = [Row("1", "红", last=date(2022, 1, 1)), Row("1", "蓝", first=date(2022, 1, 2))]

    check([_table(rows)])


def test_a_count_that_is_not_the_published_one_is_refused_unless_the_gap_is_named() -> None:
    rows = [Row("1", "红"), Row("11", "朱红", "1")]

    check([_table(rows, published=(1, 2), gaps=("one is not known",))])
    with pytest.raises(ListError, match="published are"):
        check([_table(rows, published=(1, 2))])


def test_a_version_is_there_once() -> None:
    with pytest.raises(ListError, match="colour 2022: the version is there twice"):
        check([_table([Row("1", "红")]), _table([Row("1", "红")])])


def test_a_pointer_to_nothing_is_refused() -> None:
    target = Table("business_class", "2022", "t", "s", "l", [Row("I11", "软件研发服务")])
    source = _table([Row("1", "红", facts={"excludes": [{"what": "x", "to": ["I11", "I12"]}]})])

    with pytest.raises(ListError, match="colour 2022 1: to points at I12"):
        check_pointers([target, source])


def test_a_written_list_that_lacks_its_source_is_refused() -> None:
    with pytest.raises(ListError, match="'source' is missing"):
        written.parse('[[list]]\nscheme = "colour"\nkey = "1"\ntitle = "t"\n')


def test_members_of_a_group_take_its_days_unless_they_have_their_own() -> None:
    text = """
    [[list]]
    scheme = "colour"
    title = "t"
    key = "1"
    valid_from = 2000-01-01
    source = "s"
    licence = "l"
    published = [1, 2]
    groups = [{ code = "G", name = "组", valid_from = 2001-01-01, members = ["A"], dated = [{ member = "B", valid_to = 2002-01-01 }] }]
    """

    rows = written.parse(text)[0].rows

    assert [(row.code, row.first, row.last) for row in rows] == [
        ("G", date(2001, 1, 1), None),
        ("G.A", date(2001, 1, 1), None),
        ("G.B", date(2001, 1, 1), date(2002, 1, 1)),
    ]


def test_a_group_of_one_class_is_made_from_the_class() -> None:
    rows = industries.parse("2017", "T 国际组织\n97 国际组织\n9700 国际组织\n")

    assert [(row.code, row.parent) for row in rows] == [("T", ""), ("97", "T"), ("970", "97"), ("9700", "970")]


@pytest.mark.parametrize(("line", "number"), [("7x 服务", 2), ("8011 服务", 2), ("A 农业\n0111 稻谷", 3)])
def test_a_line_of_the_industries_that_does_not_fit_is_named(line: str, number: int) -> None:
    with pytest.raises(ListError, match=f"industry 2017 line {number}"):
        industries.parse("2017", f"T 国际组织\n{line}\n")


def test_an_amendment_takes_the_place_of_a_line_that_is_there() -> None:
    text = "S 公共管理\n92 国家机构\n9290 其他国家机构\n"

    made = industries.amend("2017-1", text, "9290 -> 929 其他国家机构 | 9291 消防管理机构")

    assert made.splitlines()[2:] == ["929 其他国家机构", "9291 消防管理机构"]
    with pytest.raises(ListError, match="industry 2017-1 line 1: 9280 is not in the edition"):
        industries.amend("2017-1", text, "9280 -> 928 其他")
