"""A registry's own words and their meanings, as the fold needs them."""

from dataclasses import dataclass, field

from register.authority_kinds import AuthorityKind
from register.legal_forms import LegalForm, LegalFormWords, legal_form_word
from register.status import EntityStatus, StatusWords, status_word


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The maps of one authority. A word that no map has becomes UNKNOWN; the word itself is kept as stated."""

    status: StatusWords = field(default_factory=dict)
    legal_forms: LegalFormWords = field(default_factory=dict)
    kind: AuthorityKind = AuthorityKind.STATE_REGISTER

    def status_of(self, word: str) -> EntityStatus:
        """Give the status of a status word."""
        return self.status.get(status_word(word), EntityStatus.UNKNOWN)

    def legal_form_of(self, word: str) -> LegalForm:
        """Give the legal form of a word."""
        return self.legal_forms.get(legal_form_word(word), LegalForm.UNKNOWN)

    def has_status(self, word: str) -> bool:
        """Tell whether a status word is in the map."""
        return status_word(word) in self.status

    def has_legal_form(self, word: str) -> bool:
        """Tell whether a word for a legal form is in the map."""
        return legal_form_word(word) in self.legal_forms
