"""A simulated country: what filing would tell statistics of a month or a year, made up from a seed.

Codes come from the library's lists, national totals from the ministry's published figures; every firm, contract and amount is
invented. Names of its firms begin with `MARK`, and a system that shows it marks its tables as samples.
"""
