"""Words of a registry that none of our maps has.

They are kept as stated, mean UNKNOWN, give a warning, and are counted.
"""

from collections.abc import Iterator

from register.activities import activity_words, isic4_class
from register.authorities import Authority
from register.codes import Oddity, Warning
from register.events import RegistrationEvent
from register.legal_forms import LegalForm
from register.status import EntityStatus


def unmapped_words(event: RegistrationEvent, authority: Authority) -> Iterator[Warning]:
    """Warn of each word of an event that the authority's maps do not have."""
    status = event.stated.get("status_as_stated")
    if status is not None and not authority.words.has_status(status):
        yield Warning(
            code=Oddity.UNMAPPED_STATUS,
            message=f"the status word {status!r} of {authority.authority} is not mapped: our status is "
            f"{EntityStatus.UNKNOWN.value} where nothing else tells it",
            field="status_as_stated",
            word=status,
        )
    form = event.stated.get("legal_form_as_stated")
    if form is not None and not authority.words.has_legal_form(form):
        yield Warning(
            code=Oddity.UNMAPPED_LEGAL_FORM,
            message=f"the legal form {form!r} of {authority.authority} is not mapped: our legal form is "
            f"{LegalForm.UNKNOWN.value}",
            field="legal_form_as_stated",
            word=form,
        )
    for activity in event.stated.get("activities", ()):
        if isic4_class(activity["scheme"], activity["code"]) is None:
            words = activity_words(activity)
            yield Warning(
                code=Oddity.UNMAPPED_ACTIVITY,
                message=f"the activity {words!r} of {authority.authority} leads to no class of ISIC Rev. 4: "
                "no filter by activity finds it",
                field="activities",
                word=words,
            )
