"""What every ledger shares: access, workflow, commands, clock, numbering, exchange, pages, errors."""
