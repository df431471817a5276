"""What goes out over HTTP: the `XOut` schemas describe what the `…_body` functions make."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.notification.model.mails import Mail, MailState
from services.notification.model.notices import Notice
from services.notification.model.occasions import MailChoice, Occasion, Occasions, Variable, Wording
from services.notification.model.preferences import Preferences
from services.notification.model.templates import Rendered, Template, Version
from services.notification.operations.templates import View

Body = dict[str, object]

CHOICE_LABELS = {MailChoice.AT_ONCE: "立即发送邮件", MailChoice.DIGEST: "每日汇总一封", MailChoice.NONE: "不发邮件"}

STATE_LABELS = {
    MailState.DUE: "待发送",
    MailState.HANDING_OVER: "正在移交邮件服务器",
    MailState.SENT: "已发送",
    MailState.REFUSED: "邮件服务器拒收",
    MailState.UNCERTAIN: "是否送达不明，需人工核实",
    MailState.GIVEN_UP: "未能发送，已放弃",
    MailState.SETTLED: "所告事项已办结，不再发送",
}


class NoticeOut(Schema):
    """A notice; `link` is a path in the portal, `mailed` when it was to be mailed as well.

    `settled_at` is when what it tells was done with; it counts as read from then on.
    """

    id = fields.String()
    at = fields.String()
    occasion = fields.String()
    category = fields.String()
    category_label = fields.String()
    title = fields.String()
    text = fields.String()
    link = fields.String()
    read_at = fields.String(allow_none=True)
    settled_at = fields.String(allow_none=True)
    mailed = fields.String()
    template_version = fields.Integer()


class NoticesOut(Schema):
    """A page of the inbox."""

    items = fields.List(fields.Nested(NoticeOut))
    next_cursor = fields.String()


class UnreadOut(Schema):
    """How many notices are unread."""

    unread = fields.Integer()


class ChoiceOut(Schema):
    """A category with its choice; `mandatory` and `optional` are the titles of its occasions."""

    category = fields.String()
    label = fields.String()
    mail = fields.String(allow_none=True)
    mandatory = fields.List(fields.String())
    optional = fields.List(fields.String())


class PreferencesOut(Schema):
    """One's preferences; `mail` is null where nothing was chosen. The digest leaves at `digest_hour`, 北京时间."""

    version = fields.Integer()
    digest_hour = fields.Integer()
    choices = fields.List(fields.Nested(ChoiceOut))


class MailOut(Schema):
    """A mail without address and text."""

    id = fields.String()
    at = fields.String()
    account_id = fields.String()
    occasion = fields.String()
    template_version = fields.Integer()
    state = fields.String()
    state_label = fields.String()
    attempts = fields.Integer()
    due_at = fields.String()
    changed_at = fields.String(allow_none=True)
    code = fields.String()


class MailsOut(Schema):
    """A page of mails."""

    items = fields.List(fields.Nested(MailOut))
    next_cursor = fields.String()


class PortalWordingOut(Schema):
    """What the notice says."""

    title = fields.String()
    text = fields.String()


class MailWordingOut(Schema):
    """What the mail says."""

    subject = fields.String()
    text = fields.String()


class WordingOut(Schema):
    """A wording, or a preview of one."""

    in_app = fields.Nested(PortalWordingOut)
    email = fields.Nested(MailWordingOut)


class VariableOut(Schema):
    """A variable that may be used."""

    name = fields.String()
    label = fields.String()
    sample = fields.String()


class VersionOut(Schema):
    """A published version; `returned_to` is the earlier one that it repeats."""

    no = fields.Integer()
    at = fields.String(allow_none=True)
    by = fields.String(allow_none=True)
    reason = fields.String()
    returned_to = fields.Integer(allow_none=True)
    wording = fields.Nested(WordingOut)


class TemplateRowOut(Schema):
    """A template in the list."""

    key = fields.String()
    title = fields.String()
    category = fields.String()
    category_label = fields.String()
    mandatory = fields.Boolean()
    published = fields.Integer()
    has_draft = fields.Boolean()
    version = fields.Integer()


class TemplatesOut(Schema):
    """The templates of all occasions."""

    items = fields.List(fields.Nested(TemplateRowOut))


