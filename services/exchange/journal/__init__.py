"""The journal of what crosses the border: its entries, their chains, the daily anchors, the container that goes out. Pure.

`docs/how-to/verify-the-journal.md` writes down the serialisation for readers who have only that.
"""
