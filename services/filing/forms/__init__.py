"""The pure heart of filing: the forms of an edition as data, how answers are read, computed and checked.

Nothing here knows a server, a framework or a clock; the only input is the data files of an edition, read at load.
"""
