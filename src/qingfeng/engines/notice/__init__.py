"""Reads a notice and drafts the plan it asks for: every finding tied to the words it came from."""
