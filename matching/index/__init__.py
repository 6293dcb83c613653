"""All known names in memory, and which of them may be the one asked for."""
