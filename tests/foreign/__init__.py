"""The other side of the border as a stranger would write it: from the documents in `docs/contracts`, with none of our code."""
