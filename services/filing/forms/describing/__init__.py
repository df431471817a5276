"""Forms in words: places, formulas, rules and findings as a screen or a page for the public says them, in Chinese."""
