"""The pages on commands, settings and metrics."""

import inspect
from collections.abc import Iterator
from typing import Any, Final

from operations.lazy_commands import everything
from runtime.metrics import METRICS, Metric
from runtime.settings import METRICS_PORTS, Settings, variable
from services.processes import PORTS

NOTE: Final = "<!-- Written by `make docs` from the code; not edited by hand. -->"

_COMMANDS: Final = """
# Commands

`sijill` is `.venv/bin/sijill` in a checkout, and `docker compose run --rm sijill` in containers. Every command has
`--help`. Exit codes: 0 done, 1 found something wrong, 2 wrong usage. With `--json` the answer is one JSON document on
standard output (`follow`: one a line), and all that is said beside it goes to standard error.

What registries wrote is shown and cannot act on the terminal: a control is a picture (`␛`) or an escape (`\\x9b`), a
mark that turns text round is an escape (`\\u202e`). Tables cut a value of more than 300 characters with `…`. JSON has
all of it, the same characters as `\\u` escapes. An argument that is not UTF-8 or holds NUL is wrong usage, unless it
names a file.
"""

_SETTINGS: Final = """
# Settings

Every process of Sijill reads the same settings, once, when it starts: from the environment, and below it from the file
`.env` in the working directory (`.env.example` is its pattern). A value that cannot be used, or a name that begins with
`SIJILL_` and is no setting, ends the process with a sentence that says what to do: a misspelt `SIJILL_DATABASE_URL`
must not mean "write into the embedded database".

| variable | default | meaning |
|---|---|---|
"""
_TESTS: Final = """
The tests read variables of their own, which are no settings: `SIJILL_TEST_KAFKA` and `SIJILL_TEST_DATABASE_URL`
name servers that run already, so that a test run starts none; `SIJILL_TEST_RUN` marks the processes of a CI run;
`SIJILL_TEST_NAMES` names a list of names in both scripts, which the benchmarks measure, too; `SIJILL_TEST_FUZZ=long`
lets the fuzzers run long.
"""


_METRICS: Final = """
# Metrics and health

With `SIJILL_METRICS_PORT` set, each process answers HTTP on a port of its own, on `SIJILL_METRICS_HOST`:

| process | port | with `SIJILL_METRICS_PORT=19490` |
|---|---|---|
{ports}
{reserved} ports are reserved from there on. A second worker of one process on the same machine needs another
`SIJILL_METRICS_PORT`; a port that is taken ends the process with a sentence.

| path | answer |
|---|---|
| `/metrics` | the metrics below, as Prometheus' text or OpenMetrics; also `process_…` (memory, CPU, open files) |
| `/live` | 200 while the event loop moves and the watchdog is content; else 503 with the reason. Restart it then |
| `/ready` | 200 once all that was assigned is open and reading; else 503 with what it waits for, a line a partition |

A worker that restores says how far it is (`restoring partition 3: at offset 480,000 of 500,000, 120,000 states read`;
a compacted topic has fewer states than offsets), one that the group has given nothing yet says `no partitions yet`.
One that the group has given no partition because others have them all is ready: it stands by. A rebalance makes a
worker unready for as long as its tasks pause.

`docker compose --profile observe up --detach` also starts Prometheus (http://127.0.0.1:19485) and Grafana
(http://127.0.0.1:19484) with the dashboard of `docker/grafana/dashboards/sijill.json`. Prometheus asks the processes in
the containers of the same compose file.

Counters begin at zero with their process, and count what was committed. What several workers tell is added up by
Prometheus: `sum by (outcome) (rate(sijill_receipts_total[1m]))`.

| metric | kind | unit | labels | meaning |
|---|---|---|---|---|
"""


def commands_page() -> str:
    """List every command with its usage, example, arguments and options."""
    found = _commands(everything(), "sijill")
    return NOTE + "\n" + _COMMANDS + "".join(_command(name, command) for name, command in found)


def settings_page() -> str:
    """List every setting with its default and what it means."""
    return NOTE + "\n" + _SETTINGS + "".join(map(_setting, Settings.model_fields)) + _TESTS


def metrics_page() -> str:
    """List every metric, and where it is served."""
    ports = "".join(f"| {name} | base + {i} | {19490 + i} |\n" for name, i in PORTS.items())
    return NOTE + "\n" + _METRICS.format(ports=ports, reserved=METRICS_PORTS) + "".join(map(_metric, METRICS))


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Walk down the groups, and name those that do something themselves.

    Click's own classes are typed as Any, since Typer ships a copy of them.
    """
    for part, inner in getattr(command, "commands", {}).items():
        if getattr(inner, "invoke_without_command", False):
            yield f"{name} {part}", inner
        if hasattr(inner, "commands"):
            yield from _commands(inner, f"{name} {part}")
        else:
            yield f"{name} {part}", inner


def _command(name: str, command: Any) -> str:
    says, _, example = inspect.cleandoc(command.help or "").partition("Example: ")
    usage = " ".join([name, *(_placeholder(one) for one in command.params if one.param_type_name == "argument")])
    rows = [_parameter(one) for one in command.params if one.name != "help"]
    table = "\n| | |\n|---|---|\n" + "".join(rows) if rows else ""
    shown = f"\nExample: `{example.strip()}`\n" if example else ""
    return f"\n## `{usage}`\n\n{says.strip()}\n{shown}{table}"


def _placeholder(argument: Any) -> str:
    name = (argument.metavar or argument.name).strip("{}").rstrip("_.").upper()
    name += "…" if argument.nargs == -1 else ""
    return name if argument.required else f"[{name}]"


def _parameter(one: Any) -> str:
    if one.param_type_name == "argument":
        return f"| `{_placeholder(one)}` | {_cell(one.help)} |\n"
    default = "" if one.default in (None, False, (), []) or callable(one.default) else f" Default: `{one.default}`."
    return f"| {', '.join(f'`{opt}`' for opt in one.opts)} | {_cell(one.help)}{default} |\n"


def _setting(name: str) -> str:
    field = Settings.model_fields[name]
    default = "(empty)" if field.default in (None, "") else f"`{field.default}`"
    return f"| `{variable(name)}` | {default} | {_cell(field.description)} |\n"


def _metric(one: Metric) -> str:
    labels = ", ".join(f"`{label}`" for label in one.labels)
    return f"| `{one.name}` | {one.kind} | {one.unit} | {labels} | {_cell(one.help)} |\n"


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")
