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
