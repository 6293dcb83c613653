"""Says what a comparison of the register found, to a person and to a machine."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from operations.value_texts import as_text
from register.company import Company
from services.instance_comparison import DifferingCompany, InstanceComparison
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


def instances_document(found: InstanceComparison) -> dict[str, Any]:
    """Bring a comparison of two instances into the form that `--json` answers with."""
    return {
        "is_equal": not found.different,
        "companies": found.companies,
        "other_companies": found.other_companies,
        "different": found.different,
        "by_field": dict(found.by_field),
        "first": [{"company_id": one.company_id, "fields": list(one.fields)} for one in found.first],
    }


def instances_lines(found: InstanceComparison) -> Iterator[str]:
    """Say what a comparison of two instances found: the counts, then the first differing field of each company."""
    yield (
        f"{found.companies:,} companies here, {found.other_companies:,} in the other instance: "
        f"{found.different:,} differ"
    )
    yield from (f"  {name}: {count:,}" for name, count in found.by_field.items())
    yield from map(_first_field, found.first)


def _first_field(one: DifferingCompany) -> str:
    name = one.fields[0]
    return f"{one.company_id} {name}: here {_value_of(one.one, name)}, there {_value_of(one.other, name)}"


def _value_of(company: Company | None, name: str) -> str:
    if company is None:
        return "no record"
    if name in company.properties:
        return as_text(company.properties[name])
    return ", ".join(one.registration_id for one in company.registrations) if name == "registrations" else as_text(None)


def _unexpected(one: UnexpectedCompany) -> str:
    return one.company_id if one.belongs_to is None else f"{one.company_id} (belongs to {one.belongs_to})"


def _misled(one: WrongAlias) -> str:
    return f"{one.alias} leads to {one.leads_to}, must lead to {one.expected}"
