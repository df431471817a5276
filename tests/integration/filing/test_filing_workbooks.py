"""Workbooks in and out over HTTP on the real servers; long lists as imports that outlive their worker."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from services.filing.forms.answers import Answers, Cells, Given
from services.filing.model.imports import ImportState
from services.filing.operations import imports
from services.filing.operations.imports import run_next_import
from services.filing.workbooks.rows import rows as read_batches
from services.filing.workbooks.template import template
from shared.identity.actor import Actor
from tests.integration.filing.test_filing_life import ANSWERS
from tests.support.filing_site import COUNTY_REVIEWER, FilingSite, Json
from tests.support.workbooks import with_cell

XLSX = {"Content-Type": "application/octet-stream", "X-File-Name": "form.xlsx"}


def training(number: int, fee: str = "1.5") -> Cells:
    texts = {
        "firm": f"企业{number:05}",
        "institution": "杭州职业培训学校",
        "content": "软件测试",
        "category": "1",
        "venue": "杭州",
    }
    return {
        **{key: Given(text) for key, text in texts.items()},
        "hours": Given(Decimal(120)),
        "fee": Given(Decimal(fee)),
    }


def workbook(site: FilingSite, count: int, fee: str = "1.5") -> bytes:
    edition = site.wired.deps.catalogue.find("2022")
    form = edition.form("city-1") if edition else None
    assert edition is not None
    assert form is not None
    answers = Answers({}, {"rows": tuple(training(number, fee) for number in range(count))})
    return template(edition, form, answers)


def send(site: FilingSite, actor: Actor, filing: Json, content: bytes, query: str = "") -> Json:
    answer = site.call(actor, "POST", f"/filings/{filing['id']}/imports{query}", data=content, headers=XLSX)
    assert answer.status_code == 202, answer.text
    return dict(answer.json)  # type: ignore[arg-type]


def test_a_form_goes_out_as_a_workbook_and_comes_back_equal(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = filing_site.begin(operator, "platform-1")
    filing = filing_site.save(operator, filing, answers=ANSWERS)
    url = f"/filings/{filing['id']}"
    book = filing_site.call(operator, "GET", f"{url}/versions/0/workbook").data
    emptied = filing_site.save(operator, filing, answers={})

    read = filing_site.json(operator, "PUT", f"{url}/workbook", emptied["version"], data=book, headers=XLSX)

    assert read["is_saved"]
    assert filing_site.json(operator, "GET", url)["answers"] == filing["answers"]


def test_a_cell_that_cannot_be_read_is_named_and_nothing_is_changed(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = filing_site.save(operator, filing_site.begin(operator, "platform-1"), answers=ANSWERS)
    url = f"/filings/{filing['id']}"
    book = openpyxl.load_workbook(BytesIO(filing_site.call(operator, "GET", f"{url}/versions/0/workbook").data))
    cell = next(each for row in book["填报"].iter_rows() for each in row if str(each.value) == "88")
    cell.value = "八十八"
    changed = BytesIO()
    book.save(changed)

    refused = filing_site.call(
        operator, "PUT", f"{url}/workbook", filing["version"], data=changed.getvalue(), headers=XLSX
    )
    tried = filing_site.json(
        operator, "PUT", f"{url}/workbook?dry_run=true", filing["version"], data=changed.getvalue(), headers=XLSX
    )
    marked = filing_site.call(operator, "POST", f"{url}/workbook/marked", data=changed.getvalue(), headers=XLSX)

    error = refused.json["errors"][0]  # type: ignore[index]
    assert refused.status_code == 422
    assert error["pointer"] == "/answers/621/2"
    assert error["indicator"] == "621"
    assert cell.coordinate in error["message"]
    assert not tried["is_saved"]
    assert cell.coordinate in {each["cell"] for each in tried["faults"]}
    assert filing_site.json(operator, "GET", url)["version"] == filing["version"]
    copy = openpyxl.load_workbook(BytesIO(marked.data))
    assert copy["填报"][cell.coordinate].comment is not None


def test_a_long_list_is_imported_by_the_worker_with_progress(filing_site: FilingSite) -> None:
    firm = filing_site.enterprise()
    filing = filing_site.begin(firm, "city-1")
    begun = send(filing_site, firm, filing, workbook(filing_site, 2500))

    worked = run_next_import(filing_site.wired.deps)

    progress = filing_site.json(firm, "GET", f"/filings/{filing['id']}/imports/{begun['id']}")
    page = filing_site.json(firm, "GET", f"/filings/{filing['id']}/rows?first=1999&limit=2")
    assert worked
    assert begun["state"] == "waiting"
    assert (progress["state"], progress["done"], progress["total"]) == ("done", 2500, 2500)
    assert page["count"] == 2500
    assert [row["firm"] for row in page["rows"]] == ["企业01999", "企业02000"]


def test_an_import_goes_on_after_its_worker_died(filing_site: FilingSite, monkeypatch: pytest.MonkeyPatch) -> None:
    firm = filing_site.enterprise()
    filing = filing_site.begin(firm, "city-1")
    begun = send(filing_site, firm, filing, workbook(filing_site, 2500))

    class Killed(BaseException):
        pass

    def dying(*arguments: object) -> object:
        for batch in read_batches(*arguments):  # type: ignore[arg-type]
            if batch.first >= 1000:
                raise Killed
            yield batch

    monkeypatch.setattr(imports, "rows", dying)
    with pytest.raises(Killed):
        run_next_import(filing_site.wired.deps)
    monkeypatch.undo()
    nobody = run_next_import(filing_site.wired.deps)
    filing_site.clock.advance(imports.LEASE * 2)

    assert run_next_import(filing_site.wired.deps)
    assert not nobody
    kept = filing_site.wired.imports.get(begun["id"])
    page = filing_site.json(firm, "GET", f"/filings/{filing['id']}/rows?first=0&limit=1000")
    assert kept.state is ImportState.DONE
    assert [each.count for each in kept.rows.segments] == [1000, 1000, 500]
    assert page["count"] == 2500
    assert len({row["firm"] for row in page["rows"]}) == 1000


def test_an_import_that_was_put_in_is_not_put_in_again(filing_site: FilingSite) -> None:
    firm = filing_site.enterprise()
    filing = filing_site.begin(firm, "city-1")
    begun = send(filing_site, firm, filing, workbook(filing_site, 3))
    run_next_import(filing_site.wired.deps)
    now = filing_site.json(firm, "GET", f"/filings/{filing['id']}")
    emptied = filing_site.json(firm, "PUT", f"/filings/{filing['id']}/rows/0", now["version"], json={"row": None})
    done = filing_site.wired.imports.get(begun["id"])
    filing_site.wired.imports.save(replace(done, state=ImportState.RUNNING))
    filing_site.clock.advance(imports.LEASE * 2)

    assert run_next_import(filing_site.wired.deps)
    after = filing_site.json(firm, "GET", f"/filings/{filing['id']}")
    assert (after["rows"], after["version"]) == (2, emptied["version"])


def test_a_list_with_faults_is_given_back_marked_and_not_put_in(filing_site: FilingSite) -> None:
    firm = filing_site.enterprise()
    filing = filing_site.begin(firm, "city-1")
    book = openpyxl.load_workbook(BytesIO(workbook(filing_site, 5)))
    cell = next(each for row in book["填报"].iter_rows() for each in row if str(each.value) == "1.5")
    cell.value = "一万五"
    changed = BytesIO()
    book.save(changed)
    begun = send(filing_site, firm, filing, changed.getvalue())

    run_next_import(filing_site.wired.deps)

    url = f"/filings/{filing['id']}/imports/{begun['id']}"
    progress = filing_site.json(firm, "GET", url)
    marked = openpyxl.load_workbook(BytesIO(filing_site.call(firm, "GET", f"{url}/marked").data))
    assert progress["state"] == "read"
    assert progress["counted"] == {"error": 1}
    assert progress["faults"][0]["cell"] == cell.coordinate
    assert marked["填报"][cell.coordinate].comment is not None
    assert filing_site.json(firm, "GET", f"/filings/{filing['id']}")["rows"] == 0


def test_a_foreign_file_is_refused_and_nothing_of_it_stays(filing_site: FilingSite) -> None:
    firm = filing_site.enterprise()
    filing = filing_site.begin(firm, "city-1")
    foreign = BytesIO()
    openpyxl.Workbook().save(foreign)

    text = filing_site.call(firm, "POST", f"/filings/{filing['id']}/imports", data=b"no workbook", headers=XLSX)
    begun = send(filing_site, firm, filing, foreign.getvalue())
    run_next_import(filing_site.wired.deps)

    progress = filing_site.json(firm, "GET", f"/filings/{filing['id']}/imports/{begun['id']}")
    assert text.status_code == 422
    assert progress["state"] == "failed"
    assert progress["reason"] == "workbook_foreign"
    assert progress["reason_label"]


def test_a_list_of_filings_goes_out_as_a_workbook_of_what_the_reader_sees(filing_site: FilingSite) -> None:
    operator, other = filing_site.operator("=cmd|平台公司"), filing_site.operator("杭州别家公司")
    filing_site.begin(operator, "platform-1")
    filing_site.begin(operator, "platform-1", "2024")
    filing_site.begin(other, "platform-1")

    answer = filing_site.call(operator, "GET", "/filings/export?period=2025")
    refused = filing_site.call(operator, "GET", "/filings/export?colour=red")

    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert heads[:4] == ["表号", "表名", "报告期", "单位"]
    assert [row[:4] for row in rows] == [["服务外包统平台1表", "服务外包交易平台情况登记表", "2025年", "=cmd|平台公司"]]
    assert sheet["D2"].data_type == "s"
    assert refused.status_code == 422


def test_a_list_with_more_queries_than_are_listed_is_read_to_its_end(
    filing_site: FilingSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_FAULTS", 3)
    firm = filing_site.enterprise()
    filing = filing_site.begin(firm, "city-1")
    begun = send(filing_site, firm, filing, workbook(filing_site, 1200, fee="2000"))

    run_next_import(filing_site.wired.deps)

    url = f"/filings/{filing['id']}"
    progress = filing_site.json(firm, "GET", f"{url}/imports/{begun['id']}")
    assert (progress["state"], progress["done"], progress["total"]) == ("done", 1200, 1200)
    assert (progress["counted"], len(progress["faults"])) == ({"query": 1200}, 3)
    assert filing_site.json(firm, "GET", url)["rows"] == 1200


def test_no_error_goes_unlisted_for_queries_before_it(filing_site: FilingSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MOST_FAULTS", 3)
    firm = filing_site.enterprise()
    filing = filing_site.begin(firm, "city-1")
    book = with_cell(
        workbook(filing_site, 1100, fee="2000"), "F1060", '<c r="F1060" s="\\1" t="inlineStr"><is><t>很多</t></is></c>'
    )
    begun = send(filing_site, firm, filing, book)

    run_next_import(filing_site.wired.deps)

    progress = filing_site.json(firm, "GET", f"/filings/{filing['id']}/imports/{begun['id']}")
    assert progress["state"] == "read"
    assert (progress["faults"][0]["cell"], progress["faults"][0]["severity"]) == ("F1060", "error")


def test_the_units_of_an_area_are_given_out_as_a_workbook(filing_site: FilingSite) -> None:
    filing_site.operator()
    filing_site.enterprise("杭州软件研发有限公司")
    filing_site.enterprise("宁波软件研发有限公司", "330203")

    answer = filing_site.call(COUNTY_REVIEWER, "GET", "/units/export")
    some = filing_site.call(COUNTY_REVIEWER, "GET", "/units/export?type=enterprise")

    sheets = [openpyxl.load_workbook(BytesIO(each.data)).worksheets[0] for each in (answer, some)]
    names = [{row[0] for row in sheet.iter_rows(min_row=2, values_only=True)} for sheet in sheets]
    assert names == [{"杭州云采科技有限公司", "杭州软件研发有限公司"}, {"杭州软件研发有限公司"}]
    assert [cell.value for cell in sheets[0][1]][:2] == ["单位", "统一社会信用代码"]


def test_a_long_list_goes_out_as_a_workbook_that_comes_back(filing_site: FilingSite) -> None:
    firm = filing_site.enterprise()
    filing = filing_site.begin(firm, "city-1")
    send(filing_site, firm, filing, workbook(filing_site, 1200))
    run_next_import(filing_site.wired.deps)
    book = filing_site.call(firm, "GET", f"/filings/{filing['id']}/versions/0/workbook").data

    again = send(filing_site, firm, filing, book, "?dry_run=true")
    run_next_import(filing_site.wired.deps)

    progress = filing_site.json(firm, "GET", f"/filings/{filing['id']}/imports/{again['id']}")
    assert (progress["state"], progress["done"], progress["counted"].get("error")) == ("read", 1200, None)
