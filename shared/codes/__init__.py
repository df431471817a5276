"""Code systems of the survey: how a code is read and checked, and the dated lists behind it.

May live here: pure functions and read-only tables about official codes and numbers. Nothing here knows a service,
a clock or a request; a caller passes the date.

`lists` is the door to all dated lists (their names: `schemes`); `classes` and `industries` say more about two of them;
`divisions`, `countries` and `registration_types` are older doors of their own.
"""
