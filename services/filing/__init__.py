"""Owns the forms of an edition, drafts, filings and their versions, checks, receipts and the review of filings."""
