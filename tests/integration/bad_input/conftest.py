"""Registration over the embedded servers."""

from tests.support.registration_site import site

__all__ = ["site"]
