"""One name per thing: no two modules of the rooms define a public class or alias of the same name."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_CLASS_OR_ALIAS = re.compile(r"[A-Z]\w*[a-z]\w*")  # constants are all capitals


def _rooms() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages: list[str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return packages


def _defined(module: ast.Module) -> Iterator[str]:
    """Name what a module defines at its top: classes, and what is assigned."""
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


@pytest.mark.slow
def test_no_two_modules_define_a_class_or_an_alias_of_the_same_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for room in _rooms():
        for file in sorted((ROOT / room).rglob("*.py")):
            for name in _defined(ast.parse(file.read_text(encoding="utf-8"))):
                if _CLASS_OR_ALIAS.fullmatch(name):
                    places[name].append(str(file.relative_to(ROOT)))
    assert len(places) > 300, "the rooms were not read"
    assert not {name: files for name, files in places.items() if len(files) > 1}


def test_a_name_defined_twice_in_two_ways_is_seen() -> None:
    module = ast.parse("class Pair: ...\nKnown = dict[str, int]\nHeld: TypeAlias = bytes\nMOST = 5\ndef pair(): ...\n")
    found = [name for name in _defined(module) if _CLASS_OR_ALIAS.fullmatch(name)]
    assert found == ["Pair", "Known", "Held"]
