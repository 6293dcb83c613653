"""The only code that reads and writes the bytes of the contract."""
