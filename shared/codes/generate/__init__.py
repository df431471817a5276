"""Makes the lists under `shared/codes/data` from published packages; run by `make codes`, never by a service.

A list that people write stands in `written`; a new version of one is a new table there with a later first day, and a new
list needs its name in `shared.codes.schemes`. Every list has its row in docs/licences.md.
"""
