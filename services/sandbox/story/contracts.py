"""The story goes on: an enterprise files a contract of two parts, three executions of it, and one amendment."""

from __future__ import annotations

from services.sandbox.story import firms, judgement
from services.sandbox.story.figures import basic_information
from services.sandbox.story.filings import approve, begin, explained, key, path, save, signed, submit
from services.sandbox.story.play import Story
from services.sandbox.story.site import Json, Person, code_in, expect, new_password
from services.sandbox.story.unit import DIVISION


def sign_up_a_firm(story: Story) -> str:
    """An enterprise signs up, tells who it is, and files its basic information: no contract is taken before that."""
    body = {
        "credit_code": story.firm.code,
        "unit_name": story.firm.name,
        "division": DIVISION,
        "contact_person": "周海",
        "email": story.firm.email,
        "phone": "0571-88888888",
        "role": "enterprise",
    }
    answer = story.site.post("identity", "/signups", body, 202)
    code, password = code_in(story.site.mail_to(story.firm.email, "激活")), new_password()
    story.site.post("identity", f"/signups/{answer['signup_id']}/activation", {"code": code, "password": password}, 201)
    firm = story.site.sign_in(story.firm.email, password, service="filing")
    story.people["firm"] = firm
    unit = {"name": story.firm.name, "division": DIVISION, "uscc": story.firm.code}
    firm.ask("POST", "/units", 201, json=unit, headers=key())
    refused = begin(firm, "enterprise-2", _month(), 409)
    expect(refused["code"] == "basics_missing", f"refused as {refused['code']}")
    basics = begin(firm, "enterprise-1", str(judgement.today().year - 1))
    basics = save(firm, basics, answers=basic_information(story.firm), explanations=explained(basics))
    basics = save(firm, basics, answers=basic_information(story.firm), explanations=explained(basics))
    return f"before: 409 {refused['code']}; 企业1表 {submit(firm, basics)['state_label']}"


def sign_a_contract(story: Story) -> str:
    """A contract whose two parts are priced apart is two entries; each keeps how its class was found."""
    firm = story.people["firm"]
    found = firm.ask("POST", "/classification/search", json={"text": "为境外银行研发核心系统软件"})["candidates"]
    signed_on = judgement.today().replace(day=1)
    for part in firms.PARTS:
        filing = begin(firm, "enterprise-2", _month())
        body = {"record": firms.record_of(part)}
        filing = firm.ask("PUT", f"{path(filing)}/classification", 200, filing["version"], json=body)
        filing = _saved(firm, filing, firms.part_of_contract(story.firm, part, signed_on))
        story.parts[part] = approve(story, submit(firm, filing))
    listed = firm.ask("GET", f"/contracts?number={firms.NUMBER}")["items"]
    expect({each["part"] for each in listed} == set(firms.PARTS), f"listed: {listed}")
    names = [each["code"] for each in found[:3]]
    return f"proposed {names}; parts {sorted(each['part'] for each in listed)} of {firms.NUMBER} approved"


def execute_the_contract(story: Story) -> str:
    """Three executions in one grid; a voucher settles two of them once its amount is told, and never more."""
    firm, today = story.people["firm"], judgement.today()
    lines = [
        firms.execution("a", story.parts["1"]["id"], today, "20", firms.VOUCHER),
        firms.execution("b", story.parts["2"]["id"], today, "15", firms.VOUCHER),
        firms.execution("c", story.parts["1"]["id"], today, "10", f"{firms.VOUCHER}-2"),
    ]
    sent = firm.ask("POST", "/executions", json={"period": _month(), "lines": lines}, headers=key())["lines"]
    expect(all(each["is_saved"] for each in sent), f"saved: {sent}")
    first = _select(firm, sent)
    expect(first["submitted"] == 2 and first["refused"] == 1, f"without the voucher's amount: {first}")
    (voucher,) = [each for each in firm.ask("GET", "/vouchers")["items"] if each["number"] == firms.VOUCHER]
    amount = {"dated_on": today.isoformat(), "total": "35"}
    firm.ask("PUT", f"/vouchers/{voucher['id']}", 200, voucher["version"], json=amount)
    left = [each for each, done in zip(sent, first["items"], strict=True) if not done["is_submitted"]]
    filing = _saved(firm, firm.ask("GET", f"/filings/{left[0]['id']}"), None)
    second = _select(firm, [filing])
    expect(second["submitted"] == 1, f"with the voucher's amount: {second}")
    contract = firm.ask("GET", f"/contracts/{story.parts['1']['id']}")
    cumulative = [line["cumulative"] for line in contract["lines"]]
    expect(contract["executed"] == "30", f"executed {contract['executed']}")
    return f"1 of 3 refused until the voucher's amount was told; 310 of part 1: {cumulative}"


def amend_the_contract(story: Story) -> str:
    """An amendment of an approved contract shows first what it moves; what was approved stays in force until then."""
    firm = story.people["firm"]
    part = firm.ask("GET", f"/filings/{story.parts['1']['id']}")
    filing = firm.ask("POST", f"{path(part)}/correction", 200, part["version"], json={})
    today = judgement.today()
    answers = firms.part_of_contract(story.firm, "1", today.replace(day=1), usd="80")
    change = {"kind": "2", "effective_on": today.isoformat(), "reason": "双方签订补充协议，增加研发内容。"}
    filing = _saved(firm, filing, {**answers, "change": change})
    (impact,) = firm.ask("GET", f"{path(filing)}/impact")["items"]
    moved = {each["label"]: f"{each['before']}→{each['after']}" for each in impact["moves"]}
    before = firm.ask("GET", f"/contracts/{part['id']}")
    approve(story, submit(firm, filing))
    after = firm.ask("GET", f"/contracts/{part['id']}")
    kinds = [(each["kind_label"], each["standing_label"]) for each in after["amendments"]]
    expect(kinds == [("变更", "有效"), ("", "已被替代")], f"amendments: {kinds}")
    expect((before["usd"], after["usd"], after["remaining"]) == ("60", "80", "50"), f"{before} / {after}")
    totals = firm.ask("GET", "/contracts/totals")
    return f"moves {moved}; now {totals['count']} contracts of {totals['amount']} 万美元, {totals['executed']} executed"


def _month() -> str:
    return f"{judgement.today():%Y-%m}"


def _saved(person: Person, filing: Json, answers: dict[str, object] | None) -> Json:
    """Save answers, or what is there already, with every query explained."""
    typed = answers if answers is not None else _typed(filing)
    filing = save(person, filing, answers=typed, explanations=explained(filing))
    return save(person, filing, answers=typed, explanations=explained(filing))


def _typed(filing: Json) -> Json:
    """Return the answers that somebody typed, without what is computed."""
    return {code: value for code, value in filing["answers"].items() if code != "310"}


def _select(person: Person, filings: list[Json]) -> Json:
    items = [{"id": each["id"], "version": each["version"]} for each in filings]
    return dict(person.ask("POST", "/submissions", json={"items": items, **signed()}, headers=key()))


STEPS = (sign_up_a_firm, sign_a_contract, execute_the_contract, amend_the_contract)
