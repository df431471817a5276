"""The story goes on with the contract ledger: canaries in contracts, executions, vouchers, amendments, and refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from services.sandbox.story import firms, judgement
from services.sandbox.story.figures import basic_information
from services.sandbox.story.filings import begin, path
from services.sandbox.story.offices import Account
from services.sandbox.story.site import Json, Person, Site, code_in
from services.sandbox.story.unit import DIVISION, make_unit
from shared.ids import new_id
from tests.support.canary_words import Canaries

EDITION = "2022"


class ContractStory:
    """A firm at filing, and the departments above it."""

    def __init__(self, site: Site, words: Canaries, county: Person, offices: Mapping[str, Account]) -> None:
        self.site, self.words = site, words
        self.ministry = self._office(offices["ministry"])
        above = [self._office(offices[name]) for name in ("city.330100", "province.330000")]
        self.departments: Sequence[Person] = (county.at(site.urls["filing"]), *above, self.ministry)
        self.phone = words.phone("telephone of the firm's filler")
        self.month = f"{judgement.today():%Y-%m}"

    def play(self) -> None:
        """Sign a firm up; file a contract, be refused, execute it by a voucher, amend it; look at all of it."""
        self._decide()
        firm = self._sign_up()
        contract = self._file_contract(firm)
        self._err(firm, contract)
        self._execute(firm, contract)
        self._amend(firm, contract)
        self._look(firm, contract)

    def _office(self, account: Account) -> Person:
        return self.site.sign_in(account.username, account.password, service="filing")

    def _decide(self) -> None:
        """Let the ministry collect past the end of the survey's approval; decisions are public."""
        year = str(judgement.today().year - 1)
        decision = {"edition": EDITION, "from_period": year, "to_period": self.month}
        said = {"document": "商办服贸函〔2026〕1号", "ground": "新制度批准前按现行制度填报。"}
        self.ministry.ask("POST", "/collection-decisions", 201, json=decision | said, headers=_key())

    def _sign_up(self) -> Person:
        words, site, unit = self.words, self.site, make_unit()
        email = f"{words.plain('e-mail of the firm')}@{words.plain('mail domain of the firm')}.example"
        name = words.text("name of the firm")
        body = {
            "credit_code": words.other("credit code of the firm", unit.code),
            "unit_name": name,
            "division": DIVISION,
            "contact_person": words.text("contact person of the firm"),
            "email": email,
            "phone": words.phone("telephone of the firm"),
            "role": "enterprise",
        }
        answer = site.post("identity", "/signups", body, 202)
        password = words.other("password of the firm", f"Yc-{words.plain('password of the firm')}-7Q")
        activation = {"code": code_in(site.mail_to(email, "激活")), "password": password}
        site.post("identity", f"/signups/{answer['signup_id']}/activation", activation, 201)
        firm = site.sign_in(email, password, service="filing")
        firm.ask("POST", "/units", 201, json={"name": name, "division": DIVISION, "uscc": unit.code}, headers=_key())
        basics = begin(firm, "enterprise-1", str(judgement.today().year - 1))
        self._file(firm, basics, {**basic_information(unit), "102": name})
        return firm

    def _file_contract(self, firm: Person) -> Json:
        filing = self._file(firm, begin(firm, "enterprise-2", self.month), self._terms("first"))
        return self._approved(filing)

    def _terms(self, turn: str) -> dict[str, Any]:
        words, signed_on = self.words, judgement.today().replace(day=1)
        amount = words.amount(f"amount of the contract, {turn}")
        return {
            **firms.part_of_contract(make_unit(), "1", signed_on, amount),
            "201": {"name": words.text("name of the firm")},
            "202": {"number": words.plain("number of the contract"), "part": words.plain("part of the contract")},
            "203": {"content": words.text(f"content of the contract, {turn}")},
            "210": {"foreign_name": words.plain("client"), "chinese_name": words.text("client in Chinese")},
        }

    def _err(self, firm: Person, contract: Json) -> None:
        """Make the ledger refuse something with a canary in it, in every way."""
        text, one = self.words.text("in something refused by the ledger"), f"/contracts/{contract['id']}"
        for to in (f"?number={quote(text)}", f"?cursor={quote(text)}", f"?business_class={quote(text)}"):
            assert firm.send("GET", f"/contracts{to}").status_code < 500
        for to in (f"/contracts/{quote(text)}", f"{one}/{quote(text)}", f"/vouchers/{quote(text)}"):
            assert firm.send("GET", to).status_code == 404
        told = {"bank": text, "number": text, "dated_on": text, "total": text}
        assert firm.send("POST", "/vouchers", json=told, headers=_key()).status_code == 422
        lines = [{"key": "a", "contract": text, "305": {"date": text}, "306": text, "307": text, "308": text}]
        body = {"period": self.month, "lines": lines}
        assert firm.send("POST", "/executions", json=body, headers=_key()).status_code < 500

    def _execute(self, firm: Person, contract: Json) -> None:
        """Two executions by one voucher: the second waits until its amount is told, and is refused above it."""
        words, today = self.words, judgement.today()
        bank, number = words.text("bank"), words.plain("voucher")
        amounts = ["1000.25", "2000.75"]
        lines = [
            {**firms.execution(f"l{at}", contract["id"], today, amount, number), "306": bank}
            for at, amount in enumerate(amounts)
        ]
        saved = firm.ask("POST", "/executions", json={"period": self.month, "lines": lines}, headers=_key())["lines"]
        first, second = (firm.ask("GET", f"/filings/{each['id']}") for each in saved)
        self._approved(self._file(firm, first, None))
        second = self._explained(firm, second, None)
        refused = firm.send("POST", f"{path(second)}/submission", second["version"], json=self._signed())
        assert refused.status_code == 422, refused.text
        (voucher,) = firm.ask("GET", "/vouchers")["items"]
        for total, status in (("1000.24", 422), (words.amount("amount of the voucher"), 200)):
            told = {"dated_on": today.isoformat(), "total": total}
            answer = firm.send("PUT", f"/vouchers/{voucher['id']}", voucher["version"], json=told)
            assert answer.status_code == status, answer.text
        self._file(firm, firm.ask("GET", path(second)), None)

    def _amend(self, firm: Person, contract: Json) -> None:
        filing = firm.ask("GET", path(contract))
        filing = firm.ask("POST", f"{path(filing)}/correction", 200, filing["version"], json={})
        reason = self.words.text("reason of the amendment")
        change = {"kind": "2", "effective_on": judgement.today().isoformat(), "reason": reason}
        filing = self._explained(firm, filing, {**self._terms("second"), "change": change})
        assert firm.ask("GET", f"{path(filing)}/impact")["items"]
        self._approved(
            dict(firm.ask("POST", f"{path(filing)}/submission", 200, filing["version"], json=self._signed()))
        )

    def _look(self, firm: Person, contract: Json) -> None:
        """Read the ledger, print and export it, by the firm and by a department."""
        unit = firm.ask("GET", "/units/mine")["id"]
        for who, query in ((firm, ""), (self.departments[0], f"?unit={unit}")):
            (row,) = who.ask("GET", f"/contracts{query}")["items"]
            assert row["number"] == self.words.plain("number of the contract")
            assert who.ask("GET", f"/contracts/totals{query}")["count"] == 1
            assert len(who.ask("GET", f"/contracts/{contract['id']}")["amendments"]) == 2
            assert len(who.ask("GET", f"/vouchers{query}")["items"]) == 1
            who.ask_bytes("GET", f"/filings/{contract['id']}/versions/2/print")
        firm.ask("GET", f"/month-end?period={self.month}")
        book = firm.ask_bytes("GET", f"/filing-lists/enterprise-3/workbook?period={self.month}")
        name = quote(self.words.text("file name of the month") + ".xlsx")
        headers = {"Content-Type": "application/octet-stream", "X-File-Name": name}
        to = f"/filing-lists/enterprise-3/import?period={self.month}&dry_run=true"
        firm.ask("POST", to, 200, content=book, headers=headers)

    def _file(self, firm: Person, filing: Json, answers: Mapping[str, Any] | None) -> Json:
        filing = self._explained(firm, filing, answers)
        body = self._signed()
        return dict(firm.ask("POST", f"{path(filing)}/submission", 200, filing["version"], json=body))

    def _explained(self, firm: Person, filing: Json, answers: Mapping[str, Any] | None) -> Json:
        """Save answers, or what is there, and a canary to each query."""
        typed = dict(answers or {code: each for code, each in filing["answers"].items() if code != "310"})
        for _ in range(2):
            said = {
                each["key"]: self.words.text(f"explanation of {each['rule']}")
                for each in filing["findings"]
                if each["severity"] == "query"
            }
            body = {"answers": typed, "explanations": said}
            filing = firm.ask("PUT", f"{path(filing)}/content", 200, filing["version"], json=body)
        return filing

    def _signed(self) -> Json:
        words = self.words
        sign_off = {
            **{name: words.text(f"{name} of the firm") for name in ("unit_head", "statistics_head", "filler")},
            "phone": self.phone,
            "reported_on": judgement.today().isoformat(),
        }
        return {"sign_off": sign_off, "duties_read": True}

    def _approved(self, filing: Json) -> Json:
        words = self.words
        for person in self.departments:
            version = person.ask("GET", path(filing))["version"]
            opinion = {
                "opinion": words.text("opinion on the ledger"),
                "signatory": words.text("signatory of the ledger"),
            }
            filing = person.ask("POST", f"{path(filing)}/approval", 200, version, json=opinion)
        return filing


def _key() -> dict[str, str]:
    return {"Idempotency-Key": new_id()}
