"""What the command line answers to common mistakes: a sentence that says what to do, and the right exit code."""

import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from typer.core import TyperGroup

from operations.lazy_commands import everything
from tests.acceptance.conftest import prepared
from tests.acceptance.instance import Answer, Instance
from tests.conftest import Cluster, SettingsFactory, own_settings

NO_KAFKA: Final = "no Kafka answers at 127.0.0.1:"
NOWHERE: Final[Mapping[str, tuple[str, int, str]]] = {
    "publish without Kafka": ("publish csv good.csv", 1, NO_KAFKA),
    "status without Kafka": ("status", 1, NO_KAFKA),
    "subscribe without Kafka": ("subscribe sa-zakat", 1, NO_KAFKA),
    "show without PostgreSQL": ("show SA.MC.7001775498", 1, "PostgreSQL does not answer"),
    "no such feed": ("publish excel good.csv", 2, "no feed is called 'excel': there are gleif, wathq, sijilat"),
    "no such file": ("publish csv missing.csv", 1, "missing.csv cannot be read: No such file or directory"),
    "the file of another feed": ("publish gleif good.csv --dry-run", 1, "good.csv has no column lei"),
    "no such process": ("run admit everything", 2, "no process everything: choose from admit, resolve, suggest, unify"),
    "no such command": ("publsh", 2, "No such command 'publsh'"),
    "no such option": ("search --country SA", 2, "No such option: --country"),
    "a number out of range": ("search --limit 0", 2, "Invalid value for '--limit'"),
    "no such member state": (
        "search --member-state XX",
        2,
        "--member-state XX is not known: choose from AE, BH, KW, OM, QA, SA",
    ),
    "no such field": ("subscribe sa-zakat --field name", 2, "--field name is not known: choose from jurisdiction"),
    "no such agency id": ("subscribe Zakat", 2, "'Zakat' is no agency id: use lower-case letters"),
    "no such company id": ("subscribe sa-zakat --company 7001775498", 2, "--company 7001775498 is no id"),
    "no such activity": ("subscribe sa-zakat --activity software", 2, "--activity software is no ISIC Rev. 4 class"),
    "no such publisher": ("dlq list --publisher xx", 2, "no publisher xx: choose from ae, bh, kw, om, qa, sa, gleif"),
    "one registration alone": ("judge SA.MC.1 --same", 2, "two registrations are judged: sijill judge A B --same"),
    "no verdict": ("judge SA.MC.1 KW.MOCI.2 --by n --why w", 2, "one of --same, --different and --undecided"),
    "two verdicts": ("judge SA.MC.1 KW.MOCI.2 --same --different", 2, "one of --same, --different and --undecided"),
    "no reason": ("judge SA.MC.1 KW.MOCI.2 --same --by n", 2, "--by and --why must not be empty"),
    "a verdict on a judgement": ("judge --revoke J-1 --same --by n --why w", 2, "leave A, B and the verdict out"),
    "no such kind of case": ("queue --kind NAMES", 2, "--kind NAMES is not known: choose from LINK_REFUSED"),
    "the queue without PostgreSQL": ("queue show stem/BH.SIJILAT.9", 1, "PostgreSQL does not answer"),
    "a digest without Kafka": ("digest", 1, NO_KAFKA),
    "a redrive without a group": ("dlq redrive --dry-run", 2, "say which letters: PUBLISHER PARTITION OFFSET of one"),
    "a discard without a reason": ("dlq discard sa 0 1", 2, "a letter is discarded for a reason: say it with --why"),
    "a redrive without Kafka": ("dlq redrive sa 0 1", 1, NO_KAFKA),
    "an audit without Kafka": ("audit", 1, NO_KAFKA),
    "no such action": ("audit --action erase", 2, "--action ERASE is not known: choose from UNKNOWN, JUDGED"),
    "no such knob": ("simulate --knob lateness=1", 2, "--knob lateness is not known: choose from acts"),
}
EMPTY: Final[Mapping[str, tuple[str, int, str]]] = {
    "nothing is projected yet": ("status", 1, "start `sijill run projection`"),
    "an agency that never subscribed": ("follow kw-customs", 1, "has no topic of notices: subscribe it"),
    "a judgement before anything is projected": (
        "judge SA.MC.1 KW.MOCI.2 --same --by n --why w",
        1,
        "start `sijill run projection`",
    ),
    "a digest of what is not projected": ("digest --from postgres", 1, "start `sijill run projection`"),
    "nobody at work": ("wait --timeout 1", 1, "no process answers for admit: start it with `sijill run`"),
    "a row that is refused": ("publish csv bad.csv --json", 1, "no registration authority 'XX.NONE' is known"),
}
BARE: Final[Mapping[str, tuple[str, int, str]]] = {
    "waiting for processes that have no topics": ("wait", 1, "run `sijill topics apply`"),
    "processes that have no topics": ("run all", 1, "run `sijill topics apply`"),
    "processes in the background that have no topics": ("run all --detach", 1, "run `sijill topics apply`"),
    "a digest that has no topics": ("digest", 1, "run `sijill topics apply`"),
    "a redrive that has no topic": ("dlq redrive --publisher sa", 1, "run `sijill topics apply`"),
    "an audit that has no topic": ("audit --who noor", 1, "run `sijill topics apply`"),
    "a subscription that has no topic": ("subscribe kw-tax --member-state KW", 1, "run `sijill topics apply`"),
}
GOOD: Final = "authority,registration_number,legal_name_ar\nSA.MC,7010000016,شركة الواحة\n"
BAD: Final = "authority,registration_number,legal_name_ar\nXX.NONE,1,شركة الواحة\nSA.MC,7010000016,شركة الواحة\n"


