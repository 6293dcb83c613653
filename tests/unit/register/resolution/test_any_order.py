"""The same evidence and judgements, in any order, in any batches, and repeated, give the same companies and cases."""

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register.ids import RegistrationId, company_id
from register.resolution.clusters import anchor_of, clustered, keys_of, most_sharing
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement, Verdict, holding_judgements
from register.resolution.moves import StatedEvidence
from schemas.facts.authorities import kinds
from tests.unit.register.resolution.resolver_fixture import Desk, judged, says, silent

IDS = ("AE.NER.1", "AE.NER.2", "BH.CR.1-1", "BH.CR.1-2", "KW.MOCI.1", "KW.MOCI.2", "SA.MC.1", "SA.MC.7", "XG.LEI.A")
LEIS = ("A", "B")

evidence = st.builds(
    says,
    st.sampled_from(IDS),
    home=st.none() | st.sampled_from(IDS),
    lei=st.lists(st.sampled_from(LEIS), max_size=2, unique=True),
    renumbered=st.lists(st.sampled_from(("SA.MC.1", "SA.MC.7")), max_size=1),
    legal_class=st.none() | st.sampled_from(("LLC", "PUBLIC_JSC")),
    outdated=st.booleans(),
    stem=st.none() | st.just("BH.CR.1"),
) | st.builds(silent, st.sampled_from(IDS))
pairs = st.sampled_from([(a, b) for a in IDS for b in IDS if a != b])
judgements = st.lists(st.tuples(pairs, st.sampled_from(list(Verdict)), st.none() | st.integers(0, 5)), max_size=6).map(
    lambda drawn: [
        judged(number, *pair, verdict, revokes if revokes is not None and revokes < number else None)
        for number, (pair, verdict, revokes) in enumerate(drawn)
    ]
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(evidence, max_size=14), judgements, st.randoms(use_true_random=False))
def test_the_companies_depend_on_what_is_known_and_not_on_the_order(
    said: list[StatedEvidence], decided: list[Judgement], dice: Random
) -> None:
    last = dict(said)
    steady, shuffled = Desk(), Desk()
    for one in said:
        steady.take(one)
    steady.take(judgements=decided)
    _at_random(shuffled, said, decided, dice)
    expected = _from_nothing(last, decided)
    for desk in (steady, shuffled):
        assert {one: desk.companies.get(one, company_id(one)) for one in expected} == expected
    assert steady.cases == shuffled.cases
    assert steady.store == shuffled.store


def _at_random(desk: Desk, said: list[StatedEvidence], decided: list[Judgement], dice: Random) -> None:
    """Batches of any size, judgements at any moment and twice, and evidence repeated; each entry's last word stays."""
    words: list[StatedEvidence | Judgement] = [*said, *decided, *decided]
    queues: dict[RegistrationId, list[StatedEvidence]] = {}
    for one in said:
        queues.setdefault(one[0], []).append(one)
    dice.shuffle(words)
    while words:
        size = dice.randint(1, 4)
        batch, words = words[:size], words[size:]
        heard = [queues[word[0]].pop(0) for word in batch if isinstance(word, tuple)]
        desk.take(*heard, judgements=[word for word in batch if isinstance(word, Judgement)])
    for own, now in dict(said).items():
        desk.take((own, now))


def _from_nothing(
    last: Mapping[RegistrationId, Evidence | None], decided: list[Judgement]
) -> Mapping[RegistrationId, str]:
    """The whole register at once, as one neighbourhood."""
    known = {own: one for own, one in last.items() if one is not None}
    carriers: dict[str, int] = {}
    for one in known.values():
        for key in keys_of(one):
            carriers[key] = carriers.get(key, 0) + 1
    wide = {key for key, count in carriers.items() if count > most_sharing(key)}
    companies = {own: company_id(own) for own in last}
    for members in clustered(known, holding_judgements(decided), wide, authorities=kinds()).members.values():
        companies |= dict.fromkeys(members, company_id(anchor_of(members, known, kinds())))
    return companies
