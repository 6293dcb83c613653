"""Our legal forms in Arabic and English: schemas/legal_forms.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from register.legal_forms import LegalForm, LegalFormName
from schemas.facts.reading import content_of, mapping, only, text
from schemas.facts.rules_folder import remembered, rule_path

FILE: Final = Path(__file__).parents[1] / "legal_forms.yaml"
_FACTS: Final = frozenset({"name", "explanation"})
_LANGUAGES: Final = frozenset({"en", "ar"})


@remembered
def legal_forms() -> Mapping[LegalForm, LegalFormName]:
    """Give the names of all legal forms."""
    return read_file(rule_path(FILE.name))


def read_file(path: Path) -> Mapping[LegalForm, LegalFormName]:
    """Read a file of names; raises MalformedFacts where it does not name exactly the forms that there are."""
    entries = mapping(content_of(path), str(path))
    all_forms = frozenset(LegalForm)
    only(entries, allowed=all_forms, mandatory=all_forms, where=str(path))
    return {form: _name(form, entries[form], f"{path}, {form}") for form in LegalForm}


def _name(form: LegalForm, facts: object, where: str) -> LegalFormName:
    entry = mapping(facts, where)
    only(entry, allowed=_FACTS, mandatory=_FACTS, where=where)
    names = mapping(entry["name"], f"{where}, name")
    only(names, allowed=_LANGUAGES, mandatory=_LANGUAGES, where=f"{where}, name")
    return LegalFormName(
        form=form,
        name_en=text(names["en"], None, f"{where}, name"),
        name_ar=text(names["ar"], None, f"{where}, name"),
        explanation=text(entry["explanation"], None, f"{where}, explanation"),
    )
