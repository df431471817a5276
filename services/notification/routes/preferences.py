"""What one wants to be mailed."""

from __future__ import annotations

from services.notification.model.occasions import MailChoice
from services.notification.model.preferences import Preferences
from services.notification.operations.preferences import read_preferences, set_preferences
from services.notification.policy import Permission
from services.notification.routes.context import deps
from services.notification.schemas.incoming import PreferencesIn
from services.notification.schemas.outgoing import Body, PreferencesOut, preferences_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, reading_call
from shared.web.preconditions import changing, etag

bp = Blueprint("preferences", __name__, url_prefix="/preferences", description="通知设置")

Answer = tuple[Body, int, dict[str, str]]


@bp.get("")
@needs(Permission.PREFERENCES)
@bp.response(200, PreferencesOut)
def read() -> Answer:
    """Read one's preferences."""
    return _answer(read_preferences(deps(), reading_call()))


@bp.put("")
@needs(Permission.PREFERENCES)
@changing
@bp.arguments(PreferencesIn)
@bp.response(200, PreferencesOut)
def change(data: dict[str, list[dict[str, object]]]) -> Answer:
    """Set the choices that are named; mandatory notices are mailed at once whatever is chosen."""
    choices = {str(each["category"]): MailChoice(str(each["mail"])) for each in data["choices"]}
    return _answer(set_preferences(deps(), changing_call(), choices))


def _answer(preferences: Preferences) -> Answer:
    body = preferences_body(preferences, deps().occasions, deps().rhythm.digest_hour)
    return body, 200, {"ETag": etag(preferences.version)}
