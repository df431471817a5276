"""The story goes on with filing: canaries in every answer, explanation, file, row, decision, and in what is refused."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import quote

import openpyxl

from services.sandbox.story.offices import Account
from services.sandbox.story.site import Json, Person, Site, eventually
from shared.ids import new_id
from tests.support.canary_files import pdf_with
from tests.support.canary_words import Canaries
from tests.support.platform_filing import ANSWERS

PERIOD = "2024"
RAW = {"Content-Type": "application/octet-stream"}


class FilingStory:
    """The operator, the departments and the city at filing."""

    def __init__(
        self, site: Site, words: Canaries, operator: Person, county: Person, offices: Mapping[str, Account]
    ) -> None:
        address = site.urls["filing"]
        self.words = words
        self.operator, self.county = operator.at(address), county.at(address)
        self.city, *above = (
            site.sign_in(account.username, account.password, service="filing")
            for account in (offices[name] for name in ("city.330100", "province.330000", "ministry"))
        )
        self.departments = (self.county, self.city, *above)

    def play(self) -> None:
        """File basics and 平台1表, be returned, correct, be approved, correct again; a city's list with an import."""
        eventually(self._is_known, "filing was not told of the unit")
        self._fill_in_basics()
        filing = self._file_platform()
        self._err(filing)
        self._talk(filing)
        self._review(filing)
        self._read_back(filing)
        self._list_rows()

    def _is_known(self) -> bool:
        return self.operator.send("GET", "/units/mine").status_code == 200

    def _begin(self, who: Person, form: str) -> Json:
        body = {"form": form, "period": PERIOD, "item": ""}
        made: Json = who.ask("POST", "/filings", 201, json=body, headers={"Idempotency-Key": new_id()})
        return made

    def _act(self, who: Person, filing: Json, method: str, act: str, body: object) -> Json:
        version = who.ask("GET", f"/filings/{filing['id']}")["version"]
        changed: Json = who.ask(method, f"/filings/{filing['id']}/{act}", 200, version, json=body)
        return changed

    def _fill_in_basics(self) -> None:
        words = self.words
        answers: dict[str, Any] = {
            "101": {"uscc": words.code("credit code in the basics")},
            "102": words.text("name in the basics"),
            "103": words.plain("English name in the basics"),
            "105": words.text("legal representative in the basics"),
            "106": {"street": words.text("street in the basics"), "community": words.text("community")},
            "107": {"activity_1": words.text("activity")},
            "117": {"cny": words.amount("capital in the basics")},
            "118": {"cny": words.amount("assets in the basics")},
            "119": [
                {"side": "chinese", "name": words.text("investor"), "amount": words.amount("paid by the investor")}
            ],
            "120": {
                "mobile": words.other("mobile in the basics", f"139{secrets.randbelow(10**8):08d}"),
                "email": f"{words.plain('e-mail in the basics')}@example.com",
            },
        }
        filing = self._begin(self.operator, "enterprise-1")
        saved = self._act(self.operator, filing, "PUT", "content", {"answers": answers})
        assert saved["answers"]["119"][0]["name"] == words.text("investor")

    def _file_platform(self) -> Json:
        words, filing = self.words, self._begin(self.operator, "platform-1")
        name = words.text("file name of the evidence") + ".pdf"
        content = pdf_with(words.text("content of the evidence"))
        headers = {**RAW, "X-File-Name": quote(name)}
        sent = self.operator.ask("POST", f"/filings/{filing['id']}/files", 201, content=content, headers=headers)
        amount = words.amount("amount of the trades")
        body: dict[str, Any] = {
            "answers": {**ANSWERS, "622": {**ANSWERS["622"], "2": amount}},
            "evidence": [sent["file_id"]],
        }
        filing = self._act(self.operator, filing, "PUT", "content", body)
        body["explanations"] = {
            each["rule"]: words.text(f"explanation of {each['rule']}")
            for each in filing["findings"]
            if each["severity"] == "query"
        }
        assert body["explanations"]
        self._act(self.operator, filing, "PUT", "draft", body)
        return self._submit(filing, "first")

    def _submit(self, filing: Json, turn: str) -> Json:
        words = self.words
        sign_off = {
            "unit_head": words.text(f"unit head, {turn}"),
            "statistics_head": words.text(f"statistics head, {turn}"),
            "filler": words.text(f"filler, {turn}"),
            "phone": words.phone(f"telephone of the filler, {turn}"),
            "reported_on": "2026-01-08",
        }
        body = {"sign_off": sign_off, "duties_read": True}
        return self._act(self.operator, filing, "POST", "submission", body)

    def _err(self, filing: Json) -> None:
        """Make filing refuse something with a canary in it, in every way."""
        text, path = self.words.text("in something refused by filing"), f"/filings/{filing['id']}"
        version = self.operator.ask("GET", path)["version"]
        check = "/editions/2022/forms/platform-1/check"
        for body in ({"601": {"2": text}}, {text: {"2": 1}}, {"601": {text: 1}}, {"601": {"2": {"$ne": text}}}):
            for method, to, sent in (
                ("PUT", f"{path}/content", {"answers": body}),
                ("POST", check, {"period": PERIOD, "answers": body}),
            ):
                answer = self.operator.send(method, to, version, json=sent)
                assert 400 <= answer.status_code < 500, answer.text
        for to in (
            f"{path}/field-history?pointer=/{quote(text)}",
            f"/filings?cursor={quote(text)}",
            f"/lists/{quote(text)}/1",
        ):
            assert self.operator.send("GET", to).status_code < 500
        for name, content in ((f"../{text}.pdf", pdf_with(text)), (f"{text}.pdf", b"MZ" + text.encode())):
            headers = {**RAW, "X-File-Name": quote(name)}
            assert (
                400 <= self.operator.send("POST", f"{path}/files", content=content, headers=headers).status_code < 500
            )
        refused = {"reason_code": "other", "reason": text, "signatory": text, "pointers": [f"/{text}"]}
        assert self.county.send("POST", f"{path}/return", version, json=refused).status_code == 422

    def _talk(self, filing: Json) -> None:
        """Ask, answer, talk among departments, and mark a value; then have each of it refused."""
        words, path = self.words, f"/filings/{filing['id']}"
        asked = {"visibility": "filer", "pointer": "/622/2", "text": words.text("question on the filing")}
        told = {"visibility": "internal", "pointer": "/601/2", "text": words.text("remark on the filing")}
        thread, _ = (self._say(self.county, f"{path}/threads", body) for body in (asked, told))
        answer = {"text": words.text("answer to the question on the filing")}
        self._say(self.operator, f"{path}/threads/{thread['id']}/messages", answer)
        self._say(self.county, f"{path}/marks", {"pointer": "/622/2", "note": words.text("note of the mark")})
        refused = words.text("in a thread refused by filing")
        for to, body in (
            ("threads", {**asked, "pointer": f"/{refused}"}),
            ("marks", {"pointer": "/999", "note": refused}),
        ):
            headers = {"Idempotency-Key": new_id()}
            assert self.county.send("POST", f"{path}/{to}", json=body, headers=headers).status_code == 422
        for who in (self.operator, self.county):
            who.ask("GET", f"{path}/threads")
            who.ask_bytes("GET", "/threads/export")

    def _say(self, who: Person, path: str, body: Mapping[str, object]) -> Json:
        said: Json = who.ask("POST", path, 201, json=dict(body), headers={"Idempotency-Key": new_id()})
        return said

    def _review(self, filing: Json) -> None:
        words = self.words
        reason = {
            "reason_code": "implausible",
            "reason": words.text("reason of the filing's return"),
            "signatory": words.text("signatory of the filing's return"),
            "pointers": ["/622/2"],
        }
        self._act(self.county, filing, "POST", "return", reason)
        self._act(self.county, filing, "POST", "undo", {})
        self._act(self.county, filing, "POST", "return", reason)
        self._submit(filing, "second")
        opinion = {"opinion": words.text("opinion on the filing"), "signatory": words.text("signatory of the filing")}
        for department in self.departments:
            self._act(department, filing, "POST", "approval", opinion)
        self._act(self.operator, filing, "POST", "correction", {})

    def _read_back(self, filing: Json) -> None:
        """Read, print and export all that was filed, by the unit and by the department."""
        path = f"/filings/{filing['id']}"
        for who in (self.operator, self.county):
            seen = who.ask("GET", path)
            for tail in ("", "/content", "/print", "/receipt", "/receipt.pdf", "/workbook", "/changes?against=1"):
                who.ask("GET", f"{path}/versions/2{tail}")
            who.ask("GET", f"{path}/files/{seen['evidence'][0]['file_id']}")
            who.ask("GET", "/filings")
        book = self.operator.ask_bytes("GET", f"{path}/versions/0/workbook")
        version = self.operator.ask("GET", path)["version"]
        headers = {**RAW, "X-File-Name": quote(self.words.text("file name of the workbook") + ".xlsx")}
        self.operator.ask("PUT", f"{path}/workbook?dry_run=true", 200, version, content=book, headers=headers)
        self.operator.ask("POST", f"{path}/workbook/marked", content=book, headers=headers)
        named = [each["value"] for unit in self.county.ask("GET", "/units")["items"] for each in unit["basics"]]
        assert any(self.words.chinese in value for value in named)

    def _list_rows(self) -> None:
        words = self.words
        row = {
            "firm": words.text("firm in a row"),
            "institution": words.text("institution in a row"),
            "content": words.text("content in a row"),
            "category": "1",
            "venue": words.text("venue in a row"),
            "hours": 120,
            "fee": words.amount("fee in a row"),
        }
        filing = self._begin(self.city, "city-1")
        path = f"/filings/{filing['id']}"
        self._act(self.city, filing, "POST", "rows", {"rows": [row]})
        book = openpyxl.load_workbook(BytesIO(self.city.ask_bytes("GET", f"{path}/versions/0/workbook")))
        sheet, place = next(
            (sheet, cell) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value == row["firm"]
        )
        sheet.cell(place.row, place.column).value = words.text("firm in a workbook")
        changed = BytesIO()
        book.save(changed)
        headers = {**RAW, "X-File-Name": quote(words.text("file name of the list") + ".xlsx")}
        sent = self.city.ask("POST", f"{path}/imports", 202, content=changed.getvalue(), headers=headers)

        def is_read() -> bool:
            return self.city.ask("GET", f"{path}/imports/{sent['id']}")["state"] in {"done", "read", "failed"}

        eventually(is_read, "the list was not imported")
        assert self.city.ask("GET", f"{path}/imports/{sent['id']}")["state"] == "done"
        assert self.city.ask("GET", f"{path}/rows")["rows"][0]["firm"] == words.text("firm in a workbook")
        self.city.ask("GET", f"{path}/findings")
