"""Integration tests run against the embedded servers."""

from tests.support.registration_site import shared_site
from tests.support.rights_filing import filing_ground
from tests.support.rights_registration import ground

__all__ = ["filing_ground", "ground", "shared_site"]
