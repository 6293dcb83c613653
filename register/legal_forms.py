"""The legal form of a company. The registry's word is kept; the map of its authority gives ours.

No word has a meaning without its authority. In the Emirates ش.م.ع is a public company; in Oman two forms begin with it.
The maps stand in schemas/authorities/*.yaml, the names of the forms in schemas/legal_forms.yaml.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from register.word_normalisation import folded_word

_COMPANY: Final = "شركه"  # "company", folded: registries write it before a form or leave it out


class LegalForm(StrEnum):
    """Our own list of legal forms. ISO 20275 has codes for some of them in some member states, and none for Oman."""

    UNKNOWN = "UNKNOWN"
    LLC = "LLC"
    SINGLE_PERSON_LLC = "SINGLE_PERSON_LLC"
    PRIVATE_COMPANY_BY_SHARES = "PRIVATE_COMPANY_BY_SHARES"
    COMPANY_BY_GUARANTEE = "COMPANY_BY_GUARANTEE"
    UNLIMITED_COMPANY = "UNLIMITED_COMPANY"
    JSC = "JSC"
    PUBLIC_JSC = "PUBLIC_JSC"
    CLOSED_JSC = "CLOSED_JSC"
    SIMPLIFIED_JSC = "SIMPLIFIED_JSC"
    GENERAL_PARTNERSHIP = "GENERAL_PARTNERSHIP"
    LIMITED_PARTNERSHIP = "LIMITED_PARTNERSHIP"
    PARTNERSHIP_BY_SHARES = "PARTNERSHIP_BY_SHARES"
    LIMITED_LIABILITY_PARTNERSHIP = "LIMITED_LIABILITY_PARTNERSHIP"
    JOINT_VENTURE = "JOINT_VENTURE"
    PROFESSIONAL_COMPANY = "PROFESSIONAL_COMPANY"
    SOLE_PROPRIETORSHIP = "SOLE_PROPRIETORSHIP"
    FREE_ZONE_COMPANY = "FREE_ZONE_COMPANY"
    FREE_ZONE_ESTABLISHMENT = "FREE_ZONE_ESTABLISHMENT"
    BRANCH = "BRANCH"
    BRANCH_OF_FOREIGN = "BRANCH_OF_FOREIGN"
    REPRESENTATIVE_OFFICE = "REPRESENTATIVE_OFFICE"
    NON_PROFIT_COMPANY = "NON_PROFIT_COMPANY"
    COOPERATIVE = "COOPERATIVE"
    FOUNDATION = "FOUNDATION"
    SPECIAL_PURPOSE_COMPANY = "SPECIAL_PURPOSE_COMPANY"
    GOVERNMENT_ENTITY = "GOVERNMENT_ENTITY"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFormName:
    """The names of a legal form, and its explanation."""

    form: LegalForm
    name_en: str
    name_ar: str
    explanation: str


LegalFormWords = Mapping[str, LegalForm]
"""A registry's own words (folded with `legal_form_word`) and what they mean."""


def legal_form_word(text: str) -> str:
    """Fold a registry's word for a legal form for look-up: dots, blanks, hamza and article make no difference.

    >>> legal_form_word("ذ.م.م") == legal_form_word("(ذ م م)"), legal_form_word("W.L.L.")
    (True, 'wll')
    >>> legal_form_word("الشركة ذات المسؤولية المحدودة") == legal_form_word("ذات مسؤولية محدودة")
    True
    """
    words = folded_word(text)
    return " ".join(words[1:] if len(words) > 1 and words[0] == _COMPANY else words)
