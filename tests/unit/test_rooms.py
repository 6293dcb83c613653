"""The table of rooms in docs/explanation/architecture.md is what the imports are."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_TABLE_ROW = re.compile(r"^\| `([a-z]+)/` \| .* \| ([^|]*) \|$", re.MULTILINE)


@cache
def _table() -> dict[str, frozenset[str]]:
    """Which rooms each room may import, from the ground floor up."""
    page = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    rows = _TABLE_ROW.findall(page)
    rooms = {room for room, _ in rows}
    below: list[str] = []
    table = {}
    for room, allowed in rows:
        named = rooms & set(re.findall(r"[a-z]+", allowed))
        table[room] = frozenset(below) if "all of these" in allowed else frozenset(named)
        below.append(room)
    return table


def _imported(room: str) -> dict[str, str]:
    """The rooms that a room imports, each with one place where it does."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            elif isinstance(node, ast.Import):
                modules = [name.name for name in node.names]
            else:
                continue
            for module in modules:
                top = module.split(".")[0]
                if top != room and top in _table():
                    found.setdefault(top, f"{file.relative_to(ROOT)}:{node.lineno}")
    return found


def test_every_package_of_the_wheel_is_a_room_of_the_table() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert list(_table()) == project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(_table()) == set(project["tool"]["importlinter"]["root_packages"])


@pytest.mark.parametrize("room", _table())
def test_a_room_imports_what_the_table_allows_and_no_more(room: str) -> None:
    wrong = {other: where for other, where in _imported(room).items() if other not in _table()[room]}
    assert not wrong, f"{room} may import {sorted(_table()[room])}"


@pytest.mark.parametrize("room", _table())
def test_a_room_is_allowed_only_rooms_above_it_in_the_table(room: str) -> None:
    order = list(_table())
    assert all(order.index(other) < order.index(room) for other in _table()[room])


@pytest.mark.slow
def test_every_module_says_in_its_first_lines_why_it_exists() -> None:
    for room in _table():
        for file in sorted((ROOT / room).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            assert not text or ast.get_docstring(ast.parse(text)), file


def test_the_pure_room_handles_no_bytes() -> None:
    for file in sorted((ROOT / "register").rglob("*.py")):
        names = {
            node.id for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)
        }
        assert not names & {"bytes", "bytearray", "memoryview"}, file
