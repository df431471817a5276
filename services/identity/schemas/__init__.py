"""The wire of identity: what comes in (strict) and what goes out."""
