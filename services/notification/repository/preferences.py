"""What people prefer: one document per account, category keys and choices in clear."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo.database import Database

from services.notification.model.occasions import MailChoice
from services.notification.model.preferences import Preferences
from services.notification.repository.untouched import save_or_make
from shared.mongo.aggregates import Aggregates
from shared.mongo.client import Document

COLLECTION = "preferences"


@dataclass(frozen=True)
class MongoPreferences:
    """The preferences of one database; `ports.PreferencesOf`."""

    database: Database[Document]

    def get(self, account_id: str) -> Preferences:
        """Return the preferences of an account; those of nobody in particular where nothing is stored."""
        found = Aggregates(self.database[COLLECTION]).find_one({"_id": account_id})
        return Preferences(account_id) if found is None else _preferences(found)

    def save(self, preferences: Preferences) -> Preferences:
        """Store the next version. Raises `StaleVersion`."""
        fields = {"choices": {category: choice.value for category, choice in preferences.choices.items()}}
        rows = self.database[COLLECTION]
        return _preferences(save_or_make(rows, preferences.account_id, preferences.version, fields, None))


def _preferences(document: Document) -> Preferences:
    chosen = document.get("choices", {})
    return Preferences(
        account_id=document["_id"],
        version=document["v"],
        choices={category: MailChoice(choice) for category, choice in chosen.items()},
    )
