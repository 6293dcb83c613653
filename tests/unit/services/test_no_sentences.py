"""Services give facts and no sentence: a page in Arabic says them in its own words."""

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import services

FOLDER = Path(services.__file__).parent
MODULES = sorted(
    ".".join(one.relative_to(FOLDER).with_suffix("").parts)
    for pattern in ("*.py", "health/*.py")
    for one in FOLDER.glob(pattern)
    if one.stem != "__init__"
)
TEXTS = {
    "because", "derived", "detail", "explanation", "hint", "in_words", "message", "note", "reason", "said", "says",
    "sentence", "told", "why", "words",
}  # fmt: skip
"""What a field may be called that holds a sentence."""

ALLOWED = {
    "StewardWords.why": "what a steward wrote",
    "AuditRecord.why": "what a person wrote",
    "LettersAsked.why": "what an operator wrote",
    "KafkaSlow.why": "Kafka's own word",
    "KafkaRefuses.why": "Kafka's own word",
    "NotDone.why": "Kafka's own word",
    "TopicRefused.why": "Kafka's own word",
    "EventsUnconfirmed.why": "Kafka's own word",
    "PostgresAway.why": "PostgreSQL's own word",
    "PostgresBreaksOff.why": "PostgreSQL's own word",
    "PostgresRefuses.why": "PostgreSQL's own word",
    "BelowFails.why": "for the operator: a file or a record of ours that is not as the contract says",
    "FileUnreadable.why": "the system's own word",
    "FileUnusable.why": "the word of the system or of a parser",
    "NoCsv.why": "the parser's own word",
    "Refused.message": "what a receipt says, beside its code, by the contract",
    "ParkedEvent.message": "what a receipt says, beside its code, by the contract",
    "DeadLetter.message": "what a dead letter says, beside its code, by the contract",
    "RefusedRow.reason": "what a feed says of a row",
    "LeftoverProcess.why": "for the operator: why a process of this machine was left",
}
"""The fields that hold words of somebody else, and whose they are."""

_WORD = r"[^\W\d_]{2,}"
_PHRASE = re.compile(rf"{_WORD}[,;:.…»“”]?\s+[«“]?{_WORD}")
_FILLED = "\0"


def phrases(source: str) -> Iterator[str]:
    """Give the texts of several words in a module, but its docstrings; what is filled in counts as a word."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        text = _text(node)
        if text is None or id(node) in docstrings | parts or not re.search(_WORD, text):
            continue
        filled = text.replace(_FILLED, "filled")
        if _PHRASE.search(filled):
            yield filled


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else _FILLED for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def texts_of(module: ModuleType) -> Iterator[str]:
    """Name the fields of the answers and problems of a module that hold a sentence, by their names and types."""
    for name, kind in vars(module).items():
        offered = name in getattr(module, "__all__", ()) or getattr(kind, "__module__", "") == module.__name__
        if inspect.isclass(kind) and dataclasses.is_dataclass(kind) and offered:
            for one in dataclasses.fields(kind):
                if one.name in TEXTS and one.type in (str, str | None, "str", "str | None"):
                    yield f"{name}.{one.name}"


@pytest.mark.parametrize("name", MODULES)
def test_a_service_holds_no_sentence(name: str) -> None:
    file = FOLDER / f"{name.replace('.', '/')}.py"
    assert not list(phrases(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", MODULES)
def test_no_answer_and_no_problem_has_a_field_for_a_sentence(name: str) -> None:
    assert set(texts_of(import_module(f"services.{name}"))) <= ALLOWED.keys()


def test_only_fields_that_there_are_may_hold_the_words_of_others() -> None:
    found = {text for name in MODULES for text in texts_of(import_module(f"services.{name}"))}
    assert found == ALLOWED.keys()


def test_a_sentence_is_found_wherever_it_stands() -> None:
    source = '''
"""A module that says why."""
EVENT = "broker_away"
FILES = "streams.tasks.worker"
SAID = "no such company"
def say(name, number):
    """Say a thing."""
    return f"{name}={number}", f"judgement {name}", f"{name} left, for {number}", f"{name}, {number}"
ARABIC = "لا توجد شركة"
'''
    assert sorted(phrases(source)) == [
        "filled left, for filled",
        "judgement filled",
        "no such company",
        "لا توجد شركة",
    ]


def test_a_field_for_a_sentence_is_found() -> None:
    @dataclasses.dataclass
    class Answer:
        why: str
        reason: str | None
        number: int
        told: tuple[str, ...] = ()

    module = ModuleType("made")
    Answer.__module__ = "made"
    vars(module)["Answer"] = Answer
    assert list(texts_of(module)) == ["Answer.why", "Answer.reason"]
