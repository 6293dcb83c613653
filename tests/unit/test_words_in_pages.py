"""The pages obey the rules on words: at most 20 words a sentence, and one meaning a word."""

import re
from pathlib import Path

import pytest

from docs.generate.pages import PAGES as GENERATED
from tests.unit.markdown_sentences import A_STATE_FOR_A_COUNTRY, sentences

ROOT = Path(__file__).resolve().parents[2]
MOST_WORDS = 20
MEASURED = ("benchmarks.md", "fault-report.md")  # written by `make bench` and `make faults`
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(
        page
        for page in sorted((ROOT / "docs").rglob("*.md"))
        if page.parent.name != "reference" or page.name not in {*GENERATED, *MEASURED}
    ),
]
# What a word must not mean here, and what to say for it. A state is what a processor stores.
WRONG = {
    re.compile(pattern, re.IGNORECASE): instead
    for pattern, instead in {
        **A_STATE_FOR_A_COUNTRY,
        r"\bcountr(?:y|ies)\b": "jurisdiction, or member state",
        r"\b(?:tell|tells|told) of\b": "say what it is, names, shows",
        r"\b(?:hear|hears|heard) of\b": "gets a notice of, learns of",
        r"\bbef[ae]ll?s?\b": "happens to",
        r"\bdup(?:e|es|ed)\b": "duplicate, or same company",
        r"\bjunk\b": "dead letter",
        r"\bmaster ids?\b": "canonical id",
    }.items()
}


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _faults(page: Path) -> list[str]:
    """Name each sentence that breaks a rule, with its page and line."""
    found = []
    text = page.read_text(encoding="utf-8")
    for one in sentences(_without_the_words_not_used(text) if page.name == "glossary.md" else text):
        where = f"{_name(page)}:{one.line}"
        if one.words > MOST_WORDS:
            found.append(f"{where}: {one.words} words: {one.text}")
        found.extend(
            f"{where}: “{wrong[0]}” for {instead}: {one.text}"
            for pattern, instead in WRONG.items()
            if (wrong := pattern.search(one.text))
        )
    return found


def _without_the_words_not_used(glossary: str) -> str:
    """Cut the last column of the glossary's table: it lists the words that mean something else."""
    return re.sub(r"\|[^|\n]*\|$", "|", glossary, flags=re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_a_page_has_short_sentences_and_one_meaning_a_word(page: Path) -> None:
    assert not (faults := _faults(page)), "\n".join(["", *faults])


@pytest.mark.parametrize(
    "text",
    [
        "The six states share it.",
        "one topic per state",
        "It publishes to the one topic of its state.",
        "Each reads a state's registry.",
        "companies of other states",
        "the country of formation",
        "A case tells of a link.",
    ],
)
def test_a_word_with_the_wrong_meaning_is_found(text: str) -> None:
    assert any(pattern.search(text) for pattern in WRONG)


@pytest.mark.parametrize(
    "text",
    [
        "The six member states share it.",
        "A registration states its home.",
        "The state topic is compacted.",
        "The task restores its state from the topic.",
        "A task has one state for each partition.",
        "What each member state's registry states is kept.",
    ],
)
def test_a_word_with_its_own_meaning_passes(text: str) -> None:
    assert not any(pattern.search(text) for pattern in WRONG)


def test_sentences_are_read_from_paragraphs_lists_and_tables_and_never_from_code() -> None:
    page = """# A title
One `code span of many words` here. Two
goes on; see [a link](to/a place).

```
not this. Nor this.
```
- An item ends here
  or here. **Bold.** Then more

| a cell. Another | `x` |
|---|---|
1. last e.g. this
"""
    assert [(one.line, one.text, one.words) for one in sentences(page)] == [
        (1, "A title", 2),
        (2, "One Code here.", 3),
        (2, "Two goes on; see a link.", 6),
        (8, "An item ends here or here.", 6),
        (8, "Bold.", 1),
        (8, "Then more", 2),
        (11, "a cell.", 2),
        (11, "Another", 1),
        (11, "Code", 1),
        (13, "last e.g. this", 3),
    ]
