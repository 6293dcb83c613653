"""An Arabic and an English name of one company, in two member states, become a row of the queue, through kills."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise, product
from typing import Any, Final

from tests.acceptance.instance import Instance, until
from tests.acceptance.plain_kafka import Kept, Sent, framed, read, send, unframed, written

WHOSE: Final = (
    ("بستان", "Boustan"),
    ("مرجان", "Marjan"),
    ("زمرد", "Zumurrud"),
    ("قرطبة", "Qurtuba"),
    ("سمرقند", "Samarkand"),
)
WHAT: Final = (
    ("للهندسة", "Engineering"),
    ("للتأمين", "Insurance"),
    ("للمقاولات", "Contracting"),
    ("للأنظمة", "Systems"),
    ("للسياحة والسفر", "Travel & Tourism"),
)
PAIRS: Final = [(f"شركة {whose[0]} {what[0]}", f"{whose[1]} {what[1]} Company") for whose, what in product(WHOSE, WHAT)]
ROWS: Final = {f"name/KW.MOCI.55{n:02}/SA.MC.70017754{n:02}" for n in range(len(PAIRS))}
FIRST: Final = ("KW.MOCI.5500", "SA.MC.7001775400")
NOON: Final = datetime(2025, 9, 1, 12, tzinfo=UTC)
WITHIN_S: Final = 90


def test_similar_names_of_two_states_are_rows_until_they_are_judged_and_kills_lose_and_double_none(
    instance: Instance,
) -> None:
    with instance.running("admit", "resolve", "suggest") as processes:
        _register(instance, [(f"KW.MOCI.55{n:02}", arabic, "ar") for n, (arabic, _) in enumerate(PAIRS)])
        _until_it_wrote(instance, 5)
        processes.kill("suggest")
        for half in (range(12), range(12, len(PAIRS))):
            _register(instance, [(f"SA.MC.70017754{n:02}", PAIRS[n][1], "en") for n in half])
            _until_it_wrote(instance, len(PAIRS) + half.start + 5)
            processes.kill("suggest")
        until(
            lambda: _rows(instance).keys() == ROWS,
            WITHIN_S,
            lambda: f"{_rows(instance).keys()}\n{processes.logged()}",
        )

        row = _rows(instance)[f"name/{'/'.join(FIRST)}"]
        assert row["registrations"] == list(FIRST)
        assert [one["how"] for one in row["words"]][:2] == ["TRANSLITERATED", "TRANSLATED"]
        assert "«بستان» sounds as «boustan»; «هندسه» means «engineering»" in row["reason"]

        _judge(instance, "first", "DIFFERENT")
        gone = row["case_id"]
        until(lambda: gone not in _rows(instance), WITHIN_S, lambda: f"{gone} is still there\n{processes.logged()}")
        rows = _rows(instance)  # those two may be suggested to their next best; nobody else's rows change
        assert ROWS - {gone} == {key for key, one in rows.items() if not set(FIRST) & set(one["registrations"])}
        _judge(instance, "second", "UNDECIDED", revokes="first")
        until(
            lambda: _rows(instance).keys() == ROWS,
            WITHIN_S,
            lambda: f"{_rows(instance).keys()}\n{processes.logged()}",
        )
    for told in _case_records(instance).values():
        assert all(one != following for one, following in pairwise(told)), "told twice"


def _register(instance: Instance, entries: Sequence[tuple[str, str, str]]) -> None:
    for own, name, language in entries:
        datum: dict[str, Any] = {
            "event_id": f"{own}-1",
            "registration_id": own,
            "sequence": 1,
            "kind": "REGISTERED",
            "effective_date": date(2025, 9, 1),
            "recorded_at": NOON,
            "replaces": None,
            "stated": {"legal_name": [{"text": name, "language": language}]},
            "cleared": [],
        }
        _send(instance, f"registrations.{own[:2].lower()}", own, framed("RegistrationEvent", datum))


def _judge(instance: Instance, judgement_id: str, verdict: str, revokes: str | None = None) -> None:
    datum: dict[str, Any] = {
        "judgement_id": judgement_id,
        "left": FIRST[0],
        "right": FIRST[1],
        "verdict": verdict,
        "by": "noor",
        "why": "seen the deeds",
        "decided_at": NOON,
        "evidence": [],
        "revokes": revokes,
    }
    _send(instance, "register.judgements", "|".join(FIRST), framed("Judgement", datum))


def _send(instance: Instance, topic: str, key: str, value: bytes) -> None:
    settings = instance.settings
    send(settings.bootstrap_servers, settings.topic_prefix + topic, [Sent(key=key.encode(), value=value)])


def _until_it_wrote(instance: Instance, names: int) -> None:
    """Wait until suggest has something of its own in the state topic, and more than that many names."""
    topic = instance.settings.topic_prefix + "register.suggestions"
    until(lambda: written(instance.settings.bootstrap_servers, topic) > names, WITHIN_S, lambda: "suggest does no work")


def _case_records(instance: Instance) -> dict[str, list[bytes | None]]:
    """What was told of each case of similar names, in order."""
    found: dict[str, list[bytes | None]] = {}
    cases: list[Kept] = read(instance.settings.bootstrap_servers, f"{instance.settings.topic_prefix}register.cases")[""]
    for one in cases:
        key = (one.key or b"").decode()
        if key.startswith("name/"):
            found.setdefault(key, []).append(one.value)
    return found


def _rows(instance: Instance) -> dict[str, Any]:
    return {key: unframed(told[-1]) for key, told in _case_records(instance).items() if told[-1] is not None}
