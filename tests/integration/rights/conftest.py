"""Registration over the embedded servers, for all tests of a module."""

from tests.support.registration_site import shared_site

__all__ = ["shared_site"]
