"""Disclosure control, pure: tables and thresholds in; verdicts, patterns and evidence out.

It knows no store, no network and no service, and needs a solver of linear programs beside the standard library. What a
table is stands in `tables`, who is unsafe and by how much in `rules`; `suppression` makes patterns, `audit` attacks them,
and neither of the two imports the other.
"""
