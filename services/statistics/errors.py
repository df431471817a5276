"""Errors of statistics, beyond the shared ones."""
