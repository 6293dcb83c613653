"""Makes text from outside safe to show: it never acts on a terminal or a log.

The one place that knows which characters do so. Tables, errors, progress, logs and JSON all come here.
"""

import json
import re
from datetime import date
from typing import Final

import orjson

# Unicode 16, UAX #9: embeddings, overrides and isolates reach beyond the text that holds them.
_BIDI: Final = "\u202a-\u202e\u2066-\u2069"
_BREAKS: Final = "\u2028\u2029"  # lines and paragraphs end there for some terminals and editors
_SURROGATES: Final = "\ud800-\udfff"  # bytes that were no UTF-8, as Python keeps them: nothing can write them
# Text that nobody sees: blanks without width (but not the joiners of Persian and of emoji), byte order marks,
# interlinear annotation, tag characters, and variation selectors beyond the 16 usual ones.
_HIDDEN: Final = "\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef"

_ACTS: Final = re.compile(f"[\\x00-\\x1f\\x7f-\\x9f{_BIDI}{_BREAKS}{_SURROGATES}{_HIDDEN}]")
_ESCAPED_IN_JSON: Final = re.compile(f"[\\x7f-\\x9f\\u200e\\u200f\\u061c{_BIDI}{_BREAKS}{_SURROGATES}{_HIDDEN}]")
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_PICTURES: Final = 0x2400  # U+2400 to U+241F picture the controls U+0000 to U+001F
_DELETE: Final = 0x7F
_DELETE_PICTURE: Final = "\u2421"
_FIRST_STRONG_ISOLATE: Final = "\u2068"
_END_OF_ISOLATE: Final = "\u2069"


def shown(text: object) -> str:
    r"""Write a text safely on one line: control characters become pictures or escapes.

    >>> shown("a\x1b[2J\nb"), shown("\x9b31m"), shown("Noor \u202eCLL"), shown("شركة")
    ('a␛[2J␊b', '\\x9b31m', 'Noor \\u202eCLL', 'شركة')
    """
    return _ACTS.sub(_pictured, str(text))


def shown_lines(text: str) -> str:
    """Write a text of several lines: each is safe, and the line feeds between them stay."""
    return "\n".join(shown(line) for line in text.split("\n"))


def isolated(text: str) -> str:
    """Isolate a right-to-left text, so that it does not reorder its neighbours; for one line of a bidi terminal.

    Blanks around it stay outside, so that columns keep their place.
    """
    if _RIGHT_TO_LEFT.search(text) is None:
        return text
    kept = text.strip(" ")
    left = len(text) - len(text.lstrip(" "))
    return f"{text[:left]}{_FIRST_STRONG_ISOLATE}{kept}{_END_OF_ISOLATE}{text[left + len(kept) :]}"


def as_json(document: object, *, indent: bool = False) -> str:
    r"""Write a JSON document. Arabic stays as it is; what acts on a terminal becomes \u escapes, which mean the same.

    A text that is no Unicode (a file name in another encoding) keeps its bytes as Python does: "\udce9".
    """
    options = orjson.OPT_NON_STR_KEYS | (orjson.OPT_INDENT_2 if indent else 0)
    try:
        written = orjson.dumps(document, option=options, default=str).decode()
    except TypeError:  # lone surrogates, or a number of more than 64 bits: orjson writes neither
        written = json.dumps(document, ensure_ascii=False, indent=2 if indent else None, default=_plain)
    return _ESCAPED_IN_JSON.sub(_escaped_in_json, written)


def _pictured(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(_PICTURES + code)
    if code == _DELETE:
        return _DELETE_PICTURE
    return _escape(code)


def _escape(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _escaped_in_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
