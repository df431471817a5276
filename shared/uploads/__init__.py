"""Uploads that can be continued: the protocol tus 1.0.0, and the sealed pieces that have arrived so far."""
