"""Plain Python without Django: parsers and calculators that any floor may use."""
