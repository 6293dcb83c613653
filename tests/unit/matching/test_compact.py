"""The compact structures under the index of names: each does what the plain one would, and is empty when emptied."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from matching.index.bitmaps import NameBitmap, NameBitmaps
from matching.index.packed_multimap import Multimap, digest
from matching.index.packed_rows import PackedRows
from matching.index.recent_name_sets import RecentSets
from matching.suggesting.company_members import CompanyMembers
from register.ids import CompanyId, RegistrationId, company_id

DIGESTS = st.sampled_from([digest(word) for word in ("a", "b", "c")] + [0, 1, 1 << 32, (1 << 64) - 1])


@given(st.lists(st.tuples(st.booleans(), DIGESTS, st.integers(0, 5))))
def test_a_multimap_holds_what_sets_under_keys_would(steps: list[tuple[bool, int, int]]) -> None:
    compact, plain = Multimap(), dict[int, set[int]]()
    for added, key, number in steps:
        if added:
            compact.add(key, number)
            plain.setdefault(key, set()).add(number)
        else:
            compact.remove(key, number)
            plain.get(key, set()).discard(number)
        assert compact.get(key) == sorted(plain.get(key, ()))
    assert len(compact) == sum(map(len, plain.values()))


def test_a_multimap_that_was_emptied_holds_no_array() -> None:
    numbers = Multimap()
    for one in range(10_000):
        numbers.add(digest(str(one)), one)
    for one in range(10_000):
        numbers.remove(digest(str(one)), one)
    assert list(numbers.parts()) == []


@given(st.lists(st.one_of(st.lists(st.integers(0, 9), max_size=4), st.integers(0, 20))))
def test_rows_are_found_where_they_were_put_until_they_are_dropped(steps: list[list[int] | int]) -> None:
    rows, plain = PackedRows(), dict[int, list[int]]()
    for step in steps:
        if isinstance(step, list):
            place = rows.put(step)
            assert place not in plain
            plain[place] = step
        elif step in plain:
            rows.free(step)
            del plain[step]
        assert {place: list(rows.get(place)) for place in plain} == plain
        assert len(rows) == len(plain)


def test_dropped_rows_give_their_room_back() -> None:
    rows = PackedRows()
    places = [rows.put(range(5)) for _ in range(10_000)]
    for place in places[1_000:]:
        rows.free(place)
    assert len(rows.pool) < 2 * 6 * 1_000 + 1
    assert [list(rows.get(place)) for place in places[:1_000]] == [list(range(5))] * 1_000
    for place in places[:1_000]:
        rows.free(place)
    assert (len(rows.pool), rows.places) == (1, 0)
    assert list(rows.get(rows.put([7, 8]))) == [7, 8]


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(0, 40))), st.sets(st.integers(0, 40)))
def test_crowds_know_their_names_as_sets_would(steps: list[tuple[int, bool, int]], asked: set[int]) -> None:
    bitmaps, plain = NameBitmaps(), dict[int, set[int]]()
    for meaning, added, place in steps:
        bitmaps.cover(41)
        bitmap = bitmaps.get(meaning) or bitmaps.build(meaning, [array("I", plain.get(meaning, ()))])
        (bitmap.add if added else bitmap.discard)(place)
        names = plain.setdefault(meaning, set())
        (names.add if added else names.discard)(place)
        assert len(bitmap) == len(names)
        assert bitmap.among(asked) == asked & names
        assert bitmap.first(3) == sorted(names)[:3]


def test_a_meaning_that_is_common_no_more_leaves_its_bits_to_another() -> None:
    bitmaps = NameBitmaps()
    bitmaps.cover(100)
    kept = [bitmaps.build(meaning, [array("I", range(meaning, 100))]) for meaning in range(20)]
    bitmaps.release(3)
    assert bitmaps.get(3) is None
    assert kept[2].first(100) == list(range(2, 100))
    assert len(bitmaps.build(99, [array("I", [5])])) == 1
    for meaning in (*range(20), 99):
        bitmaps.release(meaning)
    assert len(bitmaps) == 0


def test_sets_that_were_used_least_recently_give_way() -> None:
    followed = RecentSets(room=100)
    followed.put("old", {1})
    for number in range(10):
        followed.put(f"new {number}", set(range(10)))
        assert followed.get("new 0") is not None
    assert followed.get("old") is None
    assert len(followed) < 10
    followed.add(["new 0"], 77, most=20)
    assert 77 in (followed.get("new 0") or ())
    followed.discard(["new 0"], 77)
    assert 77 not in (followed.get("new 0") or ())
    followed.add(["new 0"], 78, most=10)
    assert followed.get("new 0") is None, "it has become too large to be kept"


def test_a_crowd_is_in_its_own_bit() -> None:
    column = bytearray(10)
    one, other = NameBitmap(column, 0), NameBitmap(column, 7)
    one.add(4)
    assert (one.first(9), other.first(9)) == ([4], [])


OWN = [RegistrationId(f"KW.MOCI.{number}") for number in range(4)]


@given(st.lists(st.tuples(st.sampled_from(OWN), st.one_of(st.none(), st.sampled_from(OWN)))))
def test_companies_have_the_members_that_a_plain_dict_would_say(
    steps: list[tuple[RegistrationId, RegistrationId | None]],
) -> None:
    plain: dict[RegistrationId, CompanyId] = {}
    companies = CompanyMembers(plain.__contains__)
    for own, anchor in steps:
        if own in plain:
            companies.leave(own)
            del plain[own]
        if anchor is not None:
            plain[own] = company_id(anchor)
            companies.join(own, plain[own])
        for company in map(company_id, OWN):
            assert set(companies.members(company)) == {one for one, of in plain.items() if of == company}
        assert [companies.find(one) for one in OWN] == [plain.get(one) for one in OWN]
    for own in list(plain):
        companies.leave(own)
        del plain[own]
    assert len(companies) == 0, "nothing is held of companies that are gone"
