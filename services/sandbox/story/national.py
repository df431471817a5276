"""The story goes on: a month of a simulated country is settled, protected, signed off by a second person, and published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from services.sandbox.story import judgement
from services.sandbox.story.filings import key
from services.sandbox.story.play import Month, Story
from services.sandbox.story.site import Json, Person, eventually, expect

FIRMS = 100
"""As many firms as the demonstration has time for: of so few, most cells are unsafe. `make disclosure` takes 86,301 of them."""

FIRST_YEAR = 2022
CHECK_SECONDS, FREEZE_SECONDS = 300.0, 120.0
TABLE, MEASURE, SPAN = "monthly_province", "execution_cny", "period"
ON_THE_WAY = ("prepared", "held", "signed_off", "going", "accepted")


def settle_a_simulated_month(story: Story) -> str:
    """Filing's messages tell a month of a simulated country, marked as such; it is settled for good, and its facts are frozen."""
    ministry = _ministry(story)
    known = {each["period"] for each in ministry.ask("GET", "/snapshots")["items"]}
    last = judgement.today().year - 1
    free = [f"{year}-01" for year in range(last, FIRST_YEAR - 1, -1) if f"{year}-01" not in known]
    expect(bool(free), "every January of these years was published before: make reset begins anew")
    story.month = Month(free[0])
    told = json.loads(story.simulate([story.month.period, str(FIRMS)]))

    def frozen() -> Json | None:
        rows = ministry.ask("GET", "/snapshots")["items"]
        return next((dict(row) for row in rows if row["period"] == free[0] and row["state"] == "frozen"), None)

    snapshot = eventually(frozen, "the month was not frozen", FREEZE_SECONDS)
    expect(snapshot["counts"] == told["counts"], f"frozen with {snapshot['counts']}")
    return (
        f"模拟国家 {told['firms']} 家企业，{told['told']:,} 条消息；{free[0]} {snapshot['state_label']}："
        f"{snapshot['lines']:,} 行（SHA-256 {snapshot['digest'][:12]}…）"
    )


def protect_the_month(story: Story) -> str:
    """The ministry prepares the month's tables; the worker hides what would give a unit away, attacks the result, and reports."""
    ministry = _ministry(story)
    body = {"kind": "monthly", "period": story.month.period}
    release = ministry.ask("POST", "/releases", 201, json=body, headers=key())

    def checked() -> Json | None:
        found = ministry.ask("GET", f"/releases/{release['id']}")
        return dict(found) if found["checked"] else None

    story.month.release = eventually(checked, "the check did not end", CHECK_SECONDS)
    seen = story.month.release["checked"]
    expect(seen["verdict"] != "fail", f"the check found {seen['faults']}")
    expect(seen["unsafe"] > 0, "nothing in the month is unsafe")
    expect(seen["hidden"] >= seen["unsafe"], f"{seen['unsafe']} cells are unsafe and {seen['hidden']} hidden")
    return (
        f"{seen['tables']} 张表 {seen['cells']:,} 格：{seen['unsafe']:,} 格不安全，共隐去 {seen['hidden']:,} 格，"
        f"攻击者找到 {seen['findings']} 处；结论 {seen['verdict']}，阈值 {seen['thresholds']}"
    )


def print_the_report(story: Story) -> str:
    """The audit's report: what is hidden in each table, what it costs, and for one hidden cell why it is."""
    ministry, release = _ministry(story), story.month.release
    report = ministry.ask("GET", f"/releases/{release['id']}/report")
    by_table: dict[str, list[int]] = {}
    for row in report["tables"]:
        counts = by_table.setdefault(row["title"], [0, 0])
        counts[0], counts[1] = counts[0] + row["hidden"], counts[1] + row["cells"]
    expect(report["findings_counted"] == 0, f"the report has {report['findings_counted']} findings")
    differing = [row for row in report["controls"] if row["ours"] != row["filing"]]
    expect(len(report["controls"]) > 0 and not differing, f"control totals differ: {differing}")
    told = [f"{title} 隐去 {hidden}/{cells}" for title, (hidden, cells) in by_table.items()]
    story.month.hidden, sentence = _hidden_cell(ministry, story.month)
    return "；".join([*told, f"{len(report['controls'])} 个控制总数与填报一致", sentence])


