"""All queries of filing, and what of each document is sealed."""
