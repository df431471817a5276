"""All queries of registration, and the sealing of what they store."""
