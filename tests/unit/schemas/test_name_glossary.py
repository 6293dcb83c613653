"""The glossary of names is whole, and a line that does not fit is named."""

from pathlib import Path
from shutil import copytree

import pytest

from docs.generate.name_frequencies import frequencies
from schemas.facts.name_glossary import FOLDER, FREQUENCIES, MalformedGlossary, name_glossary, read_glossary

GLEIF = Path(__file__).resolve().parents[3] / "producers" / "feeds" / "data" / "gcc_lei.csv"


def _small(line: str) -> str:
    """The file of small words with one section told otherwise: of two the last holds."""
    return f"{(FOLDER / 'small_words.yaml').read_text(encoding='utf-8')}{line}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(copytree(FOLDER, tmp_path / "names"))


def test_every_word_has_words_of_the_other_script() -> None:
    glossary = name_glossary()
    assert len(glossary.meanings) > 1_000
    assert glossary.meanings["بنك"] & glossary.meanings["bank"]
    assert {"", "AE", "BH", "KW", "OM", "QA", "SA"} == set(glossary.legal_forms)


@pytest.mark.slow
def test_the_frequencies_are_those_of_the_names_that_the_file_tells_of() -> None:
    assert (FOLDER / FREQUENCIES).read_text(encoding="utf-8") == frequencies(GLEIF), (
        "run python -m docs.generate.name_frequencies"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("words/places.yaml", "kuwait: kuwaiti", "'kuwaiti' is on the wrong side"),
        ("words/places.yaml", "no: لا", "quote yes, no, on"),
        ("words/places.yaml", "- kuwait", "expected names with values"),
        ("words/places.yaml", "kuwait: [", "places.yaml"),
        ("legal_forms.yaml", "AE: [llc]", "AE: expected classes with their forms"),
        ("legal_forms.yaml", "AE: {LIMITED: llc}", "AE, LIMITED: expected a list of lists"),
        ("small_words.yaml", "fillers: [[the, 7]]", "expected a list of words"),
        ("small_words.yaml", _small("kinds: company"), "kinds: expected a list of words"),
        ("small_words.yaml", _small("home: [kuwait]"), "home: expected jurisdictions with the meanings that name them"),
        ("small_words.yaml", _small("numbers: {2: second}"), "numbers, 2: expected a list of words"),
        ("likelihood.yaml", "intercept: -8", "expected an intercept and counts of explained, proof"),
        ("likelihood.yaml", "intercept: much\ncounts: {}", "expected an intercept and counts of explained, proof"),
    ],
)
def test_a_line_that_does_not_fit_is_named(folder: Path, file: str, text: str, said: str) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(MalformedGlossary, match=said):
        read_glossary(folder)


def test_a_folder_without_words_is_refused(folder: Path) -> None:
    for path in (folder / "words").glob("*.yaml"):
        path.unlink()
    with pytest.raises(MalformedGlossary, match="no word is described"):
        read_glossary(folder)
