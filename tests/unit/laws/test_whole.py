"""The whole register as one function equals the register that was built event by event, in whatever order."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register.events import RegistrationEvent
from register.ids import RegistrationId
from register.register_digest import RegisterDigest
from register.resolution.judgements import Judgement
from register.whole import Received, Rules, Whole, registration_from, whole
from schemas.codec.company_records import company_datum
from schemas.codec.wire import encode
from schemas.facts.precedence import precedence
from tests.unit.laws.histories import histories, shuffled_with_repeats
from tests.unit.laws.judging import judgements
from tests.unit.laws.pure_register import PureRegister, body_of, registration_bytes
from tests.unit.laws.resolved_register import NUMBERINGS, ResolvedRegister
from tests.unit.laws.test_bounded import small_bound
from tests.unit.laws.test_one_company_of_many import DICE, LINKED
from tests.unit.register.stating import NOOR, WORDS, corrected, event

RULES = Rules(words=lambda own: WORDS, precedence=precedence(), numberings=NUMBERINGS)


def received(events: Iterable[RegistrationEvent]) -> dict[RegistrationId, list[Received]]:
    found: dict[RegistrationId, list[Received]] = {}
    for one in events:
        found.setdefault(one.registration_id, []).append(Received(event=one, size=len(body_of(one))))
    return found


def made(events: Iterable[RegistrationEvent], decided: Iterable[Judgement]) -> Whole:
    return whole(received(events), decided, RULES)


@pytest.mark.slow
@given(LINKED, judgements(), st.data())
def test_it_equals_the_register_that_was_built_step_by_step(
    drawn: list[list[RegistrationEvent]], decided: list[Judgement], data: st.DataObject
) -> None:
    events = [one for history in drawn for one in history]
    arriving = data.draw(shuffled_with_repeats(events))
    stepwise = ResolvedRegister(data.draw(DICE)).take(arriving, data.draw(shuffled_with_repeats(decided)))
    at_once = made(arriving, decided)
    companies = {one: encode("Company", company_datum(company)) for one, company in at_once.companies.items()}
    assert companies == stepwise.stated_bytes()
    assert at_once.aliases == stepwise.aliases()


@pytest.mark.slow
@given(LINKED, judgements(), st.data())
def test_the_digest_of_the_live_records_is_that_of_the_whole(
    drawn: list[list[RegistrationEvent]], decided: list[Judgement], data: st.DataObject
) -> None:
    arriving = data.draw(shuffled_with_repeats([one for history in drawn for one in history]))
    stepwise = ResolvedRegister(data.draw(DICE)).take(arriving, data.draw(shuffled_with_repeats(decided)))
    live, at_once = RegisterDigest(), made(arriving, decided)
    for company in data.draw(st.permutations(list(stepwise.unified.companies.values()))):
        live.add(company)
    assert (live.hexdigest, live.companies) == (at_once.digest, len(at_once.companies))


@given(LINKED, judgements(), st.data())
def test_its_digest_does_not_depend_on_any_order(
    drawn: list[list[RegistrationEvent]], decided: list[Judgement], data: st.DataObject
) -> None:
    events = [one for history in drawn for one in history]
    again = data.draw(shuffled_with_repeats(events)), data.draw(shuffled_with_repeats(decided))
    assert made(*again).digest == made(events, decided).digest


@pytest.mark.slow
@given(LINKED, LINKED, judgements(), judgements())
def test_two_digests_are_equal_only_where_the_registers_are(
    drawn: list[list[RegistrationEvent]],
    others: list[list[RegistrationEvent]],
    decided: list[Judgement],
    otherwise: list[Judgement],
) -> None:
    one = made((one for history in drawn for one in history), decided)
    two = made((one for history in others for one in history), otherwise)
    equal = (one.companies, one.aliases) == (two.companies, two.aliases)
    assert (one.digest == two.digest) is equal


@pytest.mark.slow
@settings(max_examples=200)
@given(histories(least=6, most=14), st.data())
def test_a_history_past_its_bound_is_what_was_admitted(events: list[RegistrationEvent], data: st.DataObject) -> None:
    arriving = data.draw(shuffled_with_repeats(events))
    with small_bound():
        stepwise = PureRegister().take(arriving).histories[NOOR].registration
        at_once = registration_from(NOOR, received(arriving)[NOOR], WORDS)
    assert registration_bytes(at_once) == registration_bytes(stepwise)


def test_events_refused_for_their_id_their_sequence_or_their_target_leave_no_trace() -> None:
    first = event(1, website="a.example")
    same_id = replace(event(2, website="b.example"), event_id=first.event_id)
    same_sequence = replace(event(3, website="c.example"), sequence=1)
    later = event(9)
    of_a_later_one = corrected(5, later.event_id, website="d.example")
    arriving = [first, same_id, same_sequence, later, of_a_later_one]
    assert made(arriving, []).digest == made([first, later], []).digest


def test_a_register_of_nothing_has_a_digest_of_its_own() -> None:
    assert made([], []).digest == "0" * 64
