"""Good files of many makers are taken for what they are."""

import io

import pytest

from shared.documents.inspect import inspect
from shared.documents.kinds import Kind, Limits
from shared.errors import Invalid
from tests.support.files import make, make_png, make_zip, zip_parts
from tests.support.good_files import GOOD

ALL = frozenset(Kind)


def test_there_are_enough_of_them() -> None:
    assert len(GOOD) >= 50


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_taken_for_what_it_is(name: str) -> None:
    file_name, build, pages = GOOD[name]

    found = inspect(io.BytesIO(build()), file_name, ALL)

    assert file_name.lower().endswith((found.kind.value, "jpg"))
    assert found.pages == pages


def test_the_size_of_a_picture_is_told() -> None:
    found = inspect(io.BytesIO(make_png(30, 20)), "a.png", ALL)

    assert dict(found.facts) == {"width": 30, "height": 20}
    assert found.media_type == "image/png"


@pytest.mark.parametrize("kind", Kind)
def test_the_stream_is_left_open_for_the_caller(kind: Kind) -> None:
    stream = io.BytesIO(make(kind))

    inspect(stream, f"a.{kind.value}", ALL)

    assert not stream.closed


def test_the_limit_of_elements_is_the_callers() -> None:
    rows = b"<a>" + b"<b/>" * 5_000 + b"</a>"
    workbook = make_zip(zip_parts(make(Kind.XLSX)) | {"xl/more.xml": rows})

    found = inspect(io.BytesIO(workbook), "a.xlsx", ALL, Limits(elements=5_001))
    with pytest.raises(Invalid) as refused:
        inspect(io.BytesIO(workbook), "a.xlsx", ALL, Limits(elements=5_000))

    assert found.kind is Kind.XLSX
    assert [problem.code for problem in refused.value.problems] == ["file_too_complex"]
