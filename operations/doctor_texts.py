"""The sentences of `sijill doctor`: what each finding is, and what to do."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from operations.commands.topics import difference_in_words
from operations.problem_texts import sentence
from operations.span_texts import size, span
from services.health import (
    clock_checks,
    findings,
    machine_checks,
    processor_checks,
    readmodel_checks,
    registry_checks,
    servers,
    topic_checks,
    versions,
)
from services.health.findings import HealthFinding
from services.health.machine_checks import Access
from services.topic_differences import Aspect

_START_ONE: Final = ": start one with"
_LISTED: Final = 8  # partitions named in a sentence
_START: Final = "start it: `sijill run {process} --detach`"


class Advice(NamedTuple):
    """What is so, and what to do; nothing where all is well."""

    says: str
    remedy: str = ""


def advice(finding: HealthFinding) -> Advice:
    """Describe a finding, and what to do."""
    made = _ADVICE[type(finding)]
    if not isinstance(made, Advice):
        return made(finding)
    facts = {name: _fact(value) for name, value in finding.facts().items()}
    return Advice(*(part.format(**facts) for part in made))


def _fact(value: Any) -> Any:
    if isinstance(value, tuple):
        shown = ", ".join(map(str, value[:_LISTED]))
        return f"{shown} …" if len(value) > _LISTED else shown
    return f"{value:,}" if isinstance(value, int) else value


def _away(finding: findings.ServerAway) -> Advice:
    says, start, where = sentence(finding.problem).rpartition(_START_ONE)
    return Advice(says, start.removeprefix(": ") + where)


def _of_difference(finding: Any) -> Advice:
    one = finding.difference
    says, _, by_hand = difference_in_words(one).partition(": ")
    if one.aspect in (Aspect.MISSING, Aspect.CONFIG):
        return Advice(says, "run `sijill topics apply`, which creates and sets what differs")
    return Advice(says, by_hand.removeprefix("not changed, because keys would move to other tasks; ") or by_hand)


def _disk(says: str, remedy: str = "") -> Callable[[Any], Advice]:
    def made(finding: Any) -> Advice:
        facts = {name: size(value) for name, value in finding.facts().items() if not isinstance(value, Path)}
        return Advice(says.format(path=finding.path, **facts), remedy.format(path=finding.path))

    return made


def _directory(finding: machine_checks.DirectoryUnusable) -> Advice:
    others = f", and {finding.count} more" if finding.count else ""
    says = _ACCESS[finding.access].format(path=finding.path, user=finding.user) + others
    if finding.access is Access.NO_DIRECTORY:
        return Advice(says, "move it away, or set SIJILL_DATA_DIR to a directory")
    owner = "" if finding.owner is None else f" (it belongs to user {finding.owner})"
    return Advice(
        says,
        f"run as the user who owns it{owner}, or give it to this user: chown -R {finding.user} {finding.path}",
    )


def _restarts(finding: machine_checks.RestartsOften) -> Advice:
    code = "" if finding.code is None else f"; the latest exit code is {finding.code}{_meaning(finding.code)}"
    return Advice(
        f"{finding.process} ended {finding.times} times within {span(finding.seconds)}{code}",
        "read the last lines of .sijill/logs/processes.log: the line before `process.ended` gives the reason",
    )


def _meaning(code: int) -> str:
    if code < 0:
        return f" (signal {-code})"
    return _EXIT_CODES.get(code, "")


def _clock(says: str, remedy: str = "") -> Callable[[Any], Advice]:
    def made(finding: Any) -> Advice:
        where = "ahead of" if finding.seconds > 0 else "behind"
        facts = {**finding.facts(), "span": span(abs(finding.seconds)), "where": where}
        return Advice(says.format(**facts), remedy)

    return made


def _behind(finding: processor_checks.StageBehind) -> Advice:
    left = "it falls behind further" if finding.left_s is None else f"it needs {span(finding.left_s)} more"
    return Advice(
        f"{finding.stage} has {finding.behind:,} records to read, takes in {finding.per_s:,} a second; {left}",
        f"wait (`sijill wait`), or start one more `sijill run {finding.process}` on another machine",
    )


def _library(finding: versions.LibraryDiffers) -> Advice:
    locked = " or ".join(finding.locked)
    return Advice(
        f"{finding.library} has version {finding.installed}, Sijill was tested with {locked}",
        "install the locked versions: `make setup`, or build the image again",
    )


_NTP: Final = "set the clock by NTP (`timedatectl set-ntp true`), then look again"
_ACCESS: Final[Mapping[Access, str]] = {
    Access.NO_DIRECTORY: "{path} is no directory",
    Access.UNREADABLE: "user {user} cannot read {path}",
    Access.UNWRITABLE: "user {user} cannot write {path}",
}
_EXIT_CODES: Final[Mapping[int, str]] = {
    3: " (a task could not continue)",
    4: " (work was waiting, and nothing moved for 60 s)",
}
_ADVICE: Final[Mapping[type[HealthFinding], Advice | Callable[[Any], Advice]]] = {
    findings.ServerAway: _away,
    findings.ServerNeeded: Advice("not checked: {server} is away"),
    findings.NotChecked: lambda finding: Advice(sentence(finding.problem), "mend that first, then look again"),
    findings.TookTooLong: Advice("no answer after {after_s:g} s", "look again; is the server overloaded?"),
    versions.PythonTested: Advice("Python {version}"),
    versions.PythonUntested: Advice(
        "Python {version} is not supported", "use a Python from {first} on, older than {before}"
    ),
    versions.LibrariesAsLocked: Advice("{libraries} libraries have the versions of the lock"),
    versions.LibraryDiffers: _library,
    servers.KafkaAnswers: Advice("Kafka 4 or newer at {servers}, brokers: {brokers}"),
    servers.KafkaOld: Advice(
        "Kafka at {servers} is older than 4.0, Sijill was tested with 4.4", "upgrade the brokers when you can"
    ),
    servers.PostgresAnswers: Advice("PostgreSQL {version}"),
    servers.PostgresOld: Advice(
        "PostgreSQL has version {version}, Sijill was tested with {tested}", "upgrade PostgreSQL when you can"
    ),
    servers.EncodingWrong: Advice(
        "the database has the encoding {encoding}, which cannot hold Arabic names",
        "create a database with ENCODING 'UTF8', and set SIJILL_DATABASE_URL to it",
    ),
    topic_checks.TopicsAsAgreed: Advice("{topics} topics are as the contract says"),
    topic_checks.TopicDiffers: _of_difference,
    topic_checks.ReplicasFew: _of_difference,
    topic_checks.RecordsKept: Advice("no record was deleted from the {topics} topics that keep theirs"),
    topic_checks.RecordsDeleted: lambda finding: Advice(
        f"somebody deleted {finding.deleted:,} offsets of {finding.topic}, partitions {_fact(finding.partitions)}",
        _RECORDS_OF_STATE if finding.state else _RECORDS_OF_OTHERS,
    ),
    processor_checks.StagesUpToDate: Advice("each stage is up to date, or moves: {behind} records to read"),
    processor_checks.StageStopped: Advice(
        "{stage} has {behind} records to read, and {process} does not run", f"{_START}, then `sijill wait`"
    ),
    processor_checks.StageStuck: Advice(
        "{process} runs, has {behind} records of {stage} to read, and took in none for {seconds:g} s",
        "look again in a minute; if it stays, read its log and its /ready page (SIJILL_METRICS_PORT)",
    ),
    processor_checks.StageBehind: _behind,
    processor_checks.ProcessesRun: Advice("each of the {processes} processors has a running member"),
    processor_checks.ProcessAbsent: Advice("{process} does not run", _START),
    processor_checks.StatesFit: Advice("each of the {processors} processors knows where it goes on"),
    processor_checks.GroupOffsetsGone: Advice(
        "the consumer group of {process} lost its offsets of partitions {partitions}; the topic of offsets has them",
        f"{_START}: it takes its offsets from there and gives them back to the group",
    ),
    processor_checks.StatesWithoutOffsets: Advice(
        "{process} has states of partitions {partitions}, and nobody knows where it goes on",
        "stop {process}, delete the topic {state_topic}, run `sijill topics apply`, start {process}: it begins again "
        "from the first event",
    ),
    processor_checks.StateTopicEmpty: Advice(
        "{process} has read its inputs, and its state topic {state_topic} is empty",
        "stop {process}, restore the topic from a copy; without one, rebuild the register from its events",
    ),
    machine_checks.DiskFree: _disk("{free} free at {path}, states take {states}"),
    machine_checks.DiskNearlyFull: _disk(
        "only {free} of {total} are free at {path}, states take {states}",
        "make room on that disk, or move the data directory to a larger one (SIJILL_DATA_DIR)",
    ),
    machine_checks.DiskFull: _disk(
        "only {free} are free at {path}, states take {states}",
        "stop the processes (`sijill down`), make room on that disk, start them again",
    ),
    machine_checks.DirectoryUsable: Advice("we may read and write {path}"),
    machine_checks.DirectoryUnusable: _directory,
    machine_checks.NoneRestarts: Advice("no process ended again and again"),
    machine_checks.RestartsOften: _restarts,
    clock_checks.ClocksAgree: _clock("our clock and that of {server} agree within {span}"),
    clock_checks.ClockDiffers: _clock("our clock is {span} {where} that of {server}", _NTP),
    clock_checks.ClockFarOff: _clock("our clock is {span} {where} that of {server}", _NTP),
    clock_checks.WriterClockFarOff: _clock(
        "a process wrote {topic}-{partition} with a clock {span} {where} that of its broker",
        "set the clock by NTP on the machines of the processes and of the brokers",
    ),
    clock_checks.NoTransactions: Advice("no process has written yet: nothing says how the clocks stand"),
    registry_checks.CatalogueAlone: Advice("no schema registry is set: {schemas} ids of the catalogue hold"),
    registry_checks.RegistryFits: Advice("the schema registry has all {schemas} schemas, {others} under other ids"),
    registry_checks.SchemaIdTaken: lambda finding: Advice(
        f"the schema registry has {finding.found or 'another schema'} under id {finding.id}, which is that of "
        f"{finding.record} {finding.version} in our catalogue",
        "use a registry that gives no ids from 1001 to 9999, or import our schemas with their ids before all others",
    ),
    registry_checks.SchemasUnregistered: Advice(
        "the schema registry does not know {schemas}",
        "start the processes, which register them; they need the right to do so",
    ),
    readmodel_checks.TablesCurrent: Advice("the tables of the schema {schema} have version {version}"),
    readmodel_checks.TablesMissing: Advice(
        "the schema {schema} has no tables", "start `sijill run projection`, which makes them"
    ),
    readmodel_checks.TablesOld: Advice(
        "the tables of the schema {schema} have version {found}, this Sijill needs {newest}",
        "start `sijill run projection` of this version again: it brings them to the newest version",
    ),
    readmodel_checks.TablesNewer: Advice(
        "the tables of the schema {schema} have version {found}, this Sijill knows versions up to {newest}",
        "a newer Sijill made them: install that version here too",
    ),
    readmodel_checks.NoDeadLetters: Advice("no dead letters"),
    readmodel_checks.DeadLettersOpen: Advice(
        "{letters} records of {publisher} wait among the dead letters",
        "`sijill dlq list --publisher {publisher}` says why",
    ),
    readmodel_checks.QueueShort: Advice("{cases} cases wait for a steward"),
    readmodel_checks.QueueLong: Advice(
        "{cases} cases wait for a steward, the oldest for {days} days", "`sijill queue` lists the surest first"
    ),
}
_RECORDS_OF_STATE: Final = (
    "keep the local states (.sijill/state): they have what the topic lost. Find out who deleted it, then restore the "
    "topic from a copy, or rebuild the register from its events"
)
_RECORDS_OF_OTHERS: Final = (
    "find out who deleted them, and restore them from a copy: no process can bring them back. Then run "
    "`sijill topics apply`"
)
