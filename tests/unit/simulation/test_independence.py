"""The truth would be worth nothing if it called the code that it judges."""

import ast
from collections.abc import Iterator
from pathlib import Path

import simulation

FOLDER = Path(simulation.__file__).parent
ALLOWED = {"register.events", "register.ids", "register.legal_forms", "register.properties", "register.status"}
TO_WRITE_BYTES = {"simulation.py", "sending.py"}  # they encode and send what was generated, and judge nothing


def test_the_simulator_imports_of_the_register_only_its_words() -> None:
    found = {(path.name, name) for path in FOLDER.glob("*.py") for name in _imports(path)}

    assert {(file, name) for file, name in found if name.startswith("register") and name not in ALLOWED} == set()
    assert {file for file, name in found if name.startswith("schemas")} <= TO_WRITE_BYTES
    assert {name for _, name in found if name.startswith(("streams", "consumers", "operations", "portal"))} == set()


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
