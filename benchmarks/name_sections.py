"""The sections of the reference page on name suggestions: how right they are, and with very many companies."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from benchmarks.markdown import Results, numbers, table


def names(results: Results) -> Iterator[str]:
    """The name suggester."""
    section = results["names"]
    yield "## Name suggestions"
    yield ""
    yield from _NAMES
    yield ""
    named = {
        **section["sources"],
        "in total": section["total"],
        "rows whose failures were looked at": section["halves"]["looked_at"],
        "rows held out": section["halves"]["held_out"],
    }
    rows: list[tuple[object, ...]] = [(name, *(one[share] for share in _SHARES)) for name, one in named.items()]
    yield table(("list", *_SHARES.values()), rows)
    yield ""
    judged = section["folds"]
    yield f"The queue's threshold is {section['threshold']}. With a threshold taken from four fifths of the rows"
    yield "instead (the lowest with a precision of 0.9) and judged by the fifth, over five such divisions:"
    yield ""
    yield table(("measure", "median", "lowest", "highest"), ((name, *numbers(one)) for name, one in judged.items()))
    yield ""
    yield f"With the right name taken out of the list, {section['absent']:.0%} of the names still get a suggestion at"
    yield "the threshold: a sister, a branch or a stranger. That is why a suggestion is never a merge."
    yield ""
    yield from _among_strangers(section["strangers"])
    yield ""
    yield from _among_many(section["crowd"])


def _among_strangers(strangers: Mapping[str, Any]) -> Iterator[str]:
    listed, others = strangers["listed"], strangers["legal_names"]
    yield f"In a register most names have no partner. The {listed} names of the lists and {others:,} names of GLEIF go"
    yield "through the queue as `suggest` takes them; which of them are one company's was found by reading. `crossed`:"
    yield "each half of the list is judged by counts that the other half taught. A row within the list counts as wrong."
    yield "Whoever wrote the rules of comparing had seen what was wrong in both halves."
    yield ""
    rows = [
        (f"{_STATED[asked]}, {_JUDGED[how]}", *(one[share] for share in _AMONG))
        for asked, by_how in strangers["asked"].items()
        for how, one in by_how.items()
    ]
    yield table(("a registration of the list states", *_AMONG.values()), rows)
    yield ""
    yield "The score is a probability. Of each name of the list, in either script, the first suggestion among GLEIF's"
    yield "names (`crossed`), by the tenth in which its score is:"
    yield ""
    tenths = [
        (f"{one['from']:.1f}", one["names"], one["score"], one["right"], _share(one["right"], one["names"]))
        for one in strangers["tenths"]
    ]
    yield table(("score from", "suggestions", "their mean score", "right", "share right"), tenths)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else ""


def _among_many(crowd: Mapping[str, Any]) -> Iterator[str]:
    yield f"The same names among {crowd['known']:,} others (GLEIF's, each with one word replaced, so that every name"
    yield f"has some fourteen near doubles): recall@1 {crowd['recall_at_1']}, recall@5 {crowd['recall_at_5']}. New"
    yield "names of that kind asked there by one process, per second of the processor's time:"
    yield ""
    rates = [
        ("names asked per second", *numbers(crowd["names_per_s"])),
        ("pairs compared word by word per second", *numbers(crowd["pairs_per_s"])),
    ]
    yield table(("what", "per second", "lowest", "highest"), rates)


def many_companies(results: Results) -> Iterator[str]:
    """`suggest` with very many companies."""
    section = results["many_companies"]
    first, again = section["first_start"], section["restart"]
    yield "## Name suggestions among very many companies"
    yield ""
    yield f"The process `suggest` with {section['companies']:,} companies, each with an English and an Arabic name."
    yield f"Less than {section['goal_mb']:,} MB is the goal. A first start reads every name, a restart a file."
    yield "The names asked are those of new companies, two each, per second of the processor's time."
    yield ""
    rows = [(said, f"{first[name]:,}", f"{again[name]:,}") for name, said in _MANY.items()]
    yield table(("what", "first start", "restart"), rows)


_MANY: Final = {
    "rss_mb": "resident memory at the first event, MB",
    "rss_after_questions_mb": "after the questions, MB",
    "base_mb": "before any name, MB",
    "bytes_per_company": "bytes per company",
    "first_event_s": "seconds to the first event",
    "names_per_s": "names asked per second",
    "index_mb": "file of the index, MB",
}
_SHARES: Final = {
    "names": "names",
    "recall_at_1": "recall@1",
    "recall_at_5": "recall@5",
    "precision": "precision",
    "recall": "recall at the threshold",
}
_STATED: Final = {"arabic": "its Arabic name", "both": "both names"}
_JUDGED: Final = {
    "shipped": "counts that ship",
    "crossed": "crossed",
    "crossed_first_half": "crossed, the first half",
    "crossed_second_half": "crossed, the second half",
}
_AMONG: Final = {
    "rows": "rows",
    "right": "right",
    "present": "companies in both",
    "precision": "precision",
    "recall": "recall",
}
_NAMES: Final = (
    "Each Arabic name of a list is asked among the English names of the same list",
    "([how](../explanation/name-suggestions.md)). Nothing is learnt from these rows but some words of the glossary,",
    "which came to mind when every second row was read: the rows held out are the honest figure.",
)
