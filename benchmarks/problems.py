"""What can make a measurement worthless: it ends then, and no number is written."""


class BenchmarkFailed(Exception):
    """The measurement could not be made."""
