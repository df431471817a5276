"""The suppressor: which cells to hide beside the unsafe ones, so that these are protected at the least loss."""
