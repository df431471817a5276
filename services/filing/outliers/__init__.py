"""What is unusual in a filing, pure: robust scores beside the unit's own history and the other units of a region.

It knows numbers alone, and no form, store, clock or network.
"""
