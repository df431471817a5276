"""The wire of statistics: what comes in (strict) and what goes out."""
