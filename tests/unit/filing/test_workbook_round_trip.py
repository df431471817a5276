"""What is filled into a template comes back the same, from our own file and from the file that another program saves."""

from __future__ import annotations

import io

import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.filing.forms.answers import Answers
from services.filing.forms.model import Edition, Form
from services.filing.workbooks.cells import Number
from services.filing.workbooks.package import open_package
from services.filing.workbooks.reading import read_workbook
from services.filing.workbooks.template import template
from tests.support.filing import Story, answers_of, stories, tiny
from tests.support.filing_bodies import AWKWARD, bodies
from tests.support.filing_samples import ACCEPTED
from tests.support.workbooks import edition_2022, form_of, saved_elsewhere

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def _returned(edition: Edition, form: Form, workbook: bytes) -> Answers:
    reading = read_workbook(edition, form, io.BytesIO(workbook))
    assert reading.faults == ()
    return reading.answers


@pytest.mark.parametrize("key", ACCEPTED)
@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_any_readable_answers_come_back_the_same(key: str, data: st.DataObject) -> None:
    form = form_of(key)
    answers = answers_of(form, data.draw(bodies(form)))

    workbook = template(edition_2022(), form, answers)

    assert _returned(edition_2022(), form, workbook) == answers


@pytest.mark.parametrize("key", ACCEPTED)
@settings(max_examples=8, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_accepted_filings_come_back_the_same_from_another_program(key: str, data: st.DataObject) -> None:
    form = form_of(key)
    answers = answers_of(form, data.draw(ACCEPTED[key]()).body)

    workbook = saved_elsewhere(template(edition_2022(), form, answers))

    assert _returned(edition_2022(), form, workbook) == answers


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.name)
def test_each_kind_of_cell_comes_back_the_same(story: Story) -> None:
    edition = tiny(story.form)
    form = edition.forms[0]
    kept = [case["kept"] for case in story.cases if "kept" in case]

    answers = [answers_of(form, each) for each in kept]

    assert [_returned(edition, form, template(edition, form, each)) for each in answers] == answers


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_stay_as_they_are(text: str) -> None:
    form = form_of("enterprise-1")
    answers = answers_of(form, {"102": text})

    workbook = template(edition_2022(), form, answers)

    assert _returned(edition_2022(), form, workbook) == answers


@pytest.mark.parametrize("key", ACCEPTED)
@settings(max_examples=5, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_openpyxl_and_calamine_see_in_every_cell_what_we_see(key: str, data: st.DataObject) -> None:
    form = form_of(key)
    workbook = template(edition_2022(), form, answers_of(form, data.draw(ACCEPTED[key]()).body))

    package = open_package(io.BytesIO(workbook))

    for sheet in package.paths:
        ours = {
            (line, column): _plain(content) for line, cells in package.lines(sheet) for column, content in cells.items()
        }
        assert ours == _by_openpyxl(workbook, sheet)
        assert ours == _by_calamine(workbook, sheet)


def _plain(content: object) -> str | float:
    assert isinstance(content, str | Number)
    return content if isinstance(content, str) else float(content.digits)


def _by_openpyxl(workbook: bytes, sheet: str) -> dict[tuple[int, int], str | float]:
    found = openpyxl.load_workbook(io.BytesIO(workbook))[sheet]
    cells = (cell for line in found.iter_rows() for cell in line if cell.value is not None)
    return {(cell.row, cell.column): cell.value if isinstance(cell.value, str) else float(cell.value) for cell in cells}


def _by_calamine(workbook: bytes, sheet: str) -> dict[tuple[int, int], str | float]:
    lines = (
        python_calamine.load_workbook(io.BytesIO(workbook)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    )
    return {
        (line, column): value
        for line, cells in enumerate(lines, 1)
        for column, value in enumerate(cells, 1)
        if value != "" and isinstance(value, str | float)
    }
