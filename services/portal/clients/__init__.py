"""Typed HTTP clients of the other services. Changes are never repeated by themselves: a timeout is not a no."""
