"""Code that several tests share: builders, fakes and fixtures."""
