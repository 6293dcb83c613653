"""The commands, one module per subject, and their list, which `sijill --help` shows without loading any."""

from typing import Final, NamedTuple


class Listed(NamedTuple):
    """The module of a command, and its help: the first paragraph of its docstring."""

    module: str
    help: str


COMMANDS: Final[dict[str, Listed]] = {
    "up": Listed("up_and_down", "Start the embedded Kafka and PostgreSQL, or find them running."),
    "down": Listed(
        "up_and_down",
        "Stop every process of this data directory, then the embedded PostgreSQL and Kafka. Data stays.",
    ),
    "run": Listed("run", "Run processes of the register; several are watched, and started again when they end."),
    "wait": Listed("wait", "Return when every process has caught up with what is in the topics now."),
    "publish": Listed(
        "publish",
        "Publish a file of a feed; the same file again changes nothing. Exit code 1 when anything in it is not taken.",
    ),
    "simulate": Listed(
        "publish",
        "Publish the histories of synthetic companies over the six member states; what must come of them is known.",
    ),
    "status": Listed(
        "status",
        "Count receipts by outcome, dead letters, companies, changes and notices, and how far each stage is behind.",
    ),
    "doctor": Listed(
        "doctor",
        "Check this deployment: versions, disk, clocks, topics, states, processes, tables, and what waits for a "
        "person.",
    ),
    "show": Listed(
        "show_and_search",
        "Show a company: each value with the registration and the event that stated it, and what others state.",
    ),
    "search": Listed("show_and_search", "Find companies; hamza, article, diacritics and capitals make no difference."),
    "export": Listed(
        "export",
        "Write the records of all companies to standard output, by id: of today, or as they were then.",
    ),
    "authorities": Listed(
        "authorities",
        "List the registration authorities: the kind of each, its publisher, and what its numbers look like.",
    ),
    "judge": Listed(
        "judge",
        "Decide that two registrations are one company, or are not; a later judgement overtakes an earlier one.",
    ),
    "judgements": Listed(
        "judge",
        "List judgements, the latest first: which of them hold, and which were revoked or overtaken, and by which.",
    ),
    "subscribe": Listed(
        "subscribe_and_follow",
        "Say what an agency wants to hear of; it replaces what the agency said before. All that is given must hold.",
    ),
    "unsubscribe": Listed(
        "subscribe_and_follow", "End an agency's subscription. Notices that were given stay readable."
    ),
    "follow": Listed(
        "subscribe_and_follow",
        "Show an agency's notices, in the order of their numbers; with --json one document a line.",
    ),
    "compare": Listed(
        "compare",
        "Compare every company with the truth of a simulation, or with another instance: field by field.",
    ),
    "digest": Listed(
        "digest",
        "Take the digest of the register: equal registers have equal digests, whatever their order and versions.",
    ),
    "rebuild": Listed(
        "rebuild",
        "Rebuild the register from its topics beside the live one, and say where the live one differs.",
    ),
    "demo": Listed(
        "demo",
        "Start everything, publish the shipped real records and 2,000 synthetic companies, and show what came of them.",
    ),
    "topics": Listed("topics", "The topics on the cluster: create them, or show what differs."),
    "dlq": Listed("dlq", "Dead letters: records that could not be taken, byte for byte, and why."),
    "audit": Listed(
        "audit",
        "List what people changed or started, the latest first; --json also has what was there before and after.",
    ),
    "names": Listed("names", "Names: what they suggest, and how well."),
    "queue": Listed(
        "queue",
        "List the cases of the stewards' queue, the surest first, with the commands that settle them.",
    ),
}
"""By name, in the order of the help. A test compares each with what its module says."""
