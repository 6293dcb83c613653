"""The page of the reference on legal forms: our list, its names, its ISO 20275 codes, and each member state's words."""

from collections.abc import Iterator
from typing import Final

import yaml

from register.ids import MEMBER_STATES, member_state_of
from register.legal_forms import LegalForm
from schemas.facts.authorities import FOLDER, authorities
from schemas.facts.legal_forms import legal_forms

_HEADING: Final = """\
<!-- Written by `make docs` from schemas/legal_forms.yaml and schemas/authorities/; not edited by hand. -->

# Legal forms

`legal_form_as_stated` is the registry's own word, kept as it is. `legal_form` is one of the forms below: it follows
from the word by the map of the authority: the same abbreviation means different forms in different member states. A
word that is in no map gives `UNKNOWN` and the warning [`unmapped_legal_form`](codes.md), and `sijill status` counts it.
[A page of its own](../how-to/map-words.md) says how to map it. The codes are those of ISO 20275 (ELF), which has none
for Oman. They are words, too: a source that writes the code instead of the form is understood.

| form | name | الاسم | what it is | ISO 20275 |
|---|---|---|---|---|
"""
_WORDS: Final = """
## The words of the registries

Dots, blanks, brackets, capitals, hamza, the article and شركة before a form make no difference: `ذ.م.م` is `(ذ م م)`,
and `W.L.L.` is `WLL`.
"""


def page() -> str:
    """Write the page."""
    return _HEADING + "".join(map(_row, LegalForm)) + _WORDS + "".join(_sections())


def _row(form: LegalForm) -> str:
    named = legal_forms()[form]
    return f"| `{form}` | {named.name_en} | {named.name_ar} | {named.explanation} | {_codes(form)} |\n"


def _codes(form: LegalForm) -> str:
    """List the codes of a form by member state; those of a zone's own register are its member state's here."""
    found: dict[str, list[str]] = {}
    for one in authorities().values():
        for code in one.elf_codes.get(form, ()):
            found.setdefault(one.authority[:2], []).append(code)
    return "; ".join(
        f"{member_state} {', '.join(dict.fromkeys(codes))}" for member_state, codes in sorted(found.items())
    )


def _sections() -> Iterator[str]:
    for member_state in MEMBER_STATES:
        content = yaml.safe_load((FOLDER / f"{member_state.lower()}.yaml").read_text(encoding="utf-8"))
        yield from _section(member_state, content["legal_forms"])
        for code, facts in content["authorities"].items():
            if "legal_forms" in facts:
                yield from _section(f"{code}, before those of {member_state_of(code)}", facts["legal_forms"])


def _section(title: str, forms: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    yield f"\n### {title}\n\n| form | words |\n|---|---|\n"
    for form, facts in forms.items():
        yield f"| `{form}` | {' · '.join(facts.get('words', ()))} |\n"
