"""Errors of registration, beyond the shared ones."""

from __future__ import annotations

from shared.errors import Conflict


class PlatformTaken(Conflict):
    """Another live registration holds the same web site or ICP number."""

    code = "platform_already_registered"
    message = "该平台的网址或备案号已在其他注册中使用。"


class PartNotOpen(Conflict):
    """A returned registration can only be changed where the reviewer asked for it."""

    code = "part_not_open"
    message = "退回后只能修改审核意见指出的部分。"


class ReviewIncomplete(Conflict):
    """The decision does not fit the verdicts, or verdicts are missing."""

    code = "review_incomplete"
    message = "审核结论与逐项意见不一致，或有材料尚未给出意见。"


class StatementOpen(Conflict):
    """The operator can still make a statement on an announced de-registration."""

    code = "statement_open"
    message = "陈述意见的期限未满，且平台运营主体尚未陈述意见，不能注销。"
