"""What every page has: the frame's links, the token of its forms, the message about what was just done."""

from __future__ import annotations

from flask import Flask, request

from services.portal.model.session import Account
from services.portal.model.standing import DONE as STANDING_DONE
from services.portal.operations import bell
from services.portal.routes import guard
from services.portal.routes.navigation import navigation
from shared.errors import TongbaoError

DONE = {
    "saved": "已保存。",
    "created": "已新建注册申请。",
    "submitted": "已提交，请等待商务主管部门审核。",
    "withdrawn": "申请已撤回，主管部门不再审核。可以重新填报后再次提交。",
    "resumed": "可以重新填报了。",
    "started": "已开始审核。",
    "judged": "审核记录已保存。",
    "returned": "已退回申请人修改。",
    "approved": "已审核通过，单位信息将送名录库。",
    "rejected": "已作出不予注册的决定。",
    "load_started": "已开始装载，刷新本页查看进度。",
    "load_stopped": "已停止装载，已取的各页均已保存。",
    "undone": "已撤销决定，可继续审核。",
    "resent": "已安排重新发送。",
    "rerun_begun": "已安排重发，逐件办理，办完后各有结果。",
    "route_stopped": "通道已停发，已有和新的报文在此等待。",
    "route_started": "通道已恢复，等待的报文按顺序发出。",
    "route_set": "通道参数已调整。",
    "ping_sent": "测试报文已发出，对方回执到达后显示在下方。",
    "maintenance_told": "维护安排已登记，期间暂停发送。",
    "maintenance_cancelled": "维护安排已取消。",
    "statement_signed": "本日账目已签核。",
    "activated": "账号已开通，请登录。",
    "password": "密码已修改，请用新密码登录。",
    "signed_out": "已退出登录。",
    "ended": "已结束登录。",
    "removed": "文件已移除。",
    "read": "已全部标为已读。",
    "chosen": "通知设置已保存。",
    "drafted": "草稿已保存，尚未发布。",
    "published": "已发布，新的通知将使用此版本。",
    "discarded": "草稿已放弃。",
    "returned_to": "已恢复，新的通知将使用此版本。",
    "stored": "文件已上传。",
    "appointed": "已任用，权限自起始日期生效。",
    "nominated": "已提名，须由另一名同级人员确认后生效。新开账户的首次密码只发到本人邮箱。",
    "shown_once": "账户已办理。首次密码只显示一次，未记下的，请重置密码。",
    "mailed": "首次密码已发到本人邮箱。",
    "confirmed": "已确认，权限生效。",
    "refused": "已记录不予确认。",
    "taken_back": "已撤回。",
    "extended": "期限已更改。",
    "grant_ended": "权限已终止。",
    "factor_reset": "已解除第二重验证，本人下次登录时重新设置。",
    "sign_ins_ended": "已结束此账户的全部登录。",
    "disabled": "账户已停用。",
    "enabled": "账户已恢复。",
    "invited": "邀请已发出，7 日内有效。",
    "role_added": "已增加单位类型。以新的类型办理时，请换用其他身份。",
    "offered": "移交邀请已发出，对方接受前一切不变。",
    "accepted": "已接受。以另一家单位的名义办理时，请在下方换用其他身份。",
    "enrolled": "已接受邀请，请用该邮箱和密码登录。",
    "declined": "已谢绝。",
    "recovery_proposed": "已提出，须由另一名审核人员确认。",
    "recovery_confirmed": "已确认，邀请码已发到新负责人邮箱，本人接受后生效。",
    "changes_proposed": "已提出，须由另一人确认后起用。",
    "changes_confirmed": "已确认，各项变更自生效日期起用。",
    "unit_registered": "单位信息已登记。",
    "workbook_read": "文件已读入本表。",
    "nil_begun": "零报已建立，签署后上报。",
    "selected_submitted": "选中的报表已全部上报，请等待商务主管部门审核。",
    "list_read": "文件已读入，各行保存为草稿。",
    "assembled": "已汇总本市各单位已审定的明细。",
    "removed_row": "已删除一行。",
    "filing_submitted": "已报送，请等待商务主管部门审核。",
    "filing_withdrawn": "已撤回，主管部门不再审核。可以修改后重新报送。",
    "filing_correcting": "可以更正了。更正审核通过前，原数据继续有效。",
    "correction_dropped": "已放弃更正，恢复为已审定的数据。",
    "filing_discarded": "已作废，可以重新建立。",
    "filing_approved": "已审核通过。",
    "filing_returned": "已退回填报单位修改。",
    "value_marked": "已标记，本部门可在“后续核查标记”中查看。",
    "filing_assigned": "已分办。",
    "filing_unassigned": "已取消分办。",
    "filing_settled": "此表已最终审定。",
    "filing_undone": "已撤销决定，此表恢复为待审核。",
    "voucher_told": "凭证金额已登记，可以继续填报。",
    "rates_stored": "汇率已导入。",
    "job_asked": "已安排立即运行，片刻后刷新可见结果。",
    "extension_asked": "延期申请已提交，请等待商务主管部门答复。",
    "extension_granted": "已同意延期，单位将收到通知。",
    "extension_refused": "已答复不同意，单位将收到通知。",
    "extension_withdrawn": "延期申请已撤回。",
    "exception_given": "已给予例外，单位将收到通知。",
    "exception_ended": "例外已终止，单位将收到通知。",
    "period_closing": "已作出最终审定，正在逐份审定已通过的报表。",
    "snapshot_looked_at": "已安排核对快照，片刻后刷新可见结果。",
    "delivery_signed": "已签发。",
    "delivery_declined": "已登记，不送出。",
    "delivery_sent": "已送出，等待对方回执。",
    "delivery_prepared": "已重新准备，请服贸司统计负责人签发。",
    "release_prepared": "已开始制表和核查。",
    "release_approved": "已签发。",
    "release_withdrawn": "已撤回，可以重新制表。",
    "release_scheduled": "已设定发布日期。",
    "request_registered": "申请已登记。",
    "request_granted": "已授权。",
    "request_refused": "已答复不予共享。",
    "sharing_ended": "授权已终止，不再据此提供。",
    "objection_registered": "校核意见已登记。",
    "objection_answered": "已答复。",
    "unit_placed": "已确定单位现属区划，其报表随之转办。",
    "case_decided": "处理意见已提交。",
    "duplicate_settled": "已作出认定，有关部门将看到各自报表的结果。",
    "collection_decided": "决定已记录，所定报告期可以填报。",
    **STANDING_DONE,
}
"""What a page says after a redirect, by the code in its address."""


def register(app: Flask) -> None:
    """Give every template of `app` the frame."""

    def frame() -> dict[str, object]:
        account = guard.find_account()
        return {
            "account": account,
            "unread": _unread(account),
            "nav": navigation(account),
            "csrf_token": lambda: guard.session().csrf,
            "done_message": DONE.get(request.args.get("done", ""), ""),
        }

    app.context_processor(frame)


def _unread(account: Account | None) -> int:
    """Return how many notices wait; 0 where nobody is signed in, or the sign-in has just ended."""
    if account is None:
        return 0
    try:
        return bell.unread(guard.deps(), guard.session().id, guard.token())
    except TongbaoError:
        return 0
