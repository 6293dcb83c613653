"""Asks the read model for the services. Answers are plain data, ready for JSON."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

import orjson
from psycopg.errors import UndefinedColumn, UndefinedTable
from sqlalchemy import Connection, Engine, create_engine, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from readmodel import counting, kept_events, parked_events, projector_session, searching, stewards, unmapped_words
from readmodel.counting import DeadLetter, LetterCount, Place, Refused, RegisterCounts
from readmodel.database import Database
from readmodel.documents import Document, restored
from readmodel.kept_events import KeptEvent
from readmodel.parked_events import ParkedEvent
from readmodel.problems import DatabaseAway, NotProjected
from readmodel.searching import DEFAULT_LIMIT, FoundCompany, Wanted
from readmodel.stewards import Party, Queued
from readmodel.tables import changes, companies, offsets, registrations
from readmodel.unmapped_words import Unmapped
from register.ids import COMPANY_PREFIX
from register.resolution.cases import CaseKind
from register.resolution.judgements import Judgement

_STREAMED: Final = 2_000  # records read at a time: some ten megabytes
_LONGEST_CHAIN: Final = 100  # merges after one another; a loop of aliases ends here


class RegisterReader:
    """Answers from one schema, each from one moment. May be shared by threads; open it with `reading`.

    Every method raises NotProjected where no projection is, and DatabaseAway where no PostgreSQL answers.
    """

    def __init__(self, engine: Engine, schema: str) -> None:
        self._engine = engine
        self._schema = schema

    def company(self, id_: str) -> Document | None:
        """Find a company's whole record. The id is its own, that of one of its registrations, or one that merged away.

        The record is the Avro `Company` as JSON, without what is not stated. `aliases` has the ids that merged into it.
        """
        with self._connected() as connection:
            record = _company(connection, id_)
            if record is not None:
                merged = select(companies.c.company_id).where(companies.c.alias_of == record["company_id"])
                record["aliases"] = sorted(connection.execute(merged).scalars())
            return record

    def registration(self, id_: str) -> Document | None:
        """Find one registration: its properties and their provenance, with the `company_id` that it belongs to."""
        with self._connected() as connection:
            record = _company(connection, id_)
        if record is None:
            return None
        named = (one for one in record["registrations"] if one["registration_id"] in (id_, id_.upper()))
        return next(({**one, "company_id": record["company_id"]} for one in named), None)

    def history(self, company_id: str) -> list[Document]:
        """List the changes of a company, the oldest first; `before` and `after` hold the fields that changed."""
        with self._connected() as connection:
            found = connection.execute(
                select(changes).where(changes.c.company_id == company_id).order_by(changes.c.version)
            )
            return [_plain(row) for row in found.mappings()]

    def moved(self, company_id: str) -> Document | None:
        """Find the change by which a company became an alias, or the alias of another company. None: it is no alias."""
        c = changes.c
        query = select(changes).where(c.company_id == company_id).order_by(c.version.desc()).limit(1)
        with self._connected() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None or row["alias_of"] is None else _plain(row)

    def queue(
        self, *, kind: CaseKind | None = None, member_state: str | None = None, limit: int | None = None
    ) -> list[Queued]:
        """List the open cases of the stewards' queue, the oldest first."""
        with self._connected() as connection:
            return stewards.queued(connection, kind=kind, member_state=member_state, limit=limit)

    def case(self, case_id: str) -> Queued | None:
        """Find an open case by its id."""
        with self._connected() as connection:
            return stewards.case(connection, case_id)

    def cases_of(self, registrations: Collection[str]) -> list[Queued]:
        """List the open cases with any of these registrations."""
        with self._connected() as connection:
            return stewards.queued(connection, registrations=registrations)

    def judgements(self, registrations: Collection[str] | None = None) -> list[Judgement]:
        """List judgements, all or those on any of these registrations, the earliest first."""
        with self._connected() as connection:
            return stewards.judged(connection, registrations)

    def parties(self, registrations: Iterable[str]) -> dict[str, Party]:
        """Give the names and the company of each of these registrations that the register holds."""
        with self._connected() as connection:
            return stewards.parties(connection, registrations)

    def search(
        self,
        text: str = "",
        *,
        member_state: str | None = None,
        activity: str | None = None,
        status: str | None = None,
        limit: int = DEFAULT_LIMIT,
        it_only: bool = False,
    ) -> list[FoundCompany]:
        """Find companies by an id, a number or words of a name; and by member state, activity (ISIC digits), status."""
        wanted = Wanted(
            text=text, member_state=member_state, activity=activity, status=status, it_only=it_only, limit=limit
        )
        with self._connected() as connection:
            return searching.search(connection, wanted)

    def totals(self) -> RegisterCounts:
        """Count receipts by outcome, dead letters, companies, changes and notices: all, and per publisher."""
        with self._connected() as connection:
            return counting.totals(connection)

    def rejections(self, publisher: str | None = None) -> list[Refused]:
        """Group the refusals by code, with the latest refusal of each."""
        with self._connected() as connection:
            return counting.rejections(connection, publisher)

    def unmapped_words(self) -> list[Unmapped]:
        """Count the registries' words that are in no map of ours, by authority, property and word."""
        with self._connected() as connection:
            return unmapped_words.unmapped_words(connection)

    def dead_letters(
        self,
        publisher: str | None = None,
        *,
        code: str | None = None,
        schema_id: int | None = None,
        limit: int = 100,
        without: Collection[Place] = (),
    ) -> list[DeadLetter]:
        """List parked records, the newest first, without those at some places."""
        with self._connected() as connection:
            return counting.parked(connection, publisher, code, limit, schema_id, without)

    def letter_counts(
        self,
        publisher: str | None = None,
        *,
        code: str | None = None,
        schema_id: int | None = None,
        without: Collection[Place] = (),
    ) -> list[LetterCount]:
        """Count parked records by code, publisher and schema, without those at some places."""
        with self._connected() as connection:
            return counting.letter_counts(connection, publisher, code, schema_id, without)

    def parked_events(self, registrations: Collection[str], publishers: Collection[str]) -> list[ParkedEvent]:
        """List the refused events of registrations that were never accepted since, as these publishers sent them."""
        with self._connected() as connection:
            return parked_events.parked_events(connection, registrations, publishers)

    def projector_runs(self) -> bool:
        """Tell whether a projection is connected now."""
        with self._connected() as connection:
            return projector_session.projector_runs(connection)

    def backlog(self) -> stewards.Backlog:
        """Count the open cases of the stewards' queue, and say since when the oldest waits."""
        with self._connected() as connection:
            return stewards.backlog(connection)

    def offsets(self) -> dict[tuple[str, int], int]:
        """Give, per topic and partition, the first offset that is not in the tables yet."""
        with self.snapshot() as snapshot:
            return snapshot.offsets()

    def records(self) -> Iterator[Document]:
        """Give the records of all companies at one moment, without order; holds a few thousand in memory."""
        with self.snapshot() as snapshot:
            yield from snapshot.records()

    @contextmanager
    def snapshot(self) -> Iterator["RegisterSnapshot"]:
        """Open all records and the offsets that they contain, of one moment."""
        with self._connected() as connection:
            yield RegisterSnapshot(connection)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except OperationalError as fault:
            raise DatabaseAway(str(fault.orig).strip()) from fault
        except ProgrammingError as fault:
            if isinstance(fault.orig, UndefinedTable | UndefinedColumn):
                raise NotProjected(
                    f"The schema {self._schema} holds no projection of this version: start `sijill run projection`."
                ) from fault
            raise


