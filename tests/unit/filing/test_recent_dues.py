"""The answer to a save shows the due day by what was granted a moment ago; whoever reads the filing sees it as it is."""

from __future__ import annotations

from datetime import date

import pytest

from services.filing.forms.model import Form
from services.filing.model.periods import Period
from services.filing.operations.due import due_of, recent_due_of
from services.filing.operations.reliefs import Asked, ask_extension, grant_extension
from shared.calls import Call
from tests.support.filing_deps import COUNTY, OPERATOR, UNIT, Office, make_office, the_catalogue

YEAR = Period(2024)
UNTIL = date(2025, 1, 20)


@pytest.fixture
def form() -> Form:
    found = the_catalogue().editions[0].form("platform-1")
    assert found is not None
    return found


def _grant(office: Office) -> None:
    asked = ask_extension(office.deps, Call(OPERATOR), Asked("platform-1", str(YEAR), UNTIL, "年末系统迁移"))
    grant_extension(office.deps, Call(COUNTY, version=asked.relief.version), asked.relief.id, UNTIL, "同意")


def test_the_answer_to_a_save_shows_the_day_that_was_read_a_moment_ago(form: Form) -> None:
    office = make_office()
    before = due_of(office.deps, UNIT, form, YEAR)
    _grant(office)

    shown = recent_due_of(office.deps, UNIT, form, YEAR)

    assert shown == before
    assert due_of(office.deps, UNIT, form, YEAR).on == UNTIL
    assert recent_due_of(office.deps, UNIT, form, YEAR).on == UNTIL


def test_it_reads_what_was_granted_where_nothing_is_at_hand(form: Form) -> None:
    office = make_office()
    _grant(office)
    office.deps.granted.forget((UNIT, form.key, str(YEAR)))

    shown = recent_due_of(office.deps, UNIT, form, YEAR)

    assert shown.on == UNTIL