def _answers(instance: Instance, cases: Mapping[str, tuple[str, int, str]]) -> dict[str, Answer]:
    """Run all of them, as many at a time as there are processors: most of their time is Python's start."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda case: instance.begin(*case[0].split()).answer(), cases.values())
        return dict(zip(cases, answers, strict=True))


@pytest.fixture(scope="module")
def nowhere(settings_factory: SettingsFactory) -> dict[str, Answer]:
    """Answers where neither Kafka nor PostgreSQL runs."""
    instance = Instance(settings_factory())
    instance.write("good.csv", GOOD)
    return _answers(instance, NOWHERE)


@pytest.fixture(scope="module")
def empty(cluster: Cluster) -> Iterator[dict[str, Answer]]:
    """Answers where an event is published, and no process runs."""
    with own_settings(cluster, "empty") as settings:
        instance = prepared(settings)
        instance.sijill("publish", "csv", instance.write("good.csv", GOOD))
        instance.write("bad.csv", BAD)
        yield _answers(instance, EMPTY)


@pytest.fixture(scope="module")
def bare(cluster: Cluster) -> Iterator[dict[str, Answer]]:
    """Answers where Kafka runs and has no topics yet."""
    with own_settings(cluster, "bare") as settings:
        yield _answers(Instance(settings), BARE)


@pytest.mark.parametrize("mistake", NOWHERE)
def test_a_mistake_is_answered_with_a_sentence_and_its_code(nowhere: dict[str, Answer], mistake: str) -> None:
    _require(nowhere[mistake], *NOWHERE[mistake][1:])


@pytest.mark.parametrize("mistake", EMPTY)
def test_a_question_asked_too_early_is_answered_with_what_to_do_first(empty: dict[str, Answer], mistake: str) -> None:
    _require(empty[mistake], *EMPTY[mistake][1:])


@pytest.mark.parametrize("mistake", BARE)
def test_without_topics_the_command_that_makes_them_is_named(bare: dict[str, Answer], mistake: str) -> None:
    _require(bare[mistake], *BARE[mistake][1:])


def _require(answer: Answer, code: int, sentence: str) -> None:
    said = " ".join((answer.out + answer.err).split())
    assert sentence in said, answer
    assert "Traceback" not in said
    assert "object at 0x" not in said
    answer.ends(code)


def test_what_is_missing_is_named_with_the_command_that_brings_it(nowhere: dict[str, Answer]) -> None:
    assert "start one with `sijill up`, or say in SIJILL_KAFKA where it is" in nowhere["status without Kafka"].err
    assert "start one with `sijill up`" in nowhere["show without PostgreSQL"].err


def test_a_setting_that_is_misspelt_is_wrong_usage(settings_factory: SettingsFactory) -> None:
    misspelt = Instance(settings_factory(), {"SIJILL_KAFAK": "kafka.example:9092"}).sijill("status", code=2)

    assert "did you mean SIJILL_KAFKA?" in misspelt.err


def _commands() -> Iterator[tuple[str, str]]:
    """Give every command with its help."""
    pending: list[tuple[str, Any]] = [("sijill", everything())]
    while pending:
        name, command = pending.pop()
        if isinstance(command, TyperGroup):
            pending += [(f"{name} {word}", one) for word, one in command.commands.items()]
        if not isinstance(command, TyperGroup) or command.invoke_without_command:
            yield name, command.help or ""


@pytest.mark.parametrize(("command", "told"), [pytest.param(name, told, id=name) for name, told in _commands()])
def test_the_help_of_every_command_has_an_example_of_it(command: str, told: str) -> None:
    example = re.search(r"Example: (.+)", told, re.DOTALL)

    assert example is not None
    assert re.search(rf"\b{command}\b", example[1])
