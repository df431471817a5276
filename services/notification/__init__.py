"""Notices to people: their inbox in the portal, mails and daily digests, the wordings of both, what each person wants."""
