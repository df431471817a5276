"""Named jobs that run at set moments, one run per moment however many workers there are, with their status kept."""
