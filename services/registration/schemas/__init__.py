"""The wire of registration: what comes in (strict) and what goes out."""
