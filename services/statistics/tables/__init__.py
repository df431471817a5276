"""Tables as data, pure: dimensions with their hierarchies, measures, definitions in files, and the arithmetic of a table.

It knows dated code lists and no store, clock or network. What a definition may say stands in `definitions`; `loading` reads
them and names the place of every fault.
"""
