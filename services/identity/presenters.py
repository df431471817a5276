"""Accounts and mails in words for people."""

from __future__ import annotations

from typing import TypedDict

from services.identity.model.accounts import Account, Unit
from services.identity.model.grants import acting
from services.identity.model.mails import MailDue, MailKind
from services.identity.model.signups import CODE_LIFETIME
from services.identity.operations.sessions import SignedIn
from services.identity.ports import Divisions
from services.identity.workflow import open_actions
from shared.identity.actor import Actor, Role
from shared.identity.tokens import LIFETIME

ROLE_LABELS = {
    Role.OPERATOR: "服务外包交易平台运营主体",
    Role.ENTERPRISE: "服务外包企业",
    Role.TRAINING_INSTITUTION: "培训机构",
    Role.COUNTY_REVIEWER: "区（县）级商务主管部门",
    Role.CITY_REVIEWER: "地（市）级商务主管部门",
    Role.PROVINCE_REVIEWER: "省级商务主管部门",
    Role.MINISTRY: "商务部服务贸易和商贸服务业司",
    Role.DIRECTORY_DESK: "名录库交换岗",
    Role.ADMINISTRATOR: "系统管理员",
    Role.AUDITOR: "审计员",
}


class AccountView(TypedDict):
    """An account as its owner sees it."""

    id: str
    role: str
    role_label: str
    display_name: str
    unit_id: str | None
    division: str | None
    division_name: str | None


class SessionView(TypedDict, total=False):
    """A sign-in: either tokens and account, or the token for changing the password."""

    access_token: str
    expires_in: int
    refresh_token: str
    must_change_password: bool
    password_change_token: str
    account: AccountView


def account_view(account: Account, actor: Actor, divisions: Divisions) -> AccountView:
    """Return the account with the role and division that it acts with, in words."""
    return {
        "id": account.id,
        "role": actor.role.value,
        "role_label": ROLE_LABELS[actor.role],
        "display_name": account.person.display_name,
        "unit_id": actor.unit_id,
        "division": actor.division,
        "division_name": divisions.name_of(actor.division) if actor.division else None,
    }


def own_view(account: Account, actor: Actor, unit: Unit | None, divisions: Divisions) -> dict[str, object]:
    """Return the account with what a form is filled with beforehand."""
    return {
        **account_view(account, actor, divisions),
        "username": account.person.username,
        "email": account.person.email,
        "phone": account.person.phone,
        "unit": {"credit_code": unit.credit_code, "name": unit.name} if unit else None,
    }


def row_view(account: Account, actor: Actor, divisions: Divisions) -> dict[str, object]:
    """Return the account as an administrator sees it."""
    return {
        **account_view(account, acting(account, account.grants[0]), divisions),
        "username": account.person.username,
        "version": account.version,
        "state": account.state.value,
        "created_at": account.created_at,
        "must_change_password": account.password.must_change,
        "open_actions": [action.value for action in open_actions(account, actor)],
    }


def session_view(signed_in: SignedIn, divisions: Divisions) -> SessionView:
    """Return a sign-in."""
    if signed_in.grant is None:
        return {"must_change_password": True, "password_change_token": signed_in.secret}
    return {
        "access_token": signed_in.access,
        "expires_in": int(LIFETIME.total_seconds()),
        "refresh_token": signed_in.secret,
        "must_change_password": False,
        "account": account_view(signed_in.account, acting(signed_in.account, signed_in.grant), divisions),
    }


_MINUTES = int(CODE_LIFETIME.total_seconds() // 60)

_TEXTS = {
    MailKind.ACTIVATION: (
        "统报：激活码",
        "您好：\n\n"
        "有人以“{unit_name}”的名义、用本邮箱在服务外包统计调查系统（统报）申请开通账户。\n\n"
        "激活码：{code}\n\n"
        f"激活码在 {_MINUTES} 分钟内有效，最多可尝试 5 次。请在申请页面填写，或打开：\n"
        "{portal_url}/signups/{sign_up_id}\n\n"
        "如非本人操作，请忽略本邮件。请勿将激活码告诉他人。\n",
    ),
    MailKind.UNIT_HAS_ACCOUNT: (
        "统报：有人为贵单位申请开通账户",
        "您好：\n\n"
        "有人再次以“{unit_name}”的统一社会信用代码申请开通账户。贵单位已有账户，此次申请未予开通。\n\n"
        "如为本单位人员，请使用已有账户登录：{portal_url}\n"
        "如非本单位人员所为，请留意并告知当地商务主管部门。\n",
    ),
    MailKind.ADDRESS_HAS_ACCOUNT: (
        "统报：本邮箱已有账户",
        "您好：\n\n"
        "有人用本邮箱申请开通新账户。本邮箱已有账户，此次申请未予开通。\n\n"
        "如为本人操作，请直接登录：{portal_url}\n"
        "如非本人操作，请忽略本邮件。\n",
    ),
}


def mail_text(due: MailDue, portal_url: str) -> tuple[str, str]:
    """Return subject and text of a mail. Raises `KeyError` where a fact is missing."""
    subject, text = _TEXTS[due.kind]
    return subject, text.format(portal_url=portal_url.rstrip("/"), **due.facts)
