"""Logs of released versions, kept for ever: what was published once gives the same register in every later version."""
