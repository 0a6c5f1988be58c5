"""The style page in a real browser: accessible in both themes and languages, nothing cut or fetched."""
