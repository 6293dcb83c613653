"""`suggest` with very many companies: its memory, how soon a restart takes its first event, and its speed then.

Each company has an English and an Arabic name. Each part is a process of its own
(`python -m benchmarks.many_companies`) with what a worker has: RocksDB with the states, the file of the index, and all
that a worker imports.
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks.consumed_records import consumed
from benchmarks.machine import conditions
from benchmarks.problems import BenchmarkFailed
from bus.record import ConsumedRecord
from producers import feeds
from register.ids import RegistrationId, company_id
from register.names.glossary import Glossary, is_arabic
from register.names.naming import Naming
from runtime.settings import load
from schemas.codec.suggestion_records import naming_datum, suggested_datum
from schemas.codec.wire import encode
from schemas.facts.name_glossary import name_glossary
from schemas.facts.topics import Topics
from streams.processors import suggest
from streams.processors.suggest import Suggest
from streams.tasks import worker
from streams.tasks.store import Identity, Store, StoreMemory
from streams.tasks.transaction_work import TransactionWork

Report = Callable[[str], None]

GOAL_MB: Final = 1_500
COMPANIES: Final = 1_000_000
ASKED: Final = 1_000  # companies: twice as many names
WARM_UP: Final = 300
SLICE: Final = 100
CHUNK: Final = 500  # states told at a time, as streams.tasks.task_opening does
COINED: Final = 0.5  # of the names have a word of their own making
COINS: Final = 600_000  # such words, the first ones oftener: some have one name, some have hundreds
REGISTERS: Final = {
    "AE": "AE.NER", "BH": "BH.SIJILAT", "KW": "KW.MOCI", "OM": "OM.MOCIIP", "QA": "QA.MOCI", "SA": "SA.MC",
}  # fmt: skip
GLEIF: Final = Path(feeds.__file__).parent / "data" / "gcc_lei.csv"
TOPICS: Final = Topics()
_SYLLABLES: Final = [first + vowel for first in (*"bdfghjklmnrstwyz", "sh", "kh", "th") for vowel in "aiu"]
_LETTERS: Final = dict(zip("abcdefghijklmnopqrstuvwxyz", "ابكديفجهيجكلمنوبقرستوفوخيز", strict=True))


def many_companies(companies: int, report: Report) -> dict[str, Any]:
    """Measure; gives the section `many_companies` of the results."""
    with tempfile.TemporaryDirectory(prefix="sijill-names-") as made:
        folder = Path(made)
        report(f"making {companies:,} companies")
        _ran("make", folder, companies)
        report("the first start: every name is read")
        first = _ran("start", folder, companies)
        report("a restart: the index is taken from its file")
        again = _ran("start", folder, companies)
    return {
        "many_companies": {
            "companies": companies,
            "goal_mb": GOAL_MB,
            "first_start": first,
            "restart": again,
            "conditions": conditions(load().java, companies=companies, asked=2 * ASKED),
        }
    }


def _ran(what: str, folder: Path, companies: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.many_companies", what, str(folder), str(companies)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise BenchmarkFailed(f"many companies, {what}, failed:\n{ran.stderr[-3_000:]}")
    measured: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return measured


def made_namings(first: int, companies: int) -> Iterator[Naming]:
    """Make companies as a register might have them: words as rare as in GLEIF's list, and new ones without end."""
    chance = random.Random(first)
    with GLEIF.open(encoding="utf-8", newline="") as file:
        real = [(row["country"], row["legal_name"].split()) for row in csv.DictReader(file)]
    words = sorted({word for _, name in real for word in name})
    arabic = _Arabic(name_glossary())
    for number in range(first, first + companies):
        jurisdiction, name = chance.choice(real)
        place = chance.randrange(len(name))
        other = _coin(int(COINS * chance.random() ** 3)) if chance.random() < COINED else chance.choice(words)
        english = [*name[:place], other, *name[place + 1 :]]
        own = RegistrationId(f"{REGISTERS[jurisdiction]}.{1_000_000 + number}")
        names = (" ".join(english), " ".join(map(arabic.word, english)))
        yield Naming(registration_id=own, company_id=company_id(own), jurisdiction=jurisdiction, names=names)


