"""Suggest companies with similar names to the stewards: a queue of cases, never a merge.

One task on one partition must compare all names. It holds an index of the names in memory; their texts and the cases
stay in its state. At each opening it gets all states again. A file with the index saves it from reading all names anew.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import structlog

from bus.record import ConsumedRecord
from matching.index.index_file import IndexFile
from matching.suggesting.name_queue import NameQueue
from matching.suggesting.queue_changes import OpenCase, QueueChanges
from matching.suggesting.suggester import Suggester
from register.ids import CompanyId, RegistrationId
from register.names.glossary import Glossary
from register.names.naming import Naming
from register.resolution.judgements import Judgement
from runtime.metrics import NAMES_BYTES, NAMES_HELD, Metric
from schemas.codec.reader import read
from schemas.codec.records import Datum
from schemas.codec.resolution_records import case_datum, case_from, judgement_from
from schemas.codec.suggestion_records import naming_from, suggested_datum
from schemas.codec.wire import encode
from schemas.facts.name_glossary import name_glossary
from schemas.facts.topics import Topics
from streams.tasks.processor import Processor, Work, portions

SAVED_AFTER: Final = 0.02  # of the names, changed since the index was written down
LEAST_SAVED: Final = 5_000  # names: so many are read again in a second

log = structlog.get_logger(__name__)


def processor(topics: Topics, index: Path | None = None) -> Processor:
    """Describe `suggest` to the task runtime. It saves the index of names in the file `index`."""
    glossary = name_glossary()
    index_file = None if index is None else IndexFile(index, glossary)
    gauges = Gauges()
    return Processor(
        name="suggest",
        inputs=(topics.names, topics.judgements),
        state_topic=topics.suggestions,
        offsets_topic=topics.offsets,
        step=lambda partition: Suggest(topics, glossary, index_file, gauges),
    )


class Suggest:
    """The step of the one partition."""

    def __init__(self, topics: Topics, glossary: Glossary, index_file: IndexFile | None, gauges: "Gauges") -> None:
        self.counted = gauges.risen
        self._topics = topics
        self._suggester = Suggester(glossary, keep_texts=False)
        self._queue = NameQueue(self._suggester)
        self._index_file = index_file
        self._gauges = gauges
        self._recalling: float | None = None  # monotonic seconds at the first state; None before it
        self._all_recalled = False
        self._saved = 0

    def recall(self, states: Sequence[tuple[bytes, bytes]]) -> None:
        """Restore the queue from the states."""
        if self._recalling is None:
            self._recalling = time.monotonic()
            if self._index_file is not None and self._index_file.load(self._suggester.index):
                log.info("names_loaded", names=len(self._suggester))
        for _, state in states:
            stored = read(state, "Suggested")
            if stored["naming"] is not None:
                self._queue.recall_naming(naming_from(stored["naming"]))
            if stored["judgements"]:
                self._queue.recall_judgements(tuple(judgement_from(one) for one in stored["judgements"]))
            if stored["case"] is not None:
                self._queue.recall_case(_open_case(stored))

    def _drop_unconfirmed(self) -> None:
        """After the recall, remove the names that the file has and the states do not have."""
        self._all_recalled = True
        self._suggester.index.drop_unconfirmed()
        if self._recalling is not None:
            seconds = round(time.monotonic() - self._recalling, 3)
            index = self._suggester.index
            log.info("names_recalled", names=len(index), words=len(index.words), bytes=index.bytes(), seconds=seconds)

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> int:
        """Update the queue with a slice of namings and judgements, in portions."""
        if not self._all_recalled:
            self._drop_unconfirmed()
        done = 0
        for portion in portions(records, work):
            self._update_queue(portion, work)
            done += len(portion)
        return done

    def _update_queue(self, records: Sequence[ConsumedRecord], work: Work) -> None:
        """Update the queue with namings and judgements; of several namings of one registration, the last counts."""
        stated: dict[RegistrationId, Naming | None] = {}
        judgements: list[Judgement] = []
        for record in records:
            if record.topic == self._topics.judgements:
                judgements.append(judgement_from(read(record.value or b"", "Judgement")))
            else:
                own = RegistrationId((record.key or b"").decode())
                stated[own] = None if record.value is None else naming_from(read(record.value, "Naming"))
        changes = self._queue.update(stated.items(), judgements, _StatesOfTask(work, stated))
        _store_changes(changes, work)
        for case_id in changes.closed:
            work.emit(self._topics.cases, case_id.encode(), None, partition=work.partition)
        for case in changes.opened:
            value = encode("Case", case_datum(case))
            work.emit(self._topics.cases, case.case_id.encode(), value, partition=work.partition)
        self._save()
        self._gauges.set_to({NAMES_HELD: len(self._suggester), NAMES_BYTES: self._suggester.index.bytes()})

    def _save(self) -> None:
        """Write the index to its file when a fiftieth of it has changed: a restart reads no more names anew."""
        index = self._suggester.index
        if self._index_file is None or index.changed - self._saved < max(len(index) * SAVED_AFTER, LEAST_SAVED):
            return
        try:
            self._index_file.save(index)
        except OSError as fault:
            log.warning("names_not_saved", message=str(fault))
        self._saved = index.changed


class Gauges:
    """The changes of the gauges since they were last taken, over all steps of a process."""

    def __init__(self) -> None:
        self.risen: Counter[tuple[str, ...]] = Counter()
        self._held: dict[str, int] = {}

    def set_to(self, held: Mapping[Metric, int]) -> None:
        """Set the gauges of this step."""
        for metric, number in held.items():
            self.risen[metric.name,] += number - self._held.get(metric.name, 0)
            self._held[metric.name] = number


class _StatesOfTask:
    """Reads the stored namings and cases from the states of the task."""

    def __init__(self, work: Work, stated: Iterable[RegistrationId]) -> None:
        self._work = work
        work.get_many([_registration(own) for own in stated])

    def naming(self, own: RegistrationId) -> Naming | None:
        state = self._work.get(_registration(own))
        return None if state is None else naming_from(read(state, "Suggested")["naming"])

    def case(self, case_id: str) -> OpenCase | None:
        state = self._work.get(f"case/{case_id}".encode())
        return None if state is None else _open_case(read(state, "Suggested"))


def _registration(own: RegistrationId) -> bytes:
    return f"registration/{own}".encode()


def _open_case(stored: Datum) -> OpenCase:
    return OpenCase(case_from(stored["case"]), frozenset(map(CompanyId, stored["companies"])))


def _store_changes(changes: QueueChanges, work: Work) -> None:
    """Store the changes of a turn in the states of the task."""
    for own, naming in changes.namings.items():
        state = None if naming is None else encode("Suggested", suggested_datum(naming=naming))
        work.put(_registration(own), state)
    for pair, judgements in changes.judgements.items():
        work.put(f"pair/{pair[0]}/{pair[1]}".encode(), encode("Suggested", suggested_datum(judgements=judgements)))
    for case_id, one in changes.cases.items():
        state = None if one is None else encode("Suggested", suggested_datum(case=one.case, companies=one.companies))
        work.put(f"case/{case_id}".encode(), state)
