"""A unit opens its own account: details first, then the code that came by mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.operations import visits
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, open_page
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, NotAuthenticated, NotFound, TooManyRequests
from shared.identity.actor import ROLE_LABELS, Role

bp = Blueprint("signup", __name__)

DETAILS = {
    "role": "单位类型",
    "credit_code": "统一社会信用代码",
    "unit_name": "单位详细名称",
    "division": "单位注册地",
    "contact_person": "联系人",
    "email": "电子邮箱",
    "phone": "电话",
}
KINDS = (
    (
        Role.OPERATOR,
        "运营用于发布服务项目发包和接包信息并撮合交易的线上平台；须先注册平台，再报送平台基本情况。",
    ),
    (Role.ENTERPRISE, "承接服务外包业务的企业；填报企业基本信息、合同、执行、人员和认证情况。"),
    (Role.TRAINING_INSTITUTION, "开展服务外包人员培训的机构；填报人员培训情况。"),
)
"""What a unit signs up as, and what that means; one that is several adds the others later."""

WRONG_CODE = "激活码不正确或已失效，请核对邮件；多次输错后需要重新申请。"


@bp.get("/sign-up")
@open_page("a unit without an account opens one here")
def show() -> str:
    """Show the form for a unit's details."""
    return _page({}, ())


@bp.post("/sign-up")
@open_page("a unit without an account opens one here")
def start() -> tuple[str, int] | Response:
    """Ask for an activation code."""
    values = {name: request.form.get(name, "").strip() for name in DETAILS}
    missing = tuple(
        ErrorLink(name, f"请{'选择' if name == 'role' else '填写'}{label}。")
        for name, label in DETAILS.items()
        if not values[name]
    )
    if missing:
        return _page(values, missing), 422
    try:
        guard.use(visits.Visit(visits.start_signup(deps(), guard.session(), values, guard.address())))
    except (Invalid, TooManyRequests) as error:
        errors = messages_of(error, DETAILS, "credit_code")
        return _page(values, errors), 422
    return redirect(url_for("signup.code"), 303)


@bp.get("/signups/<id:signup_id>")
@open_page("the link in the mail with the code leads here")
def resume(signup_id: str) -> Response:
    """Go on with a sign-up in this browser."""
    guard.use(visits.Visit(visits.resume_signup(deps(), guard.session(), signup_id)))
    return redirect(url_for("signup.code"))


@bp.get("/sign-up/activation")
@open_page("a unit without an account opens one here")
def code() -> str | Response:
    """Show the form for the code and the password."""
    pending = guard.session().pending
    if visits.SIGNUP not in pending:
        return redirect(url_for("signup.show"))
    return render_template("activation.html", email=pending.get(visits.SIGNUP_EMAIL, ""), errors=())


@bp.post("/sign-up/activation")
@open_page("a unit without an account opens one here")
def activate() -> tuple[str, int] | Response:
    """Open the account."""
    email = guard.session().pending.get(visits.SIGNUP_EMAIL, "")
    password = request.form.get("password", "")
    entered = "".join(request.form.get("code", "").split())
    errors: tuple[ErrorLink, ...]
    if password != request.form.get("repeated", ""):
        errors = (ErrorLink("repeated", "两次输入的密码不一致。"),)
        return render_template("activation.html", email=email, code=entered, errors=errors), 422
    try:
        visits.activate(deps(), guard.session(), entered, password, guard.address())
    except (NotAuthenticated, NotFound, Conflict):
        errors = (ErrorLink("code", WRONG_CODE),)
        return render_template("activation.html", email=email, errors=errors), 422
    except (Invalid, TooManyRequests) as error:
        errors = messages_of(error, {"code": "激活码", "password": "密码"}, "code")
        kept = "" if any(link.anchor == "code" for link in errors) else entered
        return render_template("activation.html", email=email, code=kept, errors=errors), 422
    return redirect(url_for("sign_in.show", done="activated"), 303)


def _page(values: Mapping[str, str], errors: Sequence[ErrorLink]) -> str:
    kinds = [(role.value, ROLE_LABELS[role], meaning) for role, meaning in KINDS]
    return render_template("sign_up.html", values=values, errors=errors, kinds=kinds)
