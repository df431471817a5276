"""Fixtures of notification on the embedded servers."""

from tests.support.notification_site import box, identity, office, site

__all__ = ["box", "identity", "office", "site"]
