"""Requests that schemathesis makes from the descriptions of the interfaces: `python -m tests.fuzz`."""
