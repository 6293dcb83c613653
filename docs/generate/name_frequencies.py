"""`python -m docs.generate.name_frequencies FILE`: count the words of real names into schemas/names/frequencies.yaml.

FILE has a column legal_name; the one that counts is producers/feeds/data/gcc_lei.csv (GLEIF, published free of charge).
A list of seventy names does not say that `trading` is a common word; seven thousand do.
"""

import csv
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import yaml

from matching.names.name_parser import NameReader
from schemas.facts.name_glossary import FOLDER, FREQUENCIES, name_glossary

FEWEST: Final = 12  # names: a word in fewer is not common, and stays out of the file
_NOTE: Final = "# In how many of the names of GLEIF's list of the GCC a word or a meaning stands. Written by\n"
_HOW: Final = "# `python -m docs.generate.name_frequencies producers/feeds/data/gcc_lei.csv`; not edited by hand.\n"


def frequencies(file: Path) -> str:
    """Count, and give the text of the file of frequencies."""
    reader, found, names = NameReader(name_glossary()), Counter[str](), 0
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            found.update({one for word in reader.read(row["legal_name"]).words for one in word.meanings})
            names += 1
    words = {word: count for word, count in sorted(found.items()) if count >= FEWEST}
    return f"{_NOTE}{_HOW}{yaml.safe_dump({'names': names, 'words': words}, allow_unicode=True)}"


if __name__ == "__main__":
    (FOLDER / FREQUENCIES).write_text(frequencies(Path(sys.argv[1])), encoding="utf-8")
