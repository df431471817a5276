"""Each test has statistics of its own, but where a file opens them once for all of its tests."""

from tests.support.statistics_site import site

__all__ = ["site"]
