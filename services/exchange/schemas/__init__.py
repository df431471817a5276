"""The wire of the exchange: what comes in (strict) and what goes out."""
