"""The story goes on: made-up statistics go to the bureau at once, and to the sharing database not before their day."""

from __future__ import annotations

from collections.abc import Sequence

from services.sandbox.story import judgement
from services.sandbox.story.play import Story
from services.sandbox.story.site import Json, eventually, expect

SENT = ("accepted", "superseded")


def report_to_the_bureau(story: Story) -> str:
    """The head of statistics signs made-up statistics off for the bureau; the package leaves at once and is verified there."""
    signed = [_signed(story, row) for row in _deliveries(story, "nbs")]
    expect(bool(signed), "there is nothing for the bureau")
    desk = story.people["sharing"]
    refused = desk.send("POST", f"/deliveries/{signed[0]['id']}/signature", signed[0]["version"])
    expect(refused.status_code == 403, f"the desk that sends signs off too: {refused.status_code}")
    rows = [_settled(story, row["id"], SENT) for row in signed]
    return "；".join(
        f"{row['title']} 第{row['number']}版 {row['state_label']}（SHA-256 {row['digest'][:12]}…）" for row in rows
    )


def share_after_ten_working_days(story: Story) -> str:
    """Before ten full working days have passed nothing leaves for the sharing database, by hand neither; what is past it goes."""
    head, today, told = story.people["statistics"], judgement.today().isoformat(), []
    for row in (_signed(story, row) for row in _deliveries(story, "sharing")):
        if row["possible_on"] <= today:
            told.append(f"{row['period']}: {_settled(story, row['id'], SENT)['state_label']}")
            continue
        refused = story.people["sharing"].send("POST", f"/deliveries/{row['id']}/sending", row["version"])
        problem = refused.json()
        expect((refused.status_code, problem["code"]) == (409, "too_early"), f"sent too early: {refused.status_code}")
        held = head.ask("GET", f"/deliveries/{row['id']}")
        expect(held["state"] == "held", f"held, it is {held['state']}")
        counted = [day for day in held["days"] if day["number"]]
        tenth = counted[-1]["on"]
        told.append(f"{row['period']}: 409 {problem['code']}，第10个工作日 {tenth}，{held['possible_on']} 起")
    expect(bool(told), "there is nothing for the sharing database")
    return "；".join(told)


def _deliveries(story: Story, receiver: str) -> Sequence[Json]:
    page = story.people["statistics"].ask("GET", f"/deliveries?receiver={receiver}&limit=20")
    return [
        row for row in page["items"] if row["state"] in ("prepared", "held", "signed_off", "queued", "going", *SENT)
    ]


def _signed(story: Story, row: Json) -> Json:
    """Return a delivery, signed off by now."""
    head = story.people["statistics"]
    if row["state"] == "prepared":
        head.ask("POST", f"/deliveries/{row['id']}/signature", 200, row["version"])
    return dict(head.ask("GET", f"/deliveries/{row['id']}"))


def _settled(story: Story, delivery_id: str, states: Sequence[str]) -> Json:
    def found() -> Json | None:
        row = story.people["statistics"].ask("GET", f"/deliveries/{delivery_id}")
        return dict(row) if row["state"] in states else None

    return eventually(found, "the receiver did not accept the package")


STEPS = (report_to_the_bureau, share_after_ten_working_days)
