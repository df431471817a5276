"""How forms lie on paper: what an edition's file says, and that nothing is left out where it says nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from services.filing.forms.answers import Answers, Given
from services.filing.forms.model import Form, Layout
from services.filing.forms.printed import FormContent
from services.filing.model.periods import Period
from services.filing.printing import FormPdf, papers, sheet
from services.filing.printing.drawing import Drawn
from services.filing.printing.papers import Spot, paper_of, printed_parts
from services.filing.printing.room import with_room
from tests.support.filing import Story, answers_of, stories, tiny
from tests.support.filing_prints import edition, form_of, printed
from tests.support.filing_samples import ACCEPTED
from tests.support.tree import ROOT

WRITTEN: dict[str, Any] = tomllib.loads((ROOT / "services/filing/printing/papers/2022.toml").read_text("utf-8"))
FIELDS = tuple(key for key in ACCEPTED if form_of(key).layout is Layout.FIELDS)


def spots(form: Form) -> Iterator[tuple[str, str]]:
    for code, pattern in paper_of(edition().id, form).patterns.items():
        yield from ((code, piece.key) for column in pattern for piece in column if isinstance(piece, Spot))


def test_the_file_of_the_edition_speaks_of_forms_of_the_edition_only() -> None:
    assert set(WRITTEN) <= {form.key for form in edition().forms}


@pytest.mark.parametrize("key", FIELDS)
def test_the_file_places_every_indicator_of_a_form_once(key: str) -> None:
    form = form_of(key)
    placed = [code for line in WRITTEN[key]["lines"] for code in line]

    assert placed == [one.code for one in form.indicators if one.is_printed]
    assert set(WRITTEN[key]["patterns"]) == set(placed)


@pytest.mark.parametrize("key", FIELDS)
def test_the_file_gives_every_cell_its_place(key: str) -> None:
    form = form_of(key)
    written = {code: re.findall(r"\{([a-z0-9_]*)", str(text)) for code, text in WRITTEN[key]["patterns"].items()}

    wanted = {
        one.code: {""} if one.is_rows else {part.key for part in printed_parts(one)}
        for one in form.indicators
        if one.is_printed
    }
    assert {code: set(keys) for code, keys in written.items()} == wanted


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.name)
def test_a_form_without_a_word_in_the_file_has_every_cell_on_paper(story: Story) -> None:
    loaded = tiny(story.form)
    (form,) = loaded.forms
    wanted = {
        (one.code, "" if one.is_rows else part.key)
        for one in form.indicators
        if one.is_printed
        for part in printed_parts(one)
    }

    found = {
        (code, piece.key)
        for code, pattern in paper_of(loaded.id, form).patterns.items()
        for column in pattern
        for piece in column
        if isinstance(piece, Spot)
    }

    assert found == wanted


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.name)
def test_every_kind_of_cell_can_be_drawn_blank_and_filled(story: Story) -> None:
    loaded = tiny(story.form)
    (form,) = loaded.forms
    paper = paper_of(loaded.id, form)
    read = [answers_of(form, case["answers"]) for case in story.cases if "problems" not in case]

    for answers in [Answers(), *read]:
        lines = sheet.field_lines(form, paper, answers)
        drawn = [piece for line in lines for cell in line.cells for column in cell.columns for piece in column]
        assert {piece.manner for piece in drawn} <= MANNERS
        assert len(lines) == len(paper.lines)


MANNERS = {"words", "line", "date", "boxes", "marks", "columns", "tree", "rows"}


@pytest.mark.parametrize("name", ["rows", "table_with_dashes", "choices_with_levels", "yes_no_with_follow_up"])
def test_a_form_of_another_edition_is_printed_without_a_line_of_code(name: str) -> None:
    story = next(story for story in stories() if story.name == name)
    loaded = tiny(story.form)
    (form,) = loaded.forms

    pages = [
        printed(FormPdf().print_form(loaded, form, content)) for content in (None, FormContent(Period(2024), Answers()))
    ]

    for page in pages:
        assert [one.code for one in form.indicators if one.is_printed and not page.holds(one.name)] == []
        assert page.holds(form.title)
        assert page.holds(loaded.approval)


def test_an_answer_too_long_to_stand_beside_another_has_a_line_of_its_own() -> None:
    form = form_of("enterprise-2")
    paper = paper_of("2022", form)

    beside, alone = (
        sheet.field_lines(form, paper, Answers({"203": {"content": Given("某" * count)}})) for count in (60, 61)
    )

    assert [[cell.code for cell in line.cells] for line in beside[1:2]] == [["202", "203"]]
    assert [[cell.code for cell in line.cells] for line in alone[1:3]] == [["202"], ["203"]]
    assert [line.height for line in beside if line.height] == [6, 1, 3]
    assert [line.height for line in alone if line.height] == [7, 1, 3]


def test_empty_lines_share_the_width_and_what_is_written_takes_its_own() -> None:
    column = [Drawn("words", "名称"), Drawn("line"), Drawn("words", "地址"), Drawn("line"), Drawn("line", "已填")]

    drawn = with_room(column, 100)

    first, second = (piece.width for piece in drawn if piece.manner == "line" and not piece.text)
    assert first == second
    assert 30 < first < 45
    assert drawn[-1].width == 0


def test_a_table_ends_its_line_by_itself() -> None:
    column = [Drawn("words", "名称\n"), Drawn("rows"), Drawn("words", "\n其他"), Drawn("words", "\n再一行")]

    texts = [piece.text or piece.manner for piece in with_room(column, 100)]

    assert texts == ["名称", "rows", "其他", "\n", "再一行"]


def test_an_edition_without_a_file_has_a_plain_paper() -> None:
    form = form_of("enterprise-3")

    paper = papers.paper_of("none", form)

    assert paper.lines == tuple((one.code,) for one in form.indicators if one.is_printed)
    assert paper.head == tuple((line.key,) for line in form.head)
    assert not paper.is_wide
