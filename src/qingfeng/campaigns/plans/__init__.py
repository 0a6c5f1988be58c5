"""The plan file: read, checked, compared and written as plain data, without a database."""
