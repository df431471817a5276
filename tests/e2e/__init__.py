"""The portal in a browser, over the whole system."""
