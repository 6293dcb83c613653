"""A registry's own words and what they mean to us: what the fold needs to know of an authority."""

from dataclasses import dataclass, field

from register.authority_kinds import AuthorityKind
from register.legal_forms import LegalForm, LegalFormWords, legal_form_word
from register.status import EntityStatus, StatusWords, status_word


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The maps of one authority. A word that is in none becomes UNKNOWN; it is kept as stated all the same."""

    status: StatusWords = field(default_factory=dict)
    legal_forms: LegalFormWords = field(default_factory=dict)
    kind: AuthorityKind = AuthorityKind.STATE_REGISTER

    def status_of(self, word: str) -> EntityStatus:
        """Say what a status word means."""
        return self.status.get(status_word(word), EntityStatus.UNKNOWN)

    def legal_form_of(self, word: str) -> LegalForm:
        """Say what a word for a legal form means."""
        return self.legal_forms.get(legal_form_word(word), LegalForm.UNKNOWN)

    def has_status(self, word: str) -> bool:
        """Tell whether a status word is in the map."""
        return status_word(word) in self.status

    def has_legal_form(self, word: str) -> bool:
        """Tell whether a word for a legal form is in the map."""
        return legal_form_word(word) in self.legal_forms
