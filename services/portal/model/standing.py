"""What the pages say of the life of a registration: words, tones, and the acts on it with what they ask for."""

from __future__ import annotations

from dataclasses import dataclass

STANDING_TONES = {
    "none": "secondary",
    "registered": "success",
    "suspended": "warning",
    "expired": "danger",
    "deregistered": "secondary",
}

STANDINGS = (("registered", "已注册"), ("suspended", "暂停"), ("expired", "已过期"), ("deregistered", "已注销"))

IN_FORCE = frozenset({"registered", "suspended"})
"""Standings in which a platform is registered, suspended or not."""

ENDS_WITHIN = (("30", "30日内到期"), ("60", "60日内到期"))
"""Filters of the list by the end of papers, in days."""

WARN_DAYS = 60
"""From how many days before the end of a paper on the operator is asked to act."""

GROUNDS = (
    ("conditions_not_met", "不再符合注册条件"),
    ("facts_untrue", "注册信息与实际不符"),
    ("out_of_scope", "不属于统计范围"),
    ("not_operating", "平台已停止运营"),
    ("duties_not_met", "未履行统计调查义务"),
    ("other", "其他"),
)

GROUND, REASON, SINCE, UNTIL, STATEMENT = "ground", "reason", "since", "until", "statement"

FIELD_LABELS = {
    GROUND: "理由类别",
    REASON: "具体理由",
    SINCE: "暂停起始日期",
    UNTIL: "自动恢复日期（选填）",
    STATEMENT: "陈述意见",
}
OPTIONAL = frozenset({UNTIL})


@dataclass(frozen=True)
class Act:
    """An act on a registration: its words, what follows from it, and what it asks for.

    `action` is the service's name of it, `slug` its place in addresses, `done` the code of what is said afterwards.
    `leads_on` says that the form is filled in next.
    """

    action: str
    slug: str
    button: str
    effect: str
    confirm: str
    tone: str
    done: str
    fields: tuple[str, ...] = ()
    leads_on: bool = False


ACTS = (
    Act(
        "open_change",
        "change",
        "申请变更",
        "系统按现行注册信息生成变更申请。修改后须重新打印、盖章信息表，并为变更事项提交新的证明材料，由单位注册地商务主管部门审核。"
        "审核通过之前，现行注册信息继续有效。",
        "开始变更",
        "primary",
        "changing",
        leads_on=True,
    ),
    Act(
        "renew",
        "renewal",
        "重新注册",
        "系统按最后一次注册的信息生成申请，注册编号不变。核对、修改后提交，由单位注册地商务主管部门审核。",
        "开始重新注册",
        "primary",
        "renewing",
        leads_on=True,
    ),
    Act(
        "discard",
        "discarding",
        "作废草稿",
        "草稿中填写的内容和上传的材料不再保留，此操作不能撤销。已经生效的注册不受影响。",
        "确认作废",
        "danger",
        "draft_discarded",
    ),
    Act(
        "request_deregistration",
        "deregistration-request",
        "申请注销",
        "平台不再运营或不再开展服务外包交易的，可以申请注销。由单位注册地商务主管部门办理，办理之前可以撤回。",
        "提交注销申请",
        "danger",
        "requested",
        (REASON,),
    ),
    Act(
        "take_back_request",
        "request-withdrawal",
        "撤回注销申请",
        "撤回后注册继续有效，主管部门不再办理注销。",
        "确认撤回",
        "primary",
        "taken_back",
    ),
    Act(
        "make_statement",
        "statement",
        "陈述意见",
        "对主管部门拟注销的理由陈述意见。主管部门在作出决定前应当审阅。",
        "提交意见",
        "primary",
        "stated",
        (STATEMENT,),
    ),
    Act(
        "suspend",
        "suspension",
        "暂停注册",
        "暂停期间平台仍在名录中，标为暂停；平台运营主体可以申请变更。填写自动恢复日期的，到该日自动恢复。",
        "确认暂停",
        "warning",
        "suspended",
        (GROUND, REASON, SINCE, UNTIL),
    ),
    Act(
        "lift_suspension",
        "lifting",
        "恢复注册",
        "恢复后平台重新标为已注册，平台运营主体会收到通知。",
        "确认恢复",
        "success",
        "lifted",
        (REASON,),
    ),
    Act(
        "deregister",
        "deregistration",
        "注销",
        "注销后网址和备案号可由其他平台注册，单位变动情况送名录库，未办结的申请作废。此操作不能撤销，平台可以重新注册。",
        "确认注销",
        "danger",
        "deregistered",
        (REASON,),
    ),
    Act(
        "refuse_deregistration",
        "request-refusal",
        "不同意注销",
        "注册继续有效，理由告知平台运营主体。",
        "确认不同意",
        "warning",
        "refused",
        (REASON,),
    ),
    Act(
        "announce_deregistration",
        "deregistration-notice",
        "告知拟注销",
        "依职权注销前须告知平台运营主体理由，并留出陈述意见的期限（10个工作日）。收到意见或期限届满后才能注销。",
        "发出告知",
        "danger",
        "announced",
        (GROUND, REASON),
    ),
    Act(
        "call_off_deregistration",
        "calling-off",
        "终止注销",
        "不再注销，注册继续有效，说明告知平台运营主体。",
        "确认终止",
        "primary",
        "called_off",
        (REASON,),
    ),
)
"""Every act on the life of a registration, in the order in which a page offers them."""

ACT_BY_SLUG = {act.slug: act for act in ACTS}

OPERATORS_ACTS = frozenset(
    {"open_change", "renew", "discard", "request_deregistration", "take_back_request", "make_statement"}
)

DONE = {
    "changing": "已生成变更申请，请修改后提交。",
    "renewing": "已生成重新注册的申请，请核对后提交。",
    "draft_discarded": "草稿已作废。",
    "requested": "注销申请已提交，等待主管部门办理。",
    "taken_back": "注销申请已撤回。",
    "stated": "意见已提交。",
    "suspended": "已暂停注册。",
    "lifted": "已恢复注册。",
    "deregistered": "已注销，单位变动情况将送名录库。",
    "refused": "已答复：不同意注销。",
    "announced": "已告知平台运营主体。",
    "called_off": "已终止注销。",
}
"""What a page says after an act, by its code."""
