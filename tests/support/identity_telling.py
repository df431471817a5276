"""What identity owes somebody to tell, as the stores of the tests keep it: mails apart from news."""

from __future__ import annotations

from collections.abc import Iterable

from services.identity.model.mails import Due, MailDue, NewsDue


class Telling:
    """A store that keeps the mails and the news of its writes."""

    def __init__(self) -> None:
        self.mails: list[MailDue] = []
        self.news: list[NewsDue] = []

    def tell(self, due: Iterable[Due]) -> None:
        for each in due:
            if isinstance(each, MailDue):
                self.mails.append(each)
            else:
                self.news.append(each)
