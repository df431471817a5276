"""Errors of statistics, beyond the shared ones."""

from __future__ import annotations

from shared.errors import Conflict


class NotFrozen(Conflict):
    """A release is made from the frozen facts of a closed period alone."""

    code = "not_frozen"
    message = "该报告期尚未最终审定，或统计数据尚未冻结，不能制表。"


class FactsBehind(Conflict):
    """Corrections are on their way into the columns: a revised release is made from all of them, a moment later."""

    code = "facts_behind"
    message = "统计数据正在更新，请稍后再制表。"


class ReleaseUnderWay(Conflict):
    """A year has one release at a time that is not decided yet: the next is checked beside all that were approved."""

    code = "release_under_way"
    message = "本年度已有统计资料正在核查或待签发，请先签发或撤回。"


class DayCome(Conflict):
    """The day of publication has come: it can't be changed any more."""

    code = "day_come"
    message = "已到发布日期，不能再更改。"
