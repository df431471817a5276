"""Measurements beside plain ways and peers, as ratios: `make bench`. Not collected by pytest."""