class RegisterSnapshot:
    """All companies at one moment. Use it within `RegisterReader.snapshot`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def offsets(self) -> dict[tuple[str, int], int]:
        """Give the first offset that is not in the tables yet, by topic and partition."""
        found = self._connection.execute(select(offsets.c.topic, offsets.c.partition, offsets.c.next))
        return {(topic, partition): next_ for topic, partition, next_ in found}

    def kept_events(self, registrations: Collection[str]) -> Iterator[KeptEvent]:
        """See `readmodel.kept_events.kept`."""
        return kept_events.kept(self._connection, registrations)

    def first_answered(self) -> Mapping[tuple[str, int], int]:
        """See `readmodel.kept_events.first_answered`."""
        return kept_events.first_answered(self._connection)

    def stating(self, keys: Collection[str]) -> Mapping[str, Sequence[str]]:
        """See `readmodel.kept_events.stating`."""
        return kept_events.stating(self._connection, keys)

    def judged(self, registrations: Collection[str]) -> Iterator[tuple[Judgement, datetime]]:
        """See `readmodel.kept_events.judged`."""
        return kept_events.judged(self._connection, registrations)

    def registrations_kept(self) -> Iterator[str]:
        """See `readmodel.kept_events.registrations_kept`."""
        return kept_events.registrations_kept(self._connection)

    def records(self) -> Iterator[Document]:
        """Give the records of all companies, without order; holds a few thousand in memory."""
        streamed = self._connection.execution_options(yield_per=_STREAMED).execute(select(companies.c.record))
        for (document,) in streamed:
            yield restored(document)


@contextmanager
def reading(database: Database) -> Iterator[RegisterReader]:
    """Open the read model of a schema for as long as the block runs; connects when it is first asked."""
    engine = create_engine(
        database.sqlalchemy_url,
        isolation_level="REPEATABLE READ",  # one answer, one moment: totals add up
        json_deserializer=orjson.loads,
        connect_args={"connect_timeout": 10},
        execution_options={"schema_translate_map": {None: database.database_schema}},
    )
    try:
        yield RegisterReader(engine, database.database_schema)
    finally:
        engine.dispose()


def _company(connection: Connection, id_: str) -> Document | None:
    for candidate in dict.fromkeys((id_, id_.upper())):
        record = _record(connection, candidate) or _record_of_registration(connection, candidate)
        if record is not None:
            return record
    return None


def _record(connection: Connection, company_id: str) -> Document | None:
    """Follow aliases from a company's id to the record of the surviving company."""
    for _ in range(_LONGEST_CHAIN):
        row = connection.execute(
            select(companies.c.record, companies.c.alias_of).where(companies.c.company_id == company_id)
        ).first()
        if row is None:
            return None
        if row.alias_of is None:
            return restored(row.record)
        company_id = row.alias_of
    return None


def _record_of_registration(connection: Connection, registration_id: str) -> Document | None:
    """Find the company with a registration; while the registration moves, the company that was written last."""
    query = (
        select(companies.c.record)
        .join_from(registrations, companies, registrations.c.company_id == companies.c.company_id)
        .where(registrations.c.registration_id == registration_id)
        .order_by(companies.c.written_at.desc(), companies.c.company_id)
        .limit(1)
    )
    found = connection.execute(query).scalar()
    return restored(found) if found is not None else _record(connection, COMPANY_PREFIX + registration_id)


def _plain(row: Mapping[Any, Any]) -> Document:
    """Write dates and times in ISO 8601."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
