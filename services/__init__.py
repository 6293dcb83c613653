"""What people do, as functions with typed arguments, typed answers and typed problems: for every door alike."""
