"""Code systems of the survey: how a code is read and checked, and the dated lists behind it.

May live here: pure functions and read-only tables about official codes and numbers. Nothing here knows a service,
a clock or a request; a caller passes the date.
"""
