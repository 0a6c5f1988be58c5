"""Settings, URLconfs and server entry points."""
