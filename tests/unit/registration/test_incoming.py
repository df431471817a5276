"""What registration takes over HTTP."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError

from services.registration.schemas.incoming import FormIn
from shared.fields import problems_of


@pytest.mark.parametrize("code", ["330106", "110105", "441900", "429004"])
def test_the_division_of_the_unit_is_one_whose_department_reviews(code: str) -> None:
    assert FormIn().load({"division": code})["division"] == code


@pytest.mark.parametrize("code", ["330100", "330000", "110000"])
def test_a_division_that_has_counties_is_refused_since_its_department_would_skip_theirs(code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FormIn().load({"division": code})

    assert [problem.code for problem in problems_of(refused.value)] == ["division_not_finest"]
