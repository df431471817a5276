"""What the operations need from outside, as protocols; `wiring.py` knows the real ones."""
