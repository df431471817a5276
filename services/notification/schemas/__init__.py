"""The wire of notification: what comes in (strict) and what goes out."""
