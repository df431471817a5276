"""Filing over the embedded servers."""

from tests.support.filing_site import filing_site

__all__ = ["filing_site"]
