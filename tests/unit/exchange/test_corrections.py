"""What an approved 企业1表 corrects of a unit goes on in the unit's one sequence, onto the record told last."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest

from services.exchange.comparing.fields import Field
from services.exchange.errors import Unreadable
from services.exchange.model.messages import Kind, Message, State
from services.exchange.operations.sending import Fact, note_failure, send_fact
from services.exchange.operations.survey_units import known_unit
from shared.contracts.border import KIND_BY_NAME, load_content
from shared.contracts.exchange import UNIT_SENT
from shared.contracts.filing import UNIT_CHANGED
from tests.support.codes import make_uscc
from tests.support.exchange import make_record
from tests.support.exchange_desk import BY_ITSELF, NOW, REGISTRATION, UNIT, DeskDeps, make_approval, make_deps

FILING = "f" * 32


def make_correction(**changes: Any) -> dict[str, Any]:
    """Return a record as filing seals it: the unit as it was told, but for the changes."""
    told = make_record(UNIT, REGISTRATION)["unit"]
    unit = {
        "unit_id": UNIT,
        "uscc": told["credit_code"],
        "organisation_code": "",
        "name": told["name"],
        "english_name": "",
        "opened_on": "2020-01",
        "legal_representative": told["legal_representative"],
        "registration_type": "",
    }
    return {"unit": unit | changes, "changes": [], "effective_date": date(2026, 3, 1)}


def make_fact(**changes: Any) -> Fact:
    """Return filing's news of a corrected unit, whose record lies under `correction`."""
    values: dict[str, Any] = {
        "event_id": "8" * 32,
        "type": UNIT_CHANGED.type,
        "registration_id": "",
        "filing_id": FILING,
        "kind": Kind.UNIT_CHANGE,
        "revision": 3,
        "sealed": "correction",
    }
    return make_approval(**(values | changes))


def told_before(kind: Kind = Kind.UNIT_NEW, **more: Any) -> DeskDeps:
    """Return an exchange that told the 名录库 of the unit, with a correction laid down."""
    deps = make_deps()
    deps.border.records["record"] = make_record(UNIT, REGISTRATION) | more
    send_fact(deps, BY_ITSELF, make_approval(kind=kind))
    return deps


def sent(deps: DeskDeps, **changes: Any) -> Message:
    """Send the correction with these changes, and return its message."""
    deps.border.records["correction"] = make_correction(**changes)
    message = send_fact(deps, BY_ITSELF, make_fact())
    assert message is not None
    return message


def content_of(deps: DeskDeps, message: Message) -> Any:
    return orjson.loads(deps.messages.secret_of(message).content)


def test_a_correction_is_a_change_of_the_record_told_last() -> None:
    deps = told_before()

    message = sent(deps, name="西湖外包平台股份有限公司", english_name="West Lake")

    content = content_of(deps, message)
    before = make_record(UNIT, REGISTRATION)["unit"]
    assert (message.kind, message.sequence, content["sequence"]) == (Kind.UNIT_CHANGE, 2, 2)
    assert content["changes"] == [
        {"field": "unit/name", "before": before["name"], "after": "西湖外包平台股份有限公司"},
        {"field": "unit/english_name", "before": None, "after": "West Lake"},
    ]
    assert (content["unit"]["name"], content["unit"]["phone"]) == ("西湖外包平台股份有限公司", before["phone"])
    assert content["platform"]["name"] == "西湖外包网"
    assert content["evidence"] == {"filing_id": FILING, "revision": 3, "approved_at": NOW.isoformat()}
    load_content(KIND_BY_NAME["UNIT_CHANGE"].content, orjson.dumps(content))


def test_a_correction_waits_for_the_answer_to_what_came_before_it() -> None:
    deps = told_before()

    message = sent(deps, name="乙公司")

    assert (message.state, message.attempts) == (State.PENDING, 0)
    assert [event.type for id_, event in deps.messages.outbox if id_ == message.id] == []


def test_the_second_correction_builds_on_the_first() -> None:
    deps = told_before()
    sent(deps, name="乙公司")
    deps.border.records["correction"] = make_correction(name="乙公司", legal_representative="赵六")

    message = send_fact(deps, BY_ITSELF, make_fact(event_id="9" * 32))

    assert message is not None
    content = content_of(deps, message)
    assert [change["field"] for change in content["changes"]] == ["unit/legal_representative"]
    assert (content["unit"]["name"], content["unit"]["legal_representative"]) == ("乙公司", "赵六")


