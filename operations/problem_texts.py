"""The sentences of the command line for each problem of the services, with the command that helps."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from services import as_of_problems, error_mapping, file_problems, judging_problems, problems
from services.file_problems import FileFault
from services.problems import ServiceProblem
from services.rebuilding import rebuild_problems

AN_ID: Final = "write GCC.SA.MC.7001775498, or a registration without the GCC."
_LISTED: Final = 20  # registrations named in a sentence
_SEARCH: Final = "`sijill search` finds one by name or number"
_START: Final = "start one with `sijill up`, or say in"


def sentence(problem: ServiceProblem) -> str:
    """Describe a problem, and what to do."""
    sentence_of = _SAID[type(problem)]
    return sentence_of.format(**problem.facts()) if isinstance(sentence_of, str) else sentence_of(problem)


def _several(problem: judging_problems.SeveralRegistrations) -> str:
    members = problem.registrations
    among = ", ".join(members[:_LISTED]) + (" …" if len(members) > _LISTED else "")
    return f"{problem.company} is a company of {len(members)} registrations: say which of them is meant: {among}"


def _dead_letter(problem: problems.UnknownDeadLetter) -> str:
    where = f"{problem.topic}-{problem.partition}"
    if problem.beyond:
        return f"{where} holds no offset {problem.offset}"
    return f"{where} has no record at offset {problem.offset}; `sijill dlq list` lists them"


def _topics_missing(problem: error_mapping.TopicsMissing) -> str:
    first, *more = problem.topics
    others = f" (nor {len(more)} others of the contract)" if more else ""
    return f"the topic {first} does not exist at {problem.servers}{others}: run `sijill topics apply`"


def _behind(problem: rebuild_problems.LiveRegisterBehind) -> str:
    left = ", ".join(f"{stage} by {records:,} records" for stage, records in problem.behind.items())
    idle = f" No process {', '.join(problem.idle)} runs: start it with `sijill run`." if problem.idle else ""
    return f"after {problem.after_s:.0f} s the live register is still behind: {left}.{idle}"


def _topic_missing(problem: error_mapping.TopicUnknown) -> str:
    name = "a topic" if problem.topic is None else f"the topic {problem.topic}"
    return f"{name} does not exist at {problem.servers}: run `sijill topics apply`"


def _first_line(before: str, after: str = "") -> Callable[[Any], str]:
    """Take the first line of what PostgreSQL says."""
    return lambda problem: before + problem.why.partition("\n")[0] + after


def _unconfirmed(problem: error_mapping.EventsUnconfirmed) -> str:
    if problem.event_id is not None:
        return (
            f"{problem.topic} did not confirm event {problem.event_id!r}: {problem.why}; publish it again, a second "
            "copy is answered as a duplicate"
        )
    return (
        f"{problem.topic}-{problem.partition} did not confirm a batch: {problem.why}; {problem.confirmed:,} events are "
        "confirmed. Publish all again: what arrived is answered as a duplicate"
    )


def _out_of_range(problem: problems.OutOfRange) -> str:
    if problem.name == "companies":
        wrong = f"{problem.value} companies: between {problem.least} and {problem.most}, beyond that a register runs "
        return f"no such simulation: {wrong}out of numbers"
    if problem.most is not None:
        share = f"{problem.name} is a share: between {problem.least} and {problem.most}"
        return f"no such simulation: {share}, not {problem.value}"
    return "no such simulation: window is at least 1, acts at least 0"


def _unusable(problem: file_problems.FileUnusable) -> str:
    columns = ", ".join(one or "without a name" for one in problem.columns)
    return _UNUSABLE[problem.fault].format(**{**problem.facts(), "columns": columns})


def _missing_columns(problem: file_problems.ColumnsMissing) -> str:
    missing, wanted = ", ".join(problem.missing), ", ".join(problem.wanted)
    return f"{problem.file}, line 1: no column {missing}; the first line must name {wanted}"


def _choose(named: str) -> Callable[[Any], str]:
    """List the words to choose from."""
    return lambda problem: f"{named.format(**problem.facts())}: choose from {', '.join(problem.known)}"


def _choose_others(option: str) -> Callable[[Any], str]:
    """Say which of the words of an option are not known, and which words there are."""
    return lambda problem: f"{option} {', '.join(problem.names)} is not known: choose from {', '.join(problem.known)}"


def _ahead(problem: as_of_problems.MomentAhead) -> str:
    return (
        f"--known-at {_moment(problem.known_at)} has not come yet: it is {_moment(problem.now)}. What takes effect "
        "later in law is a matter of --as-of"
    )


def _not_known(problem: as_of_problems.NotKnownBefore) -> str:
    since = _moment(problem.since)
    return f"{problem.id} was not known before {since}: the register accepted its first event then"


def _not_in_force(problem: as_of_problems.NotInForceThen) -> str:
    known = f"as known at {_moment(problem.known_at)}"
    if problem.since is None:
        return f"{problem.company_id} states nothing, {known}: all of it had been withdrawn"
    return f"{problem.company_id} states nothing as of {problem.as_of}: {known}, it begins on {problem.since}"


def _moment(moment: datetime) -> str:
    """Write a moment so that it can be given back with --known-at."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_UNUSABLE: Final[Mapping[FileFault, str]] = {
    FileFault.UNREADABLE: "{file} cannot be read: {why}",
    FileFault.WIDE_ENCODING: "{file} is not in UTF-8 but seems to be in UTF-16 or UTF-32: save it as UTF-8",
    FileFault.NO_UTF8: "{file} is no text in UTF-8: its first line is {header!r}",
    FileFault.NO_CSV: "{file}, line 1: {why}",
    FileFault.NO_JSON: "{file} is no JSON in UTF-8: {why}",
    FileFault.LONG_HEADER: "{file} has a header of {lines} lines: is a quote left open in the first?",
    FileFault.COLUMNS_MISSING: "{file} has no column {columns}: its first line is {header!r}",
    FileFault.COLUMNS_TWICE: "{file} has more than one column {columns:.200}",
}
_SAID: Final[Mapping[type[ServiceProblem], str | Callable[[Any], str]]] = {
    rebuild_problems.RebuildRuns: "another `sijill rebuild` uses {folder}: wait for its end",
    rebuild_problems.LiveRegisterBehind: _behind,
    rebuild_problems.TooManyDifferences: "{different:,} of {companies:,} companies differ. More than {most:,} are "
    "not applied without a further word: look at some of them, then add --yes-all",
    problems.UnknownId: f"no company or registration {{id}}: {_SEARCH}",
    as_of_problems.NoDay: "--as-of {text!r} is no day: write 2024-06-30",
    as_of_problems.NoMoment: "--known-at {text!r} is no moment with its zone: write 2024-06-30T12:00:00Z",
    as_of_problems.MomentAhead: _ahead,
    as_of_problems.NotKnownBefore: _not_known,
    as_of_problems.NotInForceThen: _not_in_force,
    problems.UnknownCompany: f"no company {{id}} in the register: {_SEARCH}",
    problems.UnknownRegistration: f"no registration {{id}} in the register: {_SEARCH}; `sijill wait` first, if it was "
    "published just now",
    problems.UnknownCase: "no case {id} is open: `sijill queue` lists those that are",
    problems.UnknownJudgement: "no judgement {id} in the register: `sijill judgements` lists them; `sijill wait` "
    "first, if it was made just now",
    problems.UnknownDeadLetter: _dead_letter,
    problems.AnotherDecides: "another redrive or discard has begun, and this one stops after {decided:,} letters: give "
    "the command again when the other has ended; nothing is done twice",
    problems.OnlyParked: lambda problem: (
        f"the register holds nothing of {problem.id} yet: {len(problem.letters)} records of it are parked. The first: "
        f"sijill dlq show {problem.letters[0]}"
    ),
    judging_problems.NoRegistrationId: "{text} is no registration id: write SA.MC.7001775498, or a company's "
    "GCC.SA.MC.7001775498",
    judging_problems.OneRegistration: "{one} and {two} are one registration, {registration_id}: a judgement takes two",
    judging_problems.SeveralRegistrations: _several,
    judging_problems.Unsigned: "a judgement needs who judges and why: --by and --why must not be empty",
    judging_problems.NameTooLong: "--by takes {most} characters at most: it says who, and --why says the rest",
    judging_problems.ReasonTooLong: "--why and each --evidence take {most:,} characters at most: refer to a document",
    judging_problems.TooMuchEvidence: "--evidence can be given {most} times at most",
    judging_problems.NothingToJudge: "{company_id} has no registrations, so there is nothing to judge: all of it was "
    "withdrawn",
    judging_problems.TooManyJudgements: "{registration_id} stands in {held:,} judgements, the most that one "
    "registration takes: `sijill judgements {registration_id}` lists them; only --revoke is taken",
    judging_problems.IsRevocation: "{id} is itself a revocation (of {revokes}): judge the two registrations anew",
    judging_problems.RevokedAlready: "{id} was revoked already, by {by}: nothing is to be done",
    problems.WrongAgency: "{text!r} is no agency id: use lower-case letters, digits and hyphens, {longest} at most",
    problems.UnknownFields: _choose_others("--field"),
    problems.NoActivity: "--activity {text} is no ISIC Rev. 4 class, nor its first digits: write 62 or 6201",
    problems.NoId: f"--company {{text}} is no id: {AN_ID}",
    problems.NoNotices: "agency {agency} has no topic of notices: subscribe it (sijill subscribe {agency}). If it was "
    "deleted, the next notice makes it again",
    problems.SubscriptionTooLarge: "the subscription of {agency} has {size:,} bytes, at most {most:,} are taken: "
    "name fewer than these {companies:,} companies, or follow member states, activities or fields",
    problems.CommandTooLarge: "{topic} takes no record of {size:,} bytes: name fewer, or follow by other criteria",
    problems.UnknownMemberStates: _choose_others("--member-state"),
    problems.UnknownProperty: _choose("--why {name} is not known"),
    problems.UnknownPublisher: _choose("no publisher {name}"),
    problems.UnknownCode: _choose("--code {code} is no reason of a refusal"),
    problems.NoSuchFeed: lambda problem: f"no feed is called {problem.name!r}: there are {', '.join(problem.known)}",
    problems.OtherRulesRun: lambda problem: (
        f"{problem.process} runs with other rules ({problem.running[:12] or 'it does not say which'}) than "
        f"{problem.wanted[:12]}: set SIJILL_RULES to their folder, and start the processes again"
    ),
    problems.UnknownProcess: lambda problem: (
        f"no process {', '.join(problem.names)}: choose from {', '.join(problem.known)}, or all"
    ),
    problems.UnknownCheck: lambda problem: (
        f"no check {', '.join(problem.names)}: choose from {', '.join(problem.known)}"
    ),
    problems.NoSeed: "no such simulation: {text!r} is no seed: use up to {longest} letters, digits, hyphens and "
    "underscores",
    problems.OutOfRange: _out_of_range,
    problems.UnknownKnob: _choose("--knob {name} is not known"),
    file_problems.FileUnreadable: "{file} cannot be read: {why}",
    file_problems.FileUnusable: _unusable,
    file_problems.FileTimeImplausible: "{file} was last changed on {changed_on}, as its file system says: no registry "
    "stated it on that day. Say the day with --recorded-on YYYY-MM-DD: it decides which statement holds",
    file_problems.NoUtf8: "{file} is not UTF-8 at byte {byte:,}: save it as CSV UTF-8",
    file_problems.NoCsv: "{file} is no CSV file: {why}",
    file_problems.ColumnsMissing: _missing_columns,
    file_problems.FieldsEmpty: lambda problem: (
        f"{problem.file}, line {problem.line}: {', '.join(problem.fields)} is empty; fill it in, or take the row out"
    ),
    file_problems.NoRows: "{file} has no row below its first line: nothing to measure",
    error_mapping.KafkaAway: f"no Kafka answers at {{servers}}: {_START} SIJILL_KAFKA where it is",
    error_mapping.KafkaSlow: "Kafka at {servers} did not answer in time: {why}. Try it again",
    error_mapping.KafkaRefuses: "Kafka at {servers} answers, and this cannot be done: {why}",
    error_mapping.NotDone: "Kafka at {servers} did not do it: {why}",
    error_mapping.TopicUnknown: _topic_missing,
    error_mapping.TopicsMissing: _topics_missing,
    error_mapping.TopicRefused: "Kafka refuses to describe or change {topic}: {why}",
    error_mapping.WithoutLeader: lambda problem: (
        f"Kafka created {', '.join(problem.topics)} but gives no leader after {problem.after_s:g} s"
    ),
    error_mapping.NotSet: "Kafka took the settings, but after {after_s:g} s {topic} has {setting}={found}, "
    "the contract says {wanted}",
    error_mapping.EventsUnconfirmed: _unconfirmed,
    error_mapping.PostgresAway: _first_line(
        "PostgreSQL does not answer: ", f": {_START} SIJILL_DATABASE_URL where it is"
    ),
    error_mapping.PostgresBreaksOff: "PostgreSQL does not answer as it should: {why}. Is it running? (sijill up)",
    error_mapping.PostgresRefuses: _first_line("PostgreSQL answers, and this cannot be done: "),
    error_mapping.ProjectionMissing: "The schema {schema} holds no projection of this version: "
    "start `sijill run projection`.",
    error_mapping.BelowFails: "{why}",
}
