"""All queries of identity, and what is sealed in its documents."""