def _coin(number: int) -> str:
    made = ""
    number += len(_SYLLABLES)
    while number:
        number, syllable = divmod(number, len(_SYLLABLES))
        made += _SYLLABLES[syllable]
    return made.capitalize()


class _Arabic:
    """Writes English words in Arabic: translated where the glossary can, letter by letter where not."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._translated: dict[str, str] = {}
        for word, meanings in glossary.meanings.items():
            if is_arabic(word):
                self._translated |= dict.fromkeys(meanings - self._translated.keys(), word)

    def word(self, word: str) -> str:
        """Write one word."""
        plain = word.casefold().strip(".,()&'\"")
        found = [self._translated[one] for one in sorted(self._glossary.meanings_of(plain)) if one in self._translated]
        return found[0] if found else "".join(_LETTERS.get(letter, letter) for letter in plain)


def _make(folder: Path, companies: int) -> dict[str, Any]:
    with _store(folder) as store, store.bulk():
        changes: dict[bytes, bytes | None] = {}
        for number, naming in enumerate(made_namings(0, companies), 1):
            key = f"registration/{naming.registration_id}".encode()
            changes[key] = encode("Suggested", suggested_datum(naming=naming))
            if number % 10_000 == 0 or number == companies:
                store.apply(changes, number)
                changes = {}
    return {}


def _start(folder: Path, companies: int) -> dict[str, Any]:
    assert "faust" in sys.modules, worker  # all that a worker imports is part of its memory
    base = _rss_mb()
    index = folder / "names.index"
    new = companies + (WARM_UP + ASKED if index.exists() else 0)
    asked = list(made_namings(new, WARM_UP + ASKED))
    with _store(folder) as store:
        began = time.perf_counter()
        step = suggest.processor(TOPICS, index).step(0)
        assert isinstance(step, Suggest)
        told: list[tuple[bytes, bytes]] = []
        for state in store.states():
            told.append(state)
            if len(told) == CHUNK:
                step.recall(told)
                told = []
        if told:
            step.recall(told)
        recalled = time.perf_counter() - began
        _ask(step, store, asked[:1])
        first = time.perf_counter() - began
        rss = _rss_mb()
        _ask(step, store, asked[1:WARM_UP])
        seconds = _ask(step, store, asked[WARM_UP:])
        return {
            "base_mb": round(base),
            "rss_mb": round(rss),
            "rss_after_questions_mb": round(_rss_mb()),
            "bytes_per_company": round((rss - base) * 1_000_000 / companies),
            "recalled_s": round(recalled, 1),
            "first_event_s": round(first, 1),
            "names_per_s": round(2 * ASKED / seconds),
            "index_mb": round(index.stat().st_size / 1_000_000),
        }


def _ask(step: Suggest, store: Store, namings: list[Naming]) -> float:
    began = time.thread_time()
    done = 0
    while done < len(namings):
        work = TransactionWork(
            partition=0, partitions=1, states=store, state_topic=TOPICS.suggestions, outputs=_Nowhere()
        )
        done += step([_record(one) for one in namings[done : done + SLICE]], work)
        store.apply(work.changes, store.position + 1)
    return time.thread_time() - began


def _record(naming: Naming) -> ConsumedRecord:
    return consumed(TOPICS.names, naming.registration_id.encode(), encode("Naming", naming_datum(naming)))


class _Nowhere:
    """Where what a step emits goes: Kafka's part is not measured here."""

    def append(self, *_: object, **__: object) -> None:
        """Take a record."""


def _rss_mb() -> float:
    return psutil.Process().memory_info().rss / 1_000_000


def _store(folder: Path) -> Store:
    return Store(folder / "0", identity=Identity(cluster="none", topic="none", partition=0), memory=StoreMemory())


if __name__ == "__main__":
    what = {"make": _make, "start": _start}[sys.argv[1]]
    print(json.dumps(what(Path(sys.argv[2]), int(sys.argv[3]))))
