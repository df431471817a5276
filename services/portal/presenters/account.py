"""The page of one's own account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.portal.model.answers import MeAnswer, SignInRow
from services.portal.presenters.words import moment


@dataclass(frozen=True)
class SignInView:
    """One place where the person is signed in."""

    id: str
    device: str
    place: str
    started_at: str
    seen_at: str
    is_this: bool


@dataclass(frozen=True)
class AccountView:
    """The account in words. The addresses are empty where another provider keeps password and second factor."""

    facts: tuple[tuple[str, str], ...]
    sign_ins: tuple[SignInView, ...]
    has_others: bool
    password_url: str
    factor_url: str


def account_view(me: MeAnswer, rows: Iterable[SignInRow], account_url: str) -> AccountView:
    """Return the page of a person's own account; `account_url` is where the provider keeps such pages."""
    unit = me["unit"]
    facts = (
        ("姓名或名称", me["display_name"]),
        ("用户名", me["username"]),
        ("当前身份", me["role_label"]),
        ("行政区划", me["division_name"] or ""),
        ("单位", unit["name"] if unit else ""),
        ("电子邮箱", me["email"]),
        ("电话", me["phone"]),
    )
    sign_ins = tuple(
        SignInView(
            id=row["id"],
            device=row["device"],
            place=row["place"],
            started_at=moment(row["started_at"]),
            seen_at=moment(row["seen_at"]),
            is_this=row["is_this"],
        )
        for row in rows
    )
    return AccountView(
        facts=tuple(fact for fact in facts if fact[1]),
        sign_ins=sign_ins,
        has_others=any(not each.is_this for each in sign_ins),
        password_url=f"{account_url}/account/password" if account_url else "",
        factor_url=f"{account_url}/account/factor" if account_url else "",
    )