def sign_the_month_off(story: Story) -> str:
    """Whoever prepared the month can't sign it off; the head of statistics does, and the sharing desk finds the same tables."""
    release, path = story.month.release, f"/releases/{story.month.release['id']}"
    body = {"statement": "数据已核对，同意发布（模拟数据）。"}
    if release["checked"]["verdict"] == "review":
        body["exception_reason"] = "模拟的企业数少，隐去较多，属预期。"
    refused = _ministry(story).send("POST", f"{path}/approval", release["version"], json=body)
    expect(refused.status_code == 403, f"the preparer's sign-off was answered {refused.status_code}")
    head = story.people["statistics"].at(story.site.urls["statistics"])
    story.month.release = head.ask("POST", f"{path}/approval", 200, release["version"], json=body)
    state, told = story.month.release["state_label"], []
    for row in _prepared(story):
        shown = story.people["statistics"].ask("GET", f"/deliveries/{row['id']}/preview")
        expect(shown["is_sample"], "the delivery does not say that it is simulated")
        told.append(f"{row['title']} → {row['receiver_title']} {row['state_label']}")
    return f"拟稿人签发: 403 {refused.json()['code']}；{state}；{'；'.join(told)}"


def publish_the_month(story: Story) -> str:
    """On its day everybody reads it without signing in: a hidden cell says so, and the file is that of the bureau's package."""
    release, path = story.month.release, f"/published/{story.month.release['id']}"
    head = story.people["statistics"].at(story.site.urls["statistics"])
    body = {"publish_on": judgement.today().isoformat()}
    head.ask("POST", f"/releases/{release['id']}/schedule", 200, release["version"], json=body)

    def published() -> Json | None:
        answer = story.site.http.get(f"{story.site.urls['statistics']}{path}")
        return dict(answer.json()) if answer.status_code == 200 else None

    shown = eventually(published, "it was not published")
    expect(shown["nature"] == "样例数据", f"it is marked as {shown['nature']}")
    table = story.site.http.get(f"{story.site.urls['statistics']}{path}/tables/{TABLE}").json()
    cell = next(
        each for each in table["cells"] if each["at"] == list(story.month.hidden) and each["measure"] == MEASURE
    )
    expect((cell["status"], cell["value"]) == ("suppressed", None), f"the hidden cell is there as {cell}")
    csv = story.site.http.get(f"{story.site.urls['statistics']}{path}/tables/{TABLE}/csv").content
    digest = hashlib.sha256(csv).hexdigest()
    for row in _prepared(story):
        files = story.people["statistics"].ask("GET", f"/deliveries/{row['id']}/preview")["files"]
        packed = next(each["sha256"] for each in files if each["name"] == f"data/{TABLE}.csv")
        expect(packed == digest, f"what goes to {row['receiver_title']} is another file")
    again = json.loads(story.verify_release(release["id"]))
    expect(again == {"reproduced": True}, f"made anew it is another one: {again}")
    return (
        f"{shown['title']}（{shown['nature']}）{shown['published_on']}；上例的格没有值；"
        f"公开的 {TABLE}.csv 与交换的一致（SHA-256 {digest[:12]}…）；由快照重算，逐字节相同"
    )


def _ministry(story: Story) -> Person:
    if "ministry" not in story.people:
        story.people["ministry"] = story.site.sign_in(*story.offices["ministry"], service="statistics")
    return story.people["ministry"].at(story.site.urls["statistics"])


def _hidden_cell(ministry: Person, month: Month) -> tuple[Sequence[str], str]:
    """Return where a hidden cell of the provinces stands that few contribute to, and a sentence that says why."""
    content = ministry.ask("GET", f"/releases/{month.release['id']}/content")["content"]
    table = next(each for each in content["tables"] if each["code"] == TABLE)
    titles = [{item["code"]: item["title"] for item in each["items"]} for each in table["dimensions"]]
    query = f"period={month.period}&layer=final&basis=frozen"
    draft = ministry.ask("GET", f"/tables/{TABLE}/draft?{query}")
    evidence: Mapping[tuple[str, ...], Json] = {
        (each["span"], *each["codes"]): each for each in draft["values"] if each["measure"] == MEASURE
    }
    hidden = [
        tuple(each["at"]) for each in table["cells"] if each["measure"] == MEASURE and each["status"] == "suppressed"
    ]
    known = [at for at in hidden if at[0] == SPAN and at in evidence]
    expect(bool(known), "no cell of the provinces is hidden")
    at = min(known, key=lambda each: (evidence[each]["holdings"], each))
    named = " × ".join(of[code] for of, code in zip(titles, at, strict=True))
    cell = evidence[at]
    return (
        at,
        f"例：{named}的执行额由 {cell['units']} 家单位（{cell['holdings']} 个控股集团）构成，能推算出其中一家，故隐去",
    )


def _prepared(story: Story) -> Sequence[Json]:
    """Return the deliveries of the month, once exchange has taken the tables."""

    def found() -> Sequence[Json] | None:
        page = story.people["statistics"].ask("GET", "/deliveries?limit=50")
        rows = [row for row in page["items"] if row["period"] == story.month.period and row["state"] in ON_THE_WAY]
        return rows if len(rows) == len({"nbs", "sharing"}) else None

    return eventually(found, "exchange did not prepare the month for both receivers")


STEPS = (
    settle_a_simulated_month,
    protect_the_month,
    print_the_report,
    sign_the_month_off,
    publish_the_month,
)
