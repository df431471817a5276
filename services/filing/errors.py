"""What can go wrong with filings, beside what every service knows."""

from __future__ import annotations

from shared.errors import Conflict


class AlreadyFiled(Conflict):
    """There is a filing of this form for the unit and period; it is to be continued or corrected."""

    code = "already_filed"
    message = "本期此表已建立，请在原表上继续填写或更正。"


class BasicsMissing(Conflict):
    """The unit's basic information comes first (初次申报合同时)."""

    code = "basics_missing"
    message = "请先填报《服务外包企业基本信息表》（企业1表），再填报合同。"


class ApprovalExpired(Conflict):
    """The approval of the survey has ended, and the ministry did not decide to collect this period under it."""

    code = "approval_expired"
    message = "本制度批准文号的有效期已满，商务部尚未决定继续按此填报该期。"


class NotExpected(Conflict):
    """Units of this type don't file the form."""

    code = "form_not_expected"
    message = "本单位不填报此表。"


class FieldNotOpen(Conflict):
    """The return did not open this part for correction."""

    code = "field_not_open"
    message = "退回时未要求修改此项。"


class UnitUnknown(Conflict):
    """The unit has not told who it is yet."""

    code = "unit_unknown"
    message = "请先登记单位信息。"


class ContractUnknown(Conflict):
    """The unit has no contract of this number and part."""

    code = "contract_unknown"
    message = "本单位没有填报过这个合同号的合同。"


class ContractNumberTaken(Conflict):
    """The unit has another contract of this number and part."""

    code = "contract_number_taken"
    message = "本单位已用这个合同号（和分项号）填报过合同。"


class VoucherOverdrawn(Conflict):
    """The executions on a voucher would be more than its amount."""

    code = "voucher_overdrawn"
    message = "这张银行汇兑凭证上各笔执行金额之和超过了凭证金额。"


class VoucherAmountMissing(Conflict):
    """A voucher settles several executions, and its amount was not told."""

    code = "voucher_amount_missing"
    message = "这张银行汇兑凭证用于多笔执行，请先在凭证登记簿登记凭证金额。"


class VoucherRegistered(Conflict):
    """The voucher is in the register already."""

    code = "voucher_registered"
    message = "这张银行汇兑凭证已在登记簿中。"


class NothingMoves(Conflict):
    """The filing is on no account: it is of another form, or was never submitted."""

    code = "nothing_moves"
    message = "只有已报送的合同和执行才有影响分析。"


class ExecutionsThere(Conflict):
    """The month has executions, so that there is something to report."""

    code = "executions_there"
    message = "本月已填有执行情况，不能零报；请先作废未报送的执行。"


class ExtensionAsked(Conflict):
    """The unit has asked for a later day for this form and period, and waits for the answer."""

    code = "extension_asked"
    message = "本期此表已提出延期申请，请等待商务主管部门答复。"


class ExceptionOver(Conflict):
    """The exception has ended by itself."""

    code = "exception_over"
    message = "此项例外已到期，无需终止。"


class DuplicateUnsettled(Conflict):
    """A filing is returned as a duplicate before the ministry has decided that it is the one to be corrected."""

    code = "duplicate_unsettled"
    message = "此表与另一份报表疑似重复，商务部认定应更正此表之前，不能以重复填报为由退回。"


class FinalTooEarly(Conflict):
    """The period, or a filing of it, can't be settled for good yet; the message names the first day."""

    code = "final_too_early"
    message = "尚未到可以最终审定的日期。"


class PeriodOpen(Conflict):
    """Filings of a period are settled with it; singly only once it has been closed."""

    code = "period_open"
    message = "本期尚未最终审定，报表随本期一并审定。"


class PeriodClosed(Conflict):
    """The ministry has closed the period, which it does once."""

    code = "period_closed"
    message = "本期已经最终审定，不能再次审定，也不能撤销。"


class PreviewChanged(Conflict):
    """What would be left out is no longer what the ministry saw."""

    code = "preview_changed"
    message = "未审定报表的名单已有变动，请重新查看后再审定。"


class ClosingAtWork(Conflict):
    """The closing is being carried out, or its snapshot is being looked at already."""

    code = "closing_at_work"
    message = "本期正在审定或核对中，请稍候。"
