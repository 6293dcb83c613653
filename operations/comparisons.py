"""Says what a comparison of the register with a simulation found, to a person and to a machine."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from services.truth_comparison import RegisterComparison, UnexpectedCompany, WrongAlias


def comparison_document(found: RegisterComparison) -> dict[str, Any]:
    """Bring a comparison into the form that `--json` answers with."""
    document: dict[str, Any] = {"is_equal": found.is_equal}
    for name, value in asdict(found).items():
        if name == "unexpected_companies":
            document["unexpected_ids"] = [_unexpected(one) for one in found.unexpected_companies]
        elif name == "misled_aliases":
            document["wrong_alias_ids"] = [_misled(one) for one in found.misled_aliases]
        else:
            document[name] = value
    return document


def comparison_lines(found: RegisterComparison) -> Iterator[str]:
    """Say what was found, a line each: three of counts, then one for each thing that is wrong."""
    yield (
        f"{found.expected} companies expected: {found.equal} equal, {found.differing} differ, {found.missing} missing, "
        f"{found.unexpected} unexpected ({found.others} records of other sources left alone)"
    )
    yield (
        f"{found.pairs_expected} pairs of registrations belong together: precision {found.precision:.4f}, "
        f"recall {found.recall:.4f}, {found.merged_wrongly} pairs of strangers "
        f"({found.merged_by_decoys} by one of {found.decoys} decoys)"
    )
    yield f"{found.aliases} ids that merged away lead where they must, {found.wrong_aliases} do not"
    for one in found.differences:
        yield f"{one.company_id} {one.field}: expected {one.expected!r}, found {one.found!r}"
    yield from (f"{one}: missing" for one in found.missing_ids)
    yield from (f"{_unexpected(one)}: unexpected" for one in found.unexpected_companies)
    yield from (_misled(one) for one in found.misled_aliases)
    yield from (f"{one} and {other} are strangers in one company" for one, other in found.wrong_pairs)
    yield from (f"{one} and {other} are one company and stand apart" for one, other in found.missed_pairs)
    yield from (f"{one} is in more than one company" for one in found.doubled_ids)


def _unexpected(one: UnexpectedCompany) -> str:
    return one.company_id if one.belongs_to is None else f"{one.company_id} (belongs to {one.belongs_to})"


def _misled(one: WrongAlias) -> str:
    return f"{one.alias} leads to {one.leads_to}, must lead to {one.expected}"