def test_what_the_directory_knows_already_and_a_month_of_a_known_day_make_no_message() -> None:
    deps = told_before()
    deps.border.records["correction"] = make_correction(opened_on="2020-01")

    assert send_fact(deps, BY_ITSELF, make_fact()) is None
    assert len(deps.messages.rows) == 1


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_unit_that_the_directory_does_not_hold_is_new_to_it_and_has_no_platform(is_closed: bool) -> None:
    deps = told_before(Kind.UNIT_CLOSE, ground="on_request") if is_closed else make_deps()

    message = sent(deps, organisation_code="123456789")

    content = content_of(deps, message)
    assert (message.kind, content["kind"], content["platform"]) == (Kind.UNIT_NEW, "UNIT_NEW", None)
    assert (content["unit"]["division"], content["unit"]["organisation_code"]) == ("330106", "123456789")
    assert content["sequence"] == (2 if is_closed else 1)
    load_content(KIND_BY_NAME["UNIT_NEW"].content, orjson.dumps(content))


def test_the_news_of_a_sent_correction_name_the_filing_and_no_registration() -> None:
    deps = make_deps()

    sent(deps)

    (news,) = [event for _, event in deps.messages.outbox if event.type == UNIT_SENT.type]
    assert (news.data["filing_id"], news.data["registration_id"], news.data["kind"]) == (FILING, "", "UNIT_NEW")
    UNIT_SENT.load(news.data)


def test_a_correction_that_comes_twice_makes_one_message() -> None:
    deps = told_before()
    first = sent(deps, name="乙公司")

    again = send_fact(deps, BY_ITSELF, make_fact())

    assert again == first
    assert len(deps.messages.rows) == 2


@pytest.mark.parametrize(
    ("changes", "code"), [({"unit_id": "9" * 32}, "record_of_another"), ({"uscc": ""}, "record_unfit")]
)
def test_a_record_of_another_unit_or_without_a_credit_code_makes_no_message(changes: dict[str, str], code: str) -> None:
    deps = make_deps()
    deps.border.records["correction"] = make_correction(**changes)

    with pytest.raises(Unreadable, match=code):
        send_fact(deps, BY_ITSELF, make_fact())

    assert deps.messages.rows == {}


def test_a_correction_that_failed_goes_out_when_it_is_taken_again() -> None:
    deps = make_deps()
    note_failure(deps, BY_ITSELF, make_fact(), "record_unfit")

    message = sent(deps, uscc=make_uscc(7))

    assert (message.state, message.kind, message.filing_id) == (State.PENDING, Kind.UNIT_NEW, FILING)
    assert len(deps.messages.rows) == 1


def test_a_later_change_at_registration_keeps_what_a_filing_corrected() -> None:
    deps = told_before()
    sent(deps, legal_representative="赵六", english_name="West Lake")
    changes = [{"field": "unit/phone", "before": "0571-88000000", "after": "0571-99999999"}]
    deps.border.records["record"] = make_record(UNIT, REGISTRATION, phone="0571-99999999") | {"changes": changes}

    message = send_fact(deps, BY_ITSELF, make_approval(event_id="7" * 32, kind=Kind.UNIT_CHANGE))

    assert message is not None
    unit = content_of(deps, message)["unit"]
    assert (unit["phone"], unit["legal_representative"], unit["english_name"]) == ("0571-99999999", "赵六", "West Lake")


def test_a_later_change_at_registration_of_the_same_field_counts() -> None:
    deps = told_before()
    sent(deps, legal_representative="赵六")
    changes = [{"field": "unit/legal_representative", "before": "王小明", "after": "孙七"}]
    deps.border.records["record"] = make_record(UNIT, REGISTRATION, legal_representative="孙七") | {"changes": changes}

    message = send_fact(deps, BY_ITSELF, make_approval(event_id="7" * 32, kind=Kind.UNIT_CHANGE))

    assert message is not None
    assert content_of(deps, message)["unit"]["legal_representative"] == "孙七"


def test_a_correction_builds_on_what_is_known_of_the_unit_where_the_content_before_was_removed() -> None:
    deps = told_before()
    known_unit(deps, UNIT)
    before = deps.survey_units.find(UNIT)
    deps.messages.secrets.clear()

    message = sent(deps, name="乙公司")

    content = content_of(deps, message)
    assert before is not None
    assert (message.kind, content["platform"]) == (Kind.UNIT_CHANGE, None)
    assert [(change["field"], change["before"], change["after"]) for change in content["changes"]] == [
        ("unit/name", before.value(Field.NAME), "乙公司")
    ]
    assert content["unit"]["credit_code"] == before.value(Field.CREDIT_CODE)
    load_content(KIND_BY_NAME["UNIT_CHANGE"].content, orjson.dumps(content))
