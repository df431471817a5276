"""What registration is about: no input or output."""