class TemplateOut(TemplateRowOut):
    """A template in full: what is used, the draft, all versions (newest first) and the variables offered."""

    current = fields.Nested(WordingOut)
    draft = fields.Nested(WordingOut, allow_none=True)
    draft_by = fields.String(allow_none=True)
    draft_at = fields.String(allow_none=True)
    has_notice = fields.Boolean()
    has_mail = fields.Boolean()
    in_app_variables = fields.List(fields.Nested(VariableOut))
    email_variables = fields.List(fields.Nested(VariableOut))
    versions = fields.List(fields.Nested(VersionOut))
    open_actions = fields.List(fields.String())


def notice_body(notice: Notice, occasions: Occasions) -> Body:
    """Return a notice as its recipient sees it."""
    occasion = occasions.find(notice.occasion)  # None for one that a later release no longer knows
    category = occasion.category if occasion else ""
    return {
        "id": notice.id,
        "at": notice.at.isoformat(),
        "occasion": notice.occasion,
        "category": category,
        "category_label": occasions.categories.get(category, ""),
        "title": notice.title,
        "text": notice.text,
        "link": notice.link,
        "read_at": notice.read_at.isoformat() if notice.read_at else None,
        "settled_at": notice.settled_at.isoformat() if notice.settled_at else None,
        "mailed": notice.delivery.value,
        "template_version": notice.template_version,
    }


def preferences_body(preferences: Preferences, occasions: Occasions, digest_hour: int) -> Body:
    """Return the choices of all categories that offer one."""
    rows = []
    for category, here in occasions.chosen().items():
        chosen = preferences.choices.get(category)
        rows.append(
            {
                "category": category,
                "label": occasions.categories[category],
                "mail": chosen.value if chosen else None,
                "mandatory": [one.title for one in here if one.is_mandatory],
                "optional": [one.title for one in here if not one.is_mandatory],
            }
        )
    return {"version": preferences.version, "digest_hour": digest_hour, "choices": rows}


def mail_body(mail: Mail) -> Body:
    """Return a mail as operators see it."""
    return {
        "id": mail.id,
        "at": mail.at.isoformat(),
        "account_id": mail.account_id,
        "occasion": mail.occasion,
        "template_version": mail.template_version,
        "state": mail.state.value,
        "state_label": STATE_LABELS[mail.state],
        "attempts": mail.attempts,
        "due_at": mail.due_at.isoformat(),
        "changed_at": mail.changed_at.isoformat() if mail.changed_at else None,
        "code": mail.code,
    }


def wording_body(wording: Wording | Rendered) -> Body:
    """Return a wording or a preview."""
    return {
        "in_app": {"title": wording.title, "text": wording.text},
        "email": {"subject": wording.subject, "text": wording.mail},
    }


def row_body(view: View, occasions: Occasions) -> Body:
    """Return a template in the list."""
    occasion, template = view.occasion, view.template
    return {
        "key": occasion.key,
        "title": occasion.title,
        "category": occasion.category,
        "category_label": occasions.categories[occasion.category],
        "mandatory": occasion.is_mandatory,
        "published": template.published,
        "has_draft": template.draft is not None,
        "version": template.version,
    }


def template_body(view: View, occasions: Occasions) -> Body:
    """Return a template in full."""
    occasion, template, draft = view.occasion, view.template, view.template.draft
    return {
        **row_body(view, occasions),
        "current": wording_body(template.current(occasion)),
        "draft": wording_body(draft.wording) if draft else None,
        "draft_by": draft.by if draft else None,
        "draft_at": draft.at.isoformat() if draft else None,
        "has_notice": occasion.has_notice,
        "has_mail": occasion.has_mail,
        "in_app_variables": [_variable(each) for each in occasion.in_portal().values()],
        "email_variables": [_variable(each) for each in occasion.in_mail().values()],
        "versions": _versions(template, occasion),
        "open_actions": [action.value for action in view.open_actions],
    }


def _variable(variable: Variable) -> Body:
    return {"name": variable.name, "label": variable.label, "sample": variable.sample}


def _versions(template: Template, occasion: Occasion) -> list[Body]:
    shipped: Body = {"no": 0, "at": None, "by": None, "reason": "", "returned_to": None}
    return [
        *(_version(each) for each in reversed(template.versions)),
        shipped | {"wording": wording_body(occasion.wording)},
    ]


def _version(version: Version) -> Body:
    return {
        "no": version.no,
        "at": version.at.isoformat(),
        "by": version.by,
        "reason": version.reason,
        "returned_to": version.returned_to,
        "wording": wording_body(version.wording),
    }
