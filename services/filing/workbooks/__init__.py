"""Workbooks of the forms: templates, reading, long lists in batches, marked copies and exports.

Bytes and streams in and out, on the pure heart `forms`; no server, no clock, and nothing of a unit in a temporary file.
"""
