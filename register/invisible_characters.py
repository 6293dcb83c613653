"""Remove the invisible characters of a text: marks of direction, joiners, tags and fillers.

They come with a text that was copied from a page or a form. They change no meaning and make two equal texts unequal.
"""

import re
from typing import Final

_MARKS: Final = (
    "\u00ad\u034f\u061c"  # soft hyphen, grapheme joiner, Arabic letter mark
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0"  # fillers of Hangul, Khmer and Mongolian, empty Braille
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero width, direction, embedding, isolates, operators
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb"  # variation selectors, byte order mark, annotation
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # shorthand, music, tags, selectors
)
_JOINERS: Final = "\u200c\u200d"
_ARABIC: Final = "[\u0620-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"
_ANY: Final = re.compile(f"[{_MARKS}{_JOINERS}]")
_ALWAYS: Final = re.compile(f"[{_MARKS}]")
_LOOSE_JOINERS: Final = re.compile(f"(?<!{_ARABIC})[{_JOINERS}]|[{_JOINERS}](?!{_ARABIC})")


def without_invisible(text: str) -> str:
    """Take the invisible characters out of a text. A joiner between two Arabic letters stays: Persian spells with it.

    >>> without_invisible("\\ufeffNOOR\\u200f DATA\\u00ad"), without_invisible("می\\u200cخواهم") == "می\\u200cخواهم"
    ('NOOR DATA', True)
    """
    if text.isascii() or _ANY.search(text) is None:
        return text
    return _LOOSE_JOINERS.sub("", _ALWAYS.sub("", text))
