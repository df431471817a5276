"""The three-way comparison with the 名录库, pure: what the directory says, what this system says, and what that means.

`plain` makes texts comparable, `coded` values of code lists, `fields` says which fields there are and how each is
compared, `comparison` gives the outcome of every field, `proposals` what it amounts to (新增, 变更, 注销, …).
"""
