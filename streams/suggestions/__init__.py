"""Names that may be one company's: a queue for stewards. Names only suggest; nothing here links or merges."""
