"""A stewards' desk for the queue of similar names: the queue, its stored state, and the cases of a steward."""

from collections.abc import Sequence

from matching.suggesting.name_queue import NameQueue
from matching.suggesting.queue_changes import OpenCase, StatedNaming
from matching.suggesting.suggester import Suggester
from register.ids import RegistrationId, company_id
from register.names.naming import Naming
from register.resolution.cases import Case
from register.resolution.judgements import Judgement
from schemas.facts.name_glossary import name_glossary

GLOSSARY = name_glossary()
WHOLE = "Boustan Marjan Zumurrud Qurtuba Trading LLC"
NEARLY = "Boustan Marjan Zumurrud Falak Trading LLC"


def called(own: str, *names: str, company: str | None = None, jurisdiction: str | None = None) -> StatedNaming:
    """Make the naming of a registration; the company is named by its anchor."""
    registration = RegistrationId(own)
    return registration, Naming(
        registration_id=registration,
        company_id=company_id(RegistrationId(company or own)),
        jurisdiction=jurisdiction or registration[:2],
        names=names,
    )


def nameless(own: str) -> StatedNaming:
    """A registration of which all was withdrawn."""
    return RegistrationId(own), None


class Desk:
    """A queue, its stored state, and the cases that a steward sees."""

    def __init__(self) -> None:
        self.queue = NameQueue(Suggester(GLOSSARY, keep_texts=False))
        self.namings: dict[RegistrationId, Naming] = {}
        self.judgements: dict[tuple[RegistrationId, RegistrationId], tuple[Judgement, ...]] = {}
        self.kept: dict[str, OpenCase] = {}
        self.seen: dict[str, Case] = {}

    def take(self, *said: StatedNaming, judgements: Sequence[Judgement] = ()) -> "Desk":
        """Apply one batch; check that opened cases were not open, and closed ones were."""
        turn = self.queue.update(said, judgements, self)
        for own, naming in turn.namings.items():
            self.namings.pop(own, None)
            self.namings |= {} if naming is None else {own: naming}
        self.judgements |= turn.judgements
        for case_id in turn.closed:
            del self.seen[case_id]
        for case in turn.opened:
            assert self.seen.get(case.case_id) != case
            self.seen[case.case_id] = case
        for case_id, one in turn.cases.items():
            assert self.kept.pop(case_id, None) != one
            self.kept |= {} if one is None else {case_id: one}
        assert {case_id: one.case for case_id, one in self.kept.items() if one.shown} == self.seen
        return self

    def naming(self, own: RegistrationId) -> Naming | None:
        """See `Kept`."""
        return self.namings.get(own)

    def case(self, case_id: str) -> OpenCase | None:
        """See `Kept`."""
        return self.kept.get(case_id)

    def restart(self) -> "Desk":
        """Make a new queue from the stored state."""
        self.queue = NameQueue(Suggester(GLOSSARY, keep_texts=False))
        for one in self.kept.values():
            self.queue.recall_case(one)
        for judgements in self.judgements.values():
            self.queue.recall_judgements(judgements)
        for naming in self.namings.values():
            self.queue.recall_naming(naming)
        return self

    def pairs(self) -> set[tuple[str, ...]]:
        """The pairs in the queue."""
        return {case.registrations for case in self.seen.values()}
