"""The attacker: what everybody, and each who contributes, can reckon out of what is published. Knows no suppressor."""
