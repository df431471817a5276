"""What the table of notification's rights speaks of: two notices, two templates, and a right request per route."""

from __future__ import annotations

import json
from collections.abc import Mapping

from werkzeug.test import TestResponse

from services.notification.model.notices import Notice
from services.notification.model.occasions import MailChoice
from services.notification.operations.templates import edit_template
from shared.calls import Call
from shared.clock import SystemClock
from shared.identity.actor import Actor, Role
from tests.support.notification import MINISTRY
from tests.support.notification_site import Site
from tests.support.rights import Row
from tests.support.rights_people import PEOPLE, UNIT

NOTICES = {"of_operator": "1" * 32, "of_another_unit": "2" * 32, "missing": "0" * 32}
TEMPLATES = {"untouched": "registration.returned", "edited": "registration.approved", "missing": "registration.nothing"}
COLLECTIONS = ("notices", "templates", "preferences")

WORDING = {
    "in_app": {"title": "标题", "text": "正文 ${platform_name}"},
    "email": {"subject": "主题", "text": "请登录查看 ${link}"},
}

BODIES: Mapping[tuple[str, str], object] = {
    ("POST", "/notices/reading"): {},
    ("POST", "/notices/<string:notice_id>/reading"): {},
    ("PUT", "/preferences"): {"choices": [{"category": "registration", "mail": "digest"}]},
    ("POST", "/templates/<string:key>/preview"): WORDING,
    ("PUT", "/templates/<string:key>/draft"): WORDING,
    ("POST", "/templates/<string:key>/discarding"): {},
    ("POST", "/templates/<string:key>/publication"): {"reason": "统一措辞"},
    ("POST", "/templates/<string:key>/return"): {"version": 1, "reason": "恢复"},
}

MACHINE = Actor("notification", Role.SERVICE)


class Ground:
    """Notices and templates on the service, and the way to ask for them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        operator = PEOPLE["operator"]
        assert operator is not None
        for target, unit in (("of_operator", UNIT), ("of_another_unit", "9" * 32)):
            site.wired.deps.notices.add(_notice(NOTICES[target], operator.account_id, unit))
        for key in (TEMPLATES["untouched"], TEMPLATES["edited"]):
            self._publish(key)
        wording = site.wired.deps.occasions.by_key[TEMPLATES["edited"]].wording
        edit_template(site.wired.deps, Call(MINISTRY, version=3), TEMPLATES["edited"], wording)
        self.kept = {name: list(site.database[name].find()) for name in COLLECTIONS}

    def send(self, person: str, row: Row) -> TestResponse:
        """Send the right request of a row as a person; what it changed is put back."""
        answer = self.send_as(PEOPLE[person], row)
        if row.method != "GET":
            self._put_back()
        return answer

    def send_as(self, actor: Actor | None, row: Row) -> TestResponse:
        """Send the right request of a row as an actor."""
        path = row.route.replace("<string:notice_id>", NOTICES.get(row.target, "0" * 32))
        path = path.replace("<string:key>", TEMPLATES.get(row.target, "x")).replace(
            "<path:file_name>", "swagger-ui.css"
        )
        body = None if row.method == "GET" else json.loads(json.dumps(BODIES[row.method, row.route]))
        version = {"untouched": 3, "edited": 4}.get(row.target, 1)
        return self.site.ask(actor, row.method, path, body, version=version if row.method != "GET" else None)

    def _publish(self, key: str) -> None:
        for path, body, version in (("draft", WORDING, 1), ("publication", {"reason": "统一措辞"}, 2)):
            method = "PUT" if path == "draft" else "POST"
            answer = self.site.ask(MINISTRY, method, f"/templates/{key}/{path}", body, version=version)
            assert answer.status_code == 200, answer.text

    def _put_back(self) -> None:
        for name, rows in self.kept.items():
            self.site.database[name].delete_many({})
            if rows:
                self.site.database[name].insert_many(rows)


def _notice(id: str, account_id: str, unit_id: str) -> Notice:
    return Notice(
        id=id,
        at=SystemClock().now(),
        account_id=account_id,
        scope=f"unit/{unit_id}",
        occasion="registration.returned",
        link="",
        about=unit_id,
        template_version=0,
        title="标题",
        text="正文",
        delivery=MailChoice.NONE,
    )
