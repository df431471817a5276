"""A set of tables as a package for another department: data files, catalogue metadata, a signed manifest. Pure.

The same set for the same receiver gives the same bytes, so that a digest stands for what was signed off, whenever it is made.
"""
