"""What a person wants to be mailed, per category; the inbox in the portal gets everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.notification.model.occasions import MailChoice, Occasion


@dataclass(frozen=True)
class Preferences:
    """The choices of one account; a category without one goes by the table of occasions."""

    account_id: str
    version: int = 1
    choices: Mapping[str, MailChoice] = field(default_factory=dict)

    def delivery_of(self, occasion: Occasion) -> MailChoice:
        """Return when a notice of the occasion is mailed; a mandatory one can't be put off or switched off."""
        if not occasion.has_mail:
            return MailChoice.NONE
        if occasion.is_mandatory:
            return MailChoice.AT_ONCE
        return self.choices.get(occasion.category, occasion.mail)
