"""The report of a rebuild as one HTML page that needs no other file, for a browser or for print."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Final

from operations.value_texts import as_lines
from register.company import Company
from register.differences import CompanyDifference
from register.ids import member_state_of, own_registration
from register.properties import PROPERTIES
from runtime.safe_text import shown
from services.rebuilding.rebuild_values import RebuildResult

MOST_SHOWN: Final = 50  # companies that stand whole on the page
_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1c2530; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.2rem; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0 1.4rem; table-layout: fixed; }
th, td { text-align: start; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d9dee4;
  overflow-wrap: anywhere; }
th { background: #f2f5f8; } td.number { text-align: end; font-variant-numeric: tabular-nums; }
tr.differs td { background: #fff3d6; } .same { color: #16703c; } .different { color: #9c2a10; }
code { font-size: .9em; } .absent { color: #77828d; }
@media (prefers-color-scheme: dark) { body { background: #14181d; color: #e4e8ec; } th { background: #232a32; }
  th, td { border-color: #38414b; } tr.differs td { background: #4a3a12; } .same { color: #6fd39a; }
  .different { color: #ff9d80; } }
"""


def report_page(found: RebuildResult) -> str:
    """Write the page: the counts by member state, field and damaged state, then the first companies side by side."""
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Rebuild of the register</title><style>{_STYLE}</style></head><body>",
            "<h1>Rebuild of the register</h1>",
            *_summary(found),
            *_counts(found.differences),
            *_companies(found.differences),
            "</body></html>\n",
        )
    )


def counts_by(differences: Iterable[CompanyDifference]) -> Mapping[str, Mapping[str, int]]:
    """Count the companies that differ: by member state, by field and by damaged state, the most frequent first."""
    states, fields, damaged = Counter[str](), Counter[str](), Counter[str]()
    for one in differences:
        states[member_state_of(own_registration(one.company_id)) or "none"] += 1
        fields.update(one.fields)
        damaged[one.damaged] += 1
    return {
        "member_state": dict(states.most_common()),
        "field": dict(fields.most_common()),
        "damaged": dict(damaged.most_common()),
    }


def _summary(found: RebuildResult) -> Iterator[str]:
    different = len(found.differences)
    kind = "different" if different else "same"
    yield f'<p class="{kind}"><strong>{different:,} of {found.companies:,} companies differ.</strong></p>'
    facts = {
        "events": f"{found.events:,}",
        "seconds": f"{found.seconds:,.1f}",
        "events per second": f"{found.events_per_s:,.0f}",
        "digest": found.digest,
        "rules": found.rules,
        "rebuild": found.rebuild_id,
        "not settled": ", ".join(found.unsettled) or "0",
    }
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in facts.items())
    yield f"<table>{rows}</table>"


def _counts(differences: Iterable[CompanyDifference]) -> Iterator[str]:
    titles = {"member_state": "By member state", "field": "By field", "damaged": "By damaged state"}
    for name, counted in counts_by(differences).items():
        if counted:
            rows = "".join(
                f'<tr><td>{escape(what)}</td><td class="number">{count:,}</td></tr>' for what, count in counted.items()
            )
            yield f"<h2>{titles[name]}</h2><table><tr><th>{name}</th><th>companies</th></tr>{rows}</table>"


def _companies(differences: tuple[CompanyDifference, ...]) -> Iterator[str]:
    if differences:
        yield f"<h2>The first {min(MOST_SHOWN, len(differences)):,} companies</h2>"
    for one in differences[:MOST_SHOWN]:
        behind = f" of {', '.join(one.registrations)}" if one.registrations else ""
        yield f"<h3><code>{escape(one.company_id)}</code></h3>"
        yield f"<p>Damaged: the state of <strong>{escape(one.damaged)}</strong>{escape(behind)}.</p>"
        yield "<table><tr><th>field</th><th>live</th><th>rebuilt</th></tr>"
        for name in ("registrations", "alias_of", *PROPERTIES):
            live, rebuilt = _value(one.live, name), _value(one.rebuilt, name)
            if live or rebuilt:
                differs = ' class="differs"' if name in one.fields else ""
                yield f"<tr{differs}><td>{escape(name)}</td>{_cell(live)}{_cell(rebuilt)}</tr>"
        yield "</table>"


def _value(company: Company | None, name: str) -> list[str]:
    if company is None:
        return []
    if name == "registrations":
        return [one.registration_id for one in company.registrations]
    if name == "alias_of":
        return [company.alias_of] if company.alias_of else []
    return as_lines(company.properties[name]) if name in company.properties else []


def _cell(lines: list[str]) -> str:
    """Write a value. The browser finds the direction of each line by its letters: Arabic reads from the right."""
    if not lines:
        return '<td class="absent">not stated</td>'
    return f"<td>{''.join(f'<div><bdi>{escape(shown(line))}</bdi></div>' for line in lines)}</td>"
