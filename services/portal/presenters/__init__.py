"""Plain view-models from the services' answers. No HTML, no HTTP, no rules."""
