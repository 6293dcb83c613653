"""What commands write: nothing in it acts on a terminal, is markup, or ends the program."""

import ast
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from rich.console import Console

import operations
from operations import output
from tests.unit.runtime.test_safe_text import acts

NASTY: Final = (
    "\x1b[2J\x1b[H\x1b[31mRED ALERT\x1b[0m WLL\x1b]0;owned\x07 Noor \u202eCLL gnidarT\u202c a\u2066b "
    "[bold]Markup[/] [/red] [link=https://x.invalid]click[/link] Line\nBreak\r\n\tTab Nul\x00Byte \x9b31mC1\x85next "
    ":smile: :warning: https://x.invalid 'quoted' 12,5 شركة \udce9 \\[red] \u2028"
)
DOOR: Final = "output.py"
CONSOLES: Final = {"rich", "curses", "colorama"}
PRINTS: Final = {"print", "input", "echo", "secho", "confirm", "prompt", "print_formatted_text"}


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A wide terminal without colours, so that what is left of escapes was let through."""
    seen = io.StringIO()
    for name in ("_screen", "_notes"):
        own = {"soft_wrap": True, "highlight": False, "markup": False, "emoji": False}
        monkeypatch.setattr(output, name, Console(file=seen, force_terminal=True, width=300, color_system=None, **own))  # type: ignore[arg-type]
    return seen


def _say_all(nasty: str) -> None:
    output.say(nasty)
    output.say("name: ", nasty, "  →  ", nasty, bold=True, indent=2)
    output.note(nasty)
    output.complain(nasty, nasty)
    output.table(nasty, ("one", "two"), [(nasty, nasty), ((nasty, nasty), None)])
    output.facts(nasty, {nasty: nasty, "other": (nasty, nasty)}, bold=True)


def test_nothing_that_is_shown_acts_on_the_terminal(terminal: io.StringIO) -> None:
    _say_all(NASTY)

    ours = terminal.getvalue().replace("\n", "").replace("\u2068", "").replace("\u2069", "")
    assert [hex(ord(one)) for one in ours if acts(one)] == []


def test_progress_shows_a_file_name_as_text(terminal: io.StringIO) -> None:
    with output.progress(f"publishing {NASTY}", total=2) as told:
        told(2)
    with output.waiting(NASTY) as tell:
        tell(NASTY + "!")

    shown = terminal.getvalue()
    assert "\x1b[2J" not in shown
    assert "\x1b]0" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize(
    "text", ["KW.MOCI.[red]5", ":smile: :warning:", "[/red] [link=https://x.invalid]x[/link]", "\\[a]"]
)
def test_markup_and_emoji_codes_are_shown_as_they_are_written(terminal: io.StringIO, text: str) -> None:
    _say_all(text)

    assert terminal.getvalue().count(text) == 16


def test_every_letter_of_a_value_is_shown_somewhere(terminal: io.StringIO) -> None:
    output.table("t", ("one",), [("KW.MOCI.[red]5\x1b",)])

    assert "KW.MOCI.[red]5␛" in terminal.getvalue()


def test_a_very_long_name_is_cut_in_a_table_and_whole_on_a_line(terminal: io.StringIO) -> None:
    output.table("t", ("one", "two"), [("id", "ا" * 5_000 + " · Short")])
    in_table = terminal.getvalue()
    output.say("ا" * 5_000)

    assert in_table.count("ا") == output.LONGEST_VALUE - 1
    assert "…" in in_table
    assert re.search(r"Short", in_table)
    assert terminal.getvalue().count("ا") == 5_000 + in_table.count("ا")


def test_marks_stacked_on_a_letter_are_cut_and_arabic_keeps_its_own(terminal: io.StringIO) -> None:
    output.facts("t", {"one": "A" + "\u0301" * 300, "two": "شَرِكَةُ ٱلنُّورِ لِلتِّقْنِيَةِ"})

    assert terminal.getvalue().count("\u0301") == output.MOST_MARKS
    assert "شَرِكَةُ ٱلنُّورِ لِلتِّقْنِيَةِ" in terminal.getvalue()


def test_an_endless_sentence_of_an_error_is_cut(terminal: io.StringIO) -> None:
    output.complain("9" * 100_000)

    assert len(terminal.getvalue()) < output.LONGEST_SENTENCE + 20


def test_arabic_cells_do_not_turn_their_row_round_on_a_terminal(terminal: io.StringIO) -> None:
    output.table("t", ("name", "by"), [("شركة النور 5", 3)], numbers=("by",))

    assert re.search("\u2068شركة النور 5\u2069 +3", terminal.getvalue())


def test_a_file_gets_no_marks_of_direction(capsys: pytest.CaptureFixture[str]) -> None:
    output.table("t", ("name", "by"), [("شركة النور 5", 3)])
    output.say("name: ", "شركة", "  →  ", "نور")

    written = capsys.readouterr().out
    assert "\u2068" not in written
    assert "name: شركة  →  نور" in written


@pytest.mark.parametrize("emit", [output.emit_json, output.emit_json_line])
def test_json_says_the_same_and_acts_on_nothing(
    emit: Callable[[object], None], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    emit({"name": NASTY, "arabic": "شركة"})

    written = capsysbinary.readouterr().out.decode()
    assert json.loads(written) == {"name": NASTY, "arabic": "شركة"}
    assert [one for one in written.replace("\n", "") if acts(one)] == []
    assert "شركة" in written


# Every command goes through the door


def _modules() -> list[Path]:
    folder = Path(operations.__file__).parent
    return [path for path in sorted(folder.rglob("*.py")) if path.name != DOOR]


def _own_ways(tree: ast.AST) -> list[str]:
    """Name what a module could write to a terminal with, past the door."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found += [one.name for one in names if one.name.split(".")[0] in CONSOLES]
            case ast.ImportFrom(module=str(module), names=names) if module.split(".")[0] in CONSOLES:
                found.append(module)
            case ast.ImportFrom(module="operations.output", names=names):
                found += [one.name for one in names if one.name.startswith("_")]
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in PRINTS:
                found.append(name)
            case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" as stream):
                found.append(f"sys.{stream}")
    return found


ALLOWED: Final = {
    "lazy_commands.py": {"sys.stderr"},  # where the lines of libraries go
    "main.py": {"sys.stdout", "sys.stderr"},  # sets how their encoding fails, and flushes
    "help_page.py": {"sys.stdout"},  # writes the list of commands: texts of ours alone
    "reference.py": {"sys.stdout"},  # `make docs`: names files of the checkout
}


@pytest.mark.parametrize("path", _modules(), ids=lambda path: path.name)
def test_no_command_writes_to_the_terminal_past_the_door(path: Path) -> None:
    assert set(_own_ways(ast.parse(path.read_text(encoding="utf-8")))) <= ALLOWED.get(path.name, set())


def test_the_check_finds_what_writes_past_the_door() -> None:
    source = (
        "import rich.console\nfrom rich import print\nfrom operations.output import _screen\n"
        "print('x')\ntyper.echo('x')\nsys.stderr.write('x')\n"
    )

    assert _own_ways(ast.parse(source)) == ["rich.console", "rich", "_screen", "print", "echo", "sys.stderr"]


def test_a_terminal_that_lacks_letters_gets_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    from operations.main import _write_whatever_the_encoding

    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    _write_whatever_the_encoding()
    output.say("شركة")
    sys.stdout.flush()

    assert raw.getvalue() == b"\\u0634\\u0631\\u0643\\u0629\n"
