"""Any command with any arguments ends with an answer or a sentence, where neither Kafka nor PostgreSQL runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings

from runtime.embedded import free_ports
from tests.unit.operations.command_fuzzing import FIXED, LONG, STARTING, Called, call, calls, commands, require_sentence

TAKING: Final = [one for one in commands() if one.arguments and one.words[0] != "names"]


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, str]]:
    """A folder, and settings of servers that do not run."""
    folder = tmp_path_factory.mktemp("nowhere")
    (folder / "good.csv").write_text("authority,registration_number,legal_name_ar\nSA.MC,7010000016,شركة الواحة\n")
    kafka, postgres = free_ports(2)
    return folder, {
        "SIJILL_DATA_DIR": str(folder / "data"),
        "SIJILL_KAFKA": f"127.0.0.1:{kafka}",
        "SIJILL_DATABASE_URL": f"postgresql://sijill@127.0.0.1:{postgres}/sijill",
    }


@given(calls())
@settings(
    max_examples=20_000 if LONG else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@pytest.mark.slow
@example(["search", "caf\udce9"])
@example(["search", "--limit", "9" * 4_400])
@example(["publish", "csv", "good.csv", "--recorded-on", "0000-00-00"])
@example(["judge", "KW.MOCI.1", "SA.MC.2", "--same", "--by", "\x1b[2J", "--why", "\x9b31m"])
@example(["simulate", "--knob", "acts=" + "9" * 4_400, "--dry-run"])
@example(["simulate", "--knob", "acts=nan", "--companies", "5", "--dry-run"])
@example(["judge", "--revoke", "", "--by", "n", "--why", "w"])
@example(["wait", "--timeout", "nan"])
def test_no_argument_of_any_command_is_answered_with_a_traceback(
    nowhere: tuple[Path, Mapping[str, str]], words: list[str]
) -> None:
    folder, environment = nowhere
    require_sentence(words, call(words, environment, folder))


@pytest.mark.parametrize("value", FIXED if LONG else FIXED[:16])
@pytest.mark.parametrize(
    "command",
    [one for one in commands() if one.arguments and one.words[0] != "names"],
    ids=lambda one: " ".join(one.words),
)
def test_each_nasty_value_in_each_first_argument(
    nowhere: tuple[Path, Mapping[str, str]], command: Called, value: str
) -> None:
    folder, environment = nowhere
    words = [*command.words, *[value] * command.arguments]
    require_sentence(words, call(words, environment, folder))


@pytest.mark.parametrize("words", sorted(STARTING), ids=" ".join)
def test_commands_that_start_and_stop_refuse_what_they_do_not_know(
    nowhere: tuple[Path, Mapping[str, str]], words: tuple[str, ...]
) -> None:
    folder, environment = nowhere
    for value in ("\x1b[2J", "\udce9", "\0", "--no-such", "9" * 4_400):
        ended = call([*words, value], environment, folder)
        require_sentence([*words, value], ended)
        assert ended.code == 2


def test_the_fuzzer_knows_the_options_of_all_commands() -> None:
    found = {one.words: one for one in commands()}

    assert len(found) > 15
    assert found["search",].options == ("--member-state", "--activity", "--status", "--limit")
    assert found["dlq", "show"].arguments == 3
    assert found["dlq", "redrive"].options[:3] == ("--publisher", "--code", "--schema")
    assert found["queue",].flags == ("--json",)
