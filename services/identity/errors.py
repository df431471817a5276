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
