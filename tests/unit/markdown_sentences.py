"""The sentences of a Markdown page, without its code: what a reader reads as text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OF_STATES = "registr|publisher|law|boundar|topic|court|minist|word|compan"
A_STATE_FOR_A_COUNTRY = {
    r"\b(?:six|five|four|three|two|several|many|other|another|different|gcc|gulf) states?\b": "member state",
    r"\b(?:per|each|every|second|home) state\b": "member state",
    r"\b(?:in|of|for|from|by|to) (?:a|one|its|their|that|which|what|any) state\b(?! topic)": "member state",
    r"\b(?:between|across|among|above|all) (?:the )?states\b": "member states",
    r"(?<!member )\bstates?['’]s? (?:" + _OF_STATES + r")": "member state",
    r"\b(?:its|a|one|the|their) state (?:registr|publisher|law|court|minist)": "member state",
    r"\bstate codes?\b": "code of the member state",
}
"""Where a state is a country, as patterns, each with what to say. A state is what a processor stores."""

_FENCE = re.compile(r"^\s*(```|~~~)")
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+")
_TABLE_RULE = re.compile(r"^\s*\|[\s:|-]+\|\s*$")
_CELL = re.compile(r"(?<!\\)\|")
_INLINE = (
    (re.compile(r"``[^`]+``|`[^`]+`"), "Code"),  # a code span is one word, which may open a sentence
    (re.compile(r"<code[^>]*>.*?</code>"), "Code"),
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"</?[a-z][^>]*>"), ""),
    (re.compile(r"\*\*|(?<!\w)[*_]|[*_](?!\w)"), ""),
)
_END = re.compile(r"(?<=[.!?؟])[)\"»”]*\s+(?=[^a-zà-ÿ\s])")  # a small letter after a full stop: an abbreviation
_WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the line on which its paragraph, list item or table row begins."""

    line: int
    text: str

    @property
    def words(self) -> int:
        """Count the words; a code span, a number and an id are one each."""
        return len(_WORD.findall(self.text))


def sentences(markdown: str) -> Iterator[Sentence]:
    """Read the sentences of paragraphs, list items, headings and table cells, in order."""
    for line, block in _blocks(markdown):
        for found, put in _INLINE:
            block = found.sub(put, block)
        for text in _END.split(block):
            if _WORD.search(text):
                yield Sentence(line, " ".join(text.split()))


def _blocks(markdown: str) -> Iterator[tuple[int, str]]:
    """Give each piece of text that stands on its own, with its first line."""
    fenced, start, lines = False, 0, list[str]()
    for number, line in enumerate([*markdown.splitlines(), ""], start=1):
        is_fence = bool(_FENCE.match(line))
        alone = is_fence or fenced or not line.strip() or line.lstrip().startswith(("|", "#"))
        if lines and (alone or _LIST_ITEM.match(line)):
            yield start, " ".join(lines)
            lines = []
        if is_fence:
            fenced = not fenced
        elif fenced or not line.strip():
            continue
        elif alone:
            yield from ((number, cell) for cell in _alone(line))
        else:
            start = start if lines else number
            lines.append(_LIST_ITEM.sub("", line.strip()))


def _alone(line: str) -> list[str]:
    """Part a table row into its cells; a heading is one piece."""
    if not line.lstrip().startswith("|"):
        return [line.lstrip("# ")]
    return [] if _TABLE_RULE.match(line) else _CELL.split(line.strip().strip("|"))
