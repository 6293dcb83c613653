"""How right the suggestions are, on names whose answers are known."""
