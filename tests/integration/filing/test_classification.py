"""Classification over HTTP: what is public, what is explained, and that a description leaves no trace."""

from __future__ import annotations

import pytest

from tests.support.filing_site import COUNTY_REVIEWER, FilingSite

SECRET = "金丝雀有限公司的绝密项目CANARY-77"
SEARCH, EVALUATION = "/classification/search", "/classification/paths/evaluation"


def test_a_description_is_ranked_with_reasons_and_answers_are_proposed(filing_site: FilingSite) -> None:
    found = filing_site.json(COUNTY_REVIEWER, "POST", SEARCH, json={"text": "每月为客户员工核算工资，代缴社保"})

    first = found["candidates"][0]

    assert (found["edition"], first["code"], first["name"]) == ("2022", "B11", "人力资源管理服务")
    assert {hit["word"] for hit in first["hits"]} >= {"工资", "社保"}
    assert found["suggestion"]["outcome"] == "part"
    assert [each["code"] for each in found["suggestion"]["deductions"]] == ["paid_on_behalf"]


def test_a_description_is_neither_stored_nor_logged(
    filing_site: FilingSite, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = filing_site.call(COUNTY_REVIEWER, "POST", SEARCH, json={"text": f"{SECRET}，软件开发"})

    stored = [
        row
        for name in filing_site.wired.database.list_collection_names()
        for row in filing_site.wired.database[name].find()
    ]
    printed = "".join(capsys.readouterr())

    assert answer.status_code == 200
    assert "classification.search" in printed
    assert "CANARY-77" not in printed + repr(stored)


def test_the_questions_lead_to_the_end_that_they_name(filing_site: FilingSite) -> None:
    paths = filing_site.json(None, "GET", "/classification/paths")
    answers: list[dict[str, object]] = []
    found = filing_site.json(None, "POST", EVALUATION, json={"path": "scope", "answers": answers})
    while found["next"]:
        question = found["next"]
        chosen = [] if question["is_many"] else [question["usual"]]
        answers.append({"question": question["id"], "values": chosen})
        found = filing_site.json(None, "POST", EVALUATION, json={"path": "scope", "answers": answers})

    assert found["asked"] == [each["id"] for each in paths["scope"]["questions"]]
    assert (found["outcome"], found["reason"], found["deductions"]) == ("in", None, [])


def test_the_path_for_mixed_contracts_says_which_kinds_remain(filing_site: FilingSite) -> None:
    answers = [{"question": "priced", "values": ["no"]}, {"question": "means", "values": ["builds"]}]

    found = filing_site.json(None, "POST", EVALUATION, json={"path": "mixed", "answers": answers})

    assert found["result"]["families"] == ["I"]


def test_answers_that_are_not_asked_are_refused_at_their_place(filing_site: FilingSite) -> None:
    answers = [{"question": "organisations", "values": ["no"]}, {"question": "own", "values": ["yes"]}]

    answer = filing_site.call(None, "POST", EVALUATION, json={"path": "scope", "answers": answers})

    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.get_json()["errors"]] == [("/answers/1", "not_asked")]


def test_a_class_says_what_it_leaves_out_and_where_that_belongs(filing_site: FilingSite) -> None:
    listed = filing_site.json(None, "GET", "/classification/classes")
    one = filing_site.json(None, "GET", "/classification/classes/K21?edition=2022")

    assert len(listed["items"]) == 45
    assert one in listed["items"]
    assert {"what": "工程的规划设计", "kind": "elsewhere", "belongs_to": ["K22"], "is_inferred": False} in one[
        "exclusions"
    ]
    assert [(kind["from"], kind["to"]) for kind in one["shares"]] == [(5, 10), (10, 15), (15, 20)]


@pytest.mark.parametrize(
    "path", ["/classification/classes/I99", "/classification/classes/I", "/classification/paths?edition=2019"]
)
def test_what_is_not_there_is_not_found(filing_site: FilingSite, path: str) -> None:
    answer = filing_site.call(None, "GET", path)

    assert answer.status_code == 404


@pytest.mark.parametrize("edition", ["2022\n", "版本", "x" * 21, 7])
def test_an_edition_that_can_be_none_is_refused(filing_site: FilingSite, edition: object) -> None:
    answer = filing_site.call(COUNTY_REVIEWER, "POST", SEARCH, json={"text": "软件开发", "edition": edition})

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.get_json()["errors"]] == ["/edition"]
