"""The staff site: layout, home, URL assembly."""
