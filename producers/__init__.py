"""Publishes registration events: the library of a publisher, and a feed per registry."""
