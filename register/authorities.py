"""The registration authorities: who keeps which register, and what their numbers and words look like.

The facts stand in schemas/authorities/*.yaml; this module says what they mean.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from register.authority_kinds import AuthorityKind, AuthorityKinds
from register.authority_words import Words
from register.legal_forms import LegalForm
from register.resolution.evidence import Numbering


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One register. `number` is a full-match pattern; None where no format is verified: accept and keep raw."""

    authority: str
    """`CC.REGISTER`, the first two parts of its registration ids."""
    publisher: str
    """The suffix of the one topic it may write to: `registrations.<publisher>`."""
    jurisdiction: str | None
    """ISO 3166-1 or -2 code of the law it registers under; None for one above the member states."""
    kind: AuthorityKind
    name_en: str
    name_ar: str
    number: re.Pattern[str] | None = None
    number_in_words: str = ""
    languages: tuple[str, ...] = ("ar", "en")
    words: Words = field(default_factory=Words)
    elf_codes: Mapping[LegalForm, tuple[str, ...]] = field(default_factory=dict)
    """The ISO 20275 codes of our legal forms here, where there are any."""
    numbering: Numbering = field(default_factory=Numbering)
    """Its numbers as identifiers, and their stems: what the resolver reads of them."""


Authorities = Mapping[str, Authority]
"""By `CC.REGISTER`."""


def kinds_of(authorities: Authorities) -> AuthorityKinds:
    """Give the kind of each authority."""
    return {code: one.kind for code, one in authorities.items()}
