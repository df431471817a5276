"""The story goes on: the 名录库 contradicts what the operator itself corrected, and the desk settles it field by field."""

from __future__ import annotations

from services.sandbox.story.figures import basic_information
from services.sandbox.story.play import Story
from services.sandbox.story.site import Json, Person, eventually, expect

THEIR_TYPE, THEIR_HEAD = "159", "赵新民"
"""What the 名录库 says: 其他有限责任公司, where the operator filed 173; and another legal representative."""

REASON = "以市场监管部门换发的营业执照和企业1表为准。"


def contradict(story: Story) -> str:
    """The 名录库 announces the operator otherwise than its own 企业1表 corrected it; the desk has both values side by side."""
    values = {
        "name": story.unit.name,
        "organisation_code": "",
        "division": "330106001001",
        "address": "浙江省杭州市西湖区文三路90号",
        "legal_representative": THEIR_HEAD,
        "opened_on": "2015-03",
        "registration_type": THEIR_TYPE,
        "phone": "0571-88888888",
        "email": story.unit.email,
    }
    pairs = [f"{name}={value}" for name, value in values.items()]
    story.tell_directory(["announce", "new", "--unit", story.unit.code, "--set", *pairs])
    case = _case(story, "open")
    fields = {each["field"]: each for each in case["items"]}
    differing = {name for name, each in fields.items() if each["is_open"]}
    expect(differing == {"registration_type", "legal_representative"}, f"open are {differing}")
    ground = fields["registration_type"]["ground"]
    expect(ground["source"] == "filing", f"our value rests on {ground}")
    seen = story.people["county"].at(story.site.urls["exchange"]).ask("GET", f"/cases/{case['id']}")
    expect(not seen["may_decide"], "the county may decide at the desk")
    return (
        f"{'、'.join(case['differing'])}: {fields['registration_type']['theirs']} / "
        f"{fields['registration_type']['ours']}，依据{ground['source_label']}第{ground['revision']}版"
    )


def settle(story: Story) -> str:
    """The desk keeps the operator's correction, which the 名录库 accepts, and takes the 名录库's other value, of which the operator is told."""
    desk, case = story.people["directory"], _case(story, "open")
    path = f"/cases/{case['id']}/decisions"
    kept = {"field": "registration_type", "choice": "keep_ours"}
    refused = desk.send("POST", path, case["version"], json={"decisions": [kept]})
    expect(refused.status_code == 422, f"without a reason it answered {refused.status_code}")
    taken = {"field": "legal_representative", "choice": "take_theirs"}
    body = {"decisions": [{**kept, "reason": REASON}, taken]}
    desk.ask("POST", path, 200, case["version"], json=body)
    second = desk.send("POST", path, case["version"], json=body)
    expect(second.status_code in (409, 412), f"a second person settled it too: {second.status_code}")
    settled = _case(story, "settled")
    answers = [each["answer_label"] for item in settled["items"] for each in item["decisions"] if each["answer_label"]]
    facts = eventually(lambda: _taken(story), "what was taken did not reach the unit's facts")
    filed = str(basic_information(story.unit)["108"])
    return f"{filed}: {answers[0]}; 法定代表人 now {facts['value']} from “{facts['label']}”; a second person: {second.status_code}"


def _taken(story: Story) -> Json | None:
    operator = story.people["operator"].at(story.site.urls["filing"])
    facts = {each["name"]: each for each in operator.ask("GET", "/units/mine")["basics"]}
    found = facts["legal_representative"]
    return dict(found) if (found["value"], found["source"]) == (THEIR_HEAD, "directory") else None


def _case(story: Story, state: str) -> Json:
    """Return the operator's case once it stands so."""
    desk: Person = story.people["directory"]

    def found() -> Json | None:
        cursor = ""
        while True:
            page = desk.ask("GET", f"/cases?state={state}&limit=100&cursor={cursor}")
            mine = [row for row in page["items"] if row["unit_name"] == story.unit.name]
            cursor = page["next_cursor"]
            if mine or not cursor:
                return dict(desk.ask("GET", f"/cases/{mine[0]['id']}")) if mine else None

    return eventually(found, f"the desk has no case of the operator that is {state}")


STEPS = (contradict, settle)
