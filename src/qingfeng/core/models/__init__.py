"""Models of core: see each module."""
