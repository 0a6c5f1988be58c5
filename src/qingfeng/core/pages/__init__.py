"""The pages every ledger shares: list, record, moves, bulk moves, export, import."""
