"""Lengths of time and sizes, written for a person."""

from typing import Final

_UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB")


def size(count: float) -> str:
    """Write a number of bytes for a person.

    >>> size(512), size(3 * 1024**3)
    ('512 bytes', '3.0 GiB')
    """
    for unit in _UNITS[:-1]:
        if count < 1024:
            return f"{count:,.0f} {unit}" if unit == _UNITS[0] else f"{count:,.1f} {unit}"
        count /= 1024
    return f"{count:,.1f} {_UNITS[-1]}"


def span(seconds: float) -> str:
    """Write a length of time for a person.

    >>> span(0.25), span(90), span(7200), span(200_000)
    ('0.2 s', '90 s', '2.0 hours', '2.3 days')
    """
    if seconds < 120:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < 2 * 86_400:
        return f"{seconds / 60:.0f} minutes" if seconds < 7_200 else f"{seconds / 3_600:.1f} hours"
    return f"{seconds / 86_400:.1f} days"
