"""What a password must be: named policies, as the two standards that apply contradict each other.

`djbh3` follows GB/T 22239-2019 (等保三级) 8.1.4.1 a): complexity and periodic change. `asvs` follows OWASP ASVS 5.0
6.2: length, no composition rules, no forced change. Both refuse the passwords of published breaches, context words and
the user name.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import Problem
from shared.identity.known_passwords import is_known

LONGEST = 128
_NAME_PART = 4
"""Shorter user names may occur in a password by chance."""

CONTEXT_WORDS = (
    "tongbao", "mofcom", "shangwu", "fuwuwaibao", "password", "passw0rd", "p@ssw0rd", "admin", "administrator",
    "welcome", "letmein", "iloveyou", "woaini", "qwerty", "asdfgh", "zxcvbn", "1qaz2wsx", "abc123", "abcdef",
    "123456", "654321", "111111", "000000", "888888", "666666", "5201314", "changeme", "test1234", "root1234",
    "统报", "商务部", "服务外包", "密码",
)  # fmt: skip
"""What guessers try first here; compared without regard to case, anywhere in the password."""

_CLASSES: tuple[Callable[[str], bool], ...] = (
    lambda c: c in string.ascii_lowercase,
    lambda c: c in string.ascii_uppercase,
    lambda c: c in string.digits,
    lambda c: c not in string.ascii_letters and c not in string.digits,
)


@dataclass(frozen=True)
class Policy:
    """`shortest` in characters; `classes` of lower, upper, digits and others; `longest_use` until a change.

    `remembered` is how many passwords before the present one can't be used again.
    """

    shortest: int
    classes: int
    longest_use: timedelta | None
    remembered: int


POLICIES = {
    "djbh3": Policy(shortest=10, classes=3, longest_use=timedelta(days=90), remembered=5),
    "asvs": Policy(shortest=10, classes=1, longest_use=None, remembered=0),
}


def password_problems(policy: Policy, password: str, username: str, pointer: str) -> tuple[Problem, ...]:
    """Return everything that is wrong with a new password, in words that do not quote it."""
    return tuple(
        Problem(pointer, code, message, expected)
        for is_broken, code, message, expected in (
            (
                not policy.shortest <= len(password) <= LONGEST,
                "password_length",
                f"密码应为 {policy.shortest} 至 {LONGEST} 个字符。",
                f"{policy.shortest}～{LONGEST} 个字符",
            ),
            (
                _classes_in(password) < policy.classes,
                "password_classes",
                f"密码应至少包含大写字母、小写字母、数字、其他字符中的 {policy.classes} 类。",
                f"至少 {policy.classes} 类字符",
            ),
            (_holds_name(password, username), "password_holds_username", "密码不能包含用户名。", "不含用户名"),
            (
                _holds_word(password) or is_known(password),
                "password_common",
                "密码包含常见或容易猜到的词。",
                "不含常见词",
            ),
            (len(set(password)) < 5, "password_monotonous", "密码中不同的字符过少。", "至少 5 个不同字符"),
        )
        if is_broken
    )


def is_outworn(policy: Policy, set_at: datetime, now: datetime) -> bool:
    """Whether a password has been used longer than the policy allows."""
    return policy.longest_use is not None and now >= set_at + policy.longest_use


def _classes_in(password: str) -> int:
    return sum(any(belongs(character) for character in password) for belongs in _CLASSES)


def _holds_name(password: str, username: str) -> bool:
    folded = password.casefold()
    parts = {username.casefold(), username.casefold().partition("@")[0]}
    return any(len(part) >= _NAME_PART and part in folded for part in parts)


def _holds_word(password: str) -> bool:
    folded = password.casefold()
    return any(word in folded for word in CONTEXT_WORDS)
