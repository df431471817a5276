"""Adapters to the systems outside, first the 名录库: what was sent, what was answered. Owns the delivery ledger."""
