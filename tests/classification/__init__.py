"""How well the classification helper finds classes and judges what counts, on cases that were written before it."""
