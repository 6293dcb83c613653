"""Send the evidence of a registration to the resolver when it changes."""

from operator import is_

from register.authorities import Authorities
from register.registration import Registration
from register.resolution.evidence import READ, Numberings, evidence_of
from schemas.codec.resolution_records import evidence_datum
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from streams.tasks.processor import Work

LINKS_PARTITION = 0  # the only one: one task must see all links


class EvidenceSender:
    """Sends evidence from `admit` to `resolve`."""

    def __init__(self, topics: Topics, authorities: Authorities) -> None:
        self._topic = topics.links
        self._numberings: Numberings = {code: one.numbering for code, one in authorities.items()}

    def send_if_changed(self, before: Registration, after: Registration, work: Work) -> None:
        """Send the evidence, or a tombstone, if it has changed."""
        for value in self.changed_evidence(before, after):
            work.emit(self._topic, after.registration_id.encode(), value, partition=LINKS_PARTITION)

    def send(self, registration: Registration, work: Work) -> None:
        """Send the evidence, or a tombstone, whether it has changed or not."""
        evidence = evidence_of(registration, self._numberings)
        value = None if evidence is None else encode("Evidence", evidence_datum(evidence))
        work.emit(self._topic, registration.registration_id.encode(), value, partition=LINKS_PARTITION)

    def changed_evidence(self, before: Registration, after: Registration) -> tuple[bytes | None, ...]:
        """Write the evidence, or a tombstone, if it has changed.

        Most events repeat the evidence: compare its properties first.
        """
        old, new = before.properties, after.properties
        if old and new and all(map(is_, map(old.get, READ), map(new.get, READ))):
            return ()
        evidence = evidence_of(after, self._numberings)
        if evidence is None:
            return (None,) if old else ()
        if evidence.states_the_same_as(evidence_of(before, self._numberings)):
            return ()
        return (encode("Evidence", evidence_datum(evidence)),)
