"""Errors of identity, beyond the shared ones."""

from __future__ import annotations

from shared.errors import Conflict, NotAllowed, NotAuthenticated, TooManyRequests


class WrongCredentials(NotAuthenticated):
    """User name and password do not belong together; the same for a name that nobody has, or a disabled account."""

    code = "wrong_credentials"
    message = "用户名或密码不正确。"


class TooManyAttempts(TooManyRequests):
    """Too many attempts on one account or from one address."""

    code = "too_many_attempts"
    message = "尝试次数过多，请稍后再试。"


class SessionOver(NotAuthenticated):
    """The refresh token is unknown, spent or too old."""

    code = "session_over"
    message = "登录已失效，请重新登录。"


class AlreadyRefreshed(Conflict):
    """Another request has just renewed this session; the caller uses what that one got."""

    code = "already_refreshed"
    message = "登录刚刚已被另一请求更新。"


class UsernameTaken(Conflict):
    """Another account has this user name."""

    code = "username_taken"
    message = "该用户名已被使用。"


class UnitHasAccount(Conflict):
    """Another sign-up of the same unit was activated first."""

    code = "unit_has_account"
    message = "该单位已开通账户，请直接登录。"


class PrincipalTaken(Conflict):
    """Somebody else answers for the unit."""

    code = "principal_taken"
    message = "该单位已有主账户负责人。"


class LastAdministrator(Conflict):
    """Without this person nobody could keep the accounts."""

    code = "last_administrator"
    message = "这是最后一名可用的系统管理员，不能停用或终止。"


class InvitationOver(Conflict):
    """The invitation was answered, taken back, or is too old; or who offered the place has it no longer."""

    code = "invitation_over"
    message = "该邀请已失效，请对方重新邀请。"


class TooManyInvitations(Conflict):
    """The unit has as many open invitations as it may have."""

    code = "too_many_invitations"
    message = "未答复的邀请过多，请先撤回不需要的邀请。"


class RecoveryOpen(Conflict):
    """A recovery of this unit waits for a second person or for an answer."""

    code = "recovery_open"
    message = "该单位已有一件尚未办结的负责人变更。"


class NothingInForce(NotAllowed):
    """The person may do nothing today: no grant is in force."""

    code = "nothing_in_force"
    message = "您目前没有生效的权限，请联系授权单位。"


class BootstrapDone(Conflict):
    """The first administrator exists already."""

    code = "bootstrap_done"
    message = "首个管理员账户已建立。"


class ChangedMeanwhile(Conflict):
    """Two requests worked on the same thing at once; this one did nothing and may be repeated."""

    code = "changed_meanwhile"
    message = "另一请求正在处理，请重试。"


class ClientExists(Conflict):
    """Another client has this id."""

    code = "client_exists"
    message = "该客户端编号已被使用。"


class CodeUnusable(NotAuthenticated):
    """An authorization code is unknown, over, used before, or another client's."""

    code = "code_unusable"
    message = "登录码已失效，请重新登录。"


class WrongFactor(NotAuthenticated):
    """The code of the second factor is not the right one, or was used before."""

    code = "wrong_factor"
    message = "验证码不正确或已使用过。"


class FactorExists(Conflict):
    """The account has a second factor already."""

    code = "factor_exists"
    message = "已启用第二重验证，如需更换请先停用。"


class FactorMissing(Conflict):
    """The account has no second factor, or none is being set up."""

    code = "factor_missing"
    message = "尚未设置第二重验证。"


class FactorRequired(Conflict):
    """Whoever acts in this role can't do without a second factor."""

    code = "factor_required"
    message = "您的岗位必须使用第二重验证，不能停用。"
