"""The index of names: what it gives back, what it frees, what it takes, and its file."""

import gc
import random
import tracemalloc
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.many_companies import made_namings
from matching.index import candidates, name_index
from matching.index.index_file import IndexFile
from matching.index.name_index import NameIndex
from matching.names.name_parser import NameReader
from matching.suggesting.similar_name_cases import key_of
from matching.suggesting.suggester import Suggester
from schemas.facts.name_glossary import name_glossary

GLOSSARY = name_glossary()
COMPANIES = 500
MOST_BYTES = 5_000  # a company with two names, among 500; among a million, whose words repeat, it takes some 900

NAMES = [
    "Boustan Golden Trading LLC",
    "بستان الذهبية للتجارة ذ.م.م",
    "دي كيو زد للخدمات اللوجستية",
    "DQZ Logistics Services",
    "QatarEnergy Real Estate W.L.L.",
    "Gulf National Insurance Company",
    "شركة الخليج الوطنية للتأمين",
    "Bin Dawood Trading Trading",
    "&",
]


def _known(count: int) -> list[tuple[str, str, str]]:
    return [
        (key_of(naming.registration_id, number), name, naming.jurisdiction)
        for naming in made_namings(0, count)
        for number, name in enumerate(naming.names)
    ]


def _suggester(names: list[tuple[str, str, str]]) -> Suggester:
    made = Suggester(GLOSSARY, keep_texts=False)
    for name in names:
        made.add(*name)
    return made


def _empty() -> NameIndex:
    return Suggester(GLOSSARY, keep_texts=False).index


@pytest.fixture(scope="module")
def many() -> Suggester:
    return _suggester(_known(COMPANIES))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_comes_back_as_it_was_read(name: str) -> None:
    names, read = _empty(), NameReader(GLOSSARY).read(name, "KW")
    names.add("a key", name, "KW", read)
    assert names.get("a key").read == read
    assert names.get("a key").jurisdiction == "KW"


@pytest.mark.slow
def test_all_names_come_back_as_they_were_read(many: Suggester) -> None:
    reader = NameReader(GLOSSARY)
    for key, name, jurisdiction in islice(_known(COMPANIES), 0, None, 7):
        assert many.index.get(key).read == reader.read(name, jurisdiction), name


@pytest.mark.slow
def test_an_index_that_was_emptied_holds_nothing() -> None:
    names = _known(300)
    emptied, fresh = _suggester(names), _empty()
    for key, name, jurisdiction in names[::5]:
        emptied.suggest(name, jurisdiction)
        emptied.add(key, name.upper(), jurisdiction)
    kept = {key for key, _, _ in names}
    for key in random.Random(1).sample(sorted(kept), len(kept)):
        assert emptied.remove(key)
    held, entries = emptied.index.words.held, emptied.index.entries
    assert (len(emptied), len(emptied.index.words), held.texts, held.meanings) == (0, 0, [], {})
    assert [len(one) for one in (held.keys, entries.pairs, entries.places, entries.keys, entries.rows.pool)] == [
        0,
        0,
        0,
        0,
        1,
    ]
    assert emptied.index.bytes() == fresh.bytes()


@pytest.mark.slow
def test_names_that_come_and_go_take_no_more_and_no_more() -> None:
    names = _known(200)
    one = _suggester(names)
    taken = one.index.bytes()
    for _ in range(3):
        for key, name, jurisdiction in names:
            assert one.remove(key)
            one.add(key, name, jurisdiction)
    assert one.index.bytes() <= taken * 1.5
    assert len(one.index.entries.keys) == len(names)


@pytest.mark.slow
def test_a_company_takes_a_bounded_number_of_bytes(many: Suggester, tmp_path: Path) -> None:
    shelf, restored = IndexFile(tmp_path / "names", GLOSSARY), _empty()
    shelf.save(many.index)
    gc.collect()
    tracemalloc.start()
    try:
        assert shelf.load(restored)
        taken, highest = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(restored) == 2 * COMPANIES
    assert taken / COMPANIES < MOST_BYTES
    assert highest < 3 * taken
    assert taken / 2 < restored.bytes() < taken * 2, "what the metric says is about what it takes"


@pytest.mark.slow
def test_an_index_from_its_file_suggests_what_the_one_before_did(many: Suggester, tmp_path: Path) -> None:
    shelf = IndexFile(tmp_path / "names", GLOSSARY)
    shelf.save(many.index)
    restored = Suggester(GLOSSARY, keep_texts=False)
    assert shelf.load(restored.index)
    asked = [(name, naming.jurisdiction) for naming in made_namings(COMPANIES, 100) for name in naming.names]
    fresh = _suggester(_known(COMPANIES))
    for name, jurisdiction in asked:
        assert restored.suggest(name, jurisdiction, least=0.0) == fresh.suggest(name, jurisdiction, least=0.0)


@pytest.mark.slow
def test_a_file_that_is_damaged_is_left_aside(tmp_path: Path) -> None:
    path = tmp_path / "names"
    shelf = IndexFile(path, GLOSSARY)
    shelf.save(_suggester(_known(20)).index)
    whole = path.read_bytes()
    chance = random.Random(1)
    for _ in range(20):
        place = chance.randrange(len(whole))
        for damaged in (whole[:place], whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :], whole + b"x"):
            path.write_bytes(damaged)
            names = _empty()
            assert not shelf.load(names)
            assert len(names) == 0


def test_a_file_of_another_glossary_is_left_aside(tmp_path: Path) -> None:
    path = tmp_path / "names"
    assert not IndexFile(path, GLOSSARY).load(_empty())
    IndexFile(path, GLOSSARY).save(_suggester(_known(20)).index)
    fewer = replace(GLOSSARY, meanings={**GLOSSARY.meanings, "sijill": frozenset({"register"})})
    assert not IndexFile(path, fewer).load(_empty())
    assert IndexFile(path, GLOSSARY).load(_empty())


WORDS = [
    "gulf",
    "golf",
    "khaleej",
    "trading",
    "boustan",
    "bustan",
    "خليج",
    "تجارة",
    "بستان",
    "bin",
    "dawood",
    "bindawood",
]
SOME_NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 8), st.one_of(st.none(), SOME_NAMES)), max_size=30), SOME_NAMES)
def test_an_index_that_was_changed_suggests_what_a_fresh_one_does(
    monkeypatch: pytest.MonkeyPatch, steps: list[tuple[int, str | None]], asked: str
) -> None:
    """Whatever is kept up to date (sets, crowds, counts) says what making it anew would."""
    for module in (candidates, name_index):
        monkeypatch.setattr(module, "COMMON", 3)
    changed, names = Suggester(GLOSSARY), dict[str, str]()
    for number, name in steps:
        if name is None:
            assert changed.remove(str(number)) == (names.pop(str(number), None) is not None)
        else:
            changed.add(str(number), name, "KW")
            names[str(number)] = name
        changed.suggest(asked, "KW", least=0.0)
    fresh = Suggester(GLOSSARY)
    for key, name in names.items():
        fresh.add(key, name, "KW")
    assert changed.suggest(asked, "KW", least=0.0) == fresh.suggest(asked, "KW", least=0.0)
