"""Send the names and the company of a registration to the suggester when they change."""

from operator import is_

from register.history import History
from register.names.naming import READ, Naming, naming_of
from schemas.codec.suggestion_records import naming_datum
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from streams.tasks.processor import Work

NAMES_PARTITION = 0  # the only one: any two names may be alike


class NamingSender:
    """Sends namings from `admit` to `suggest`."""

    def __init__(self, topics: Topics) -> None:
        self._topic = topics.names

    def send_if_changed(self, before: History[bytes], after: History[bytes], work: Work) -> None:
        """Send the naming, or a tombstone, if it has changed."""
        for value in changed_naming(before, after):
            work.emit(self._topic, after.registration.registration_id.encode(), value, partition=NAMES_PARTITION)

    def send(self, history: History[bytes], work: Work) -> None:
        """Send the naming, or a tombstone, whether it has changed or not."""
        value = _written(naming_of(history))
        work.emit(self._topic, history.registration.registration_id.encode(), value, partition=NAMES_PARTITION)


def changed_naming(before: History[bytes], after: History[bytes]) -> tuple[bytes | None, ...]:
    """Write the naming, or a tombstone, if it has changed.

    Most events repeat the names: compare their properties first.
    """
    old, new = before.registration.properties, after.registration.properties
    if before.company == after.company and all(map(is_, map(old.get, READ), map(new.get, READ))):
        return ()
    naming = naming_of(after)
    if naming == naming_of(before):
        return ()
    return (_written(naming),)


def _written(naming: Naming | None) -> bytes | None:
    return None if naming is None else encode("Naming", naming_datum(naming))
