"""What was released stays as it was: schemas/released.yaml against the catalogue."""

from dataclasses import replace

import pytest

from schemas.released import SNAPSHOT, Release, breaches, current, fingerprint, released, take, unreleased, written

FIRST = Release(id=1001, sha256="a" * 64)
PART = Release(id=None, sha256="b" * 64)
SNAP = {"RegistrationEvent.v1": FIRST, "Properties.v1": PART}


def test_nothing_that_was_released_has_changed() -> None:
    assert breaches(released(), current()) == ()


def test_every_version_is_in_the_snapshot() -> None:
    assert unreleased(released(), current()) == (), "run `python -m schemas.released` and commit what it writes"


def test_the_snapshot_is_as_the_command_writes_it() -> None:
    assert SNAPSHOT.read_text(encoding="utf-8") == written(released())


def test_an_edited_schema_is_refused() -> None:
    edited = {**SNAP, "Properties.v1": replace(PART, sha256="c" * 64)}
    assert breaches(SNAP, edited) == (
        "Properties.v1 was released and was edited: put it back, and make the change in a new version",
    )


def test_a_changed_id_is_refused() -> None:
    assert "an id is never changed" in breaches(SNAP, {**SNAP, "RegistrationEvent.v1": replace(FIRST, id=7)})[0]


def test_a_schema_that_is_gone_is_refused() -> None:
    assert breaches(SNAP, {"Properties.v1": PART}) == (
        "RegistrationEvent.v1 was released and is gone: put its file and its entry in the catalogue back",
    )


def test_an_id_of_another_version_is_refused() -> None:
    reused = {**SNAP, "RegistrationEvent.v2": replace(FIRST, sha256="c" * 64)}
    assert breaches(SNAP, reused) == (
        "RegistrationEvent.v2 takes id 1001, which was released for RegistrationEvent.v1: take a new one",
    )


def test_a_new_version_is_added_to_the_snapshot() -> None:
    second = Release(id=1002, sha256="d" * 64)
    assert take(SNAP, {**SNAP, "RegistrationEvent.v2": second}) == {**SNAP, "RegistrationEvent.v2": second}


def test_only_a_version_that_is_named_is_taken_again() -> None:
    edited = {**SNAP, "Properties.v1": replace(PART, sha256="c" * 64)}
    with pytest.raises(ValueError, match="was edited"):
        take(SNAP, edited)
    assert take(SNAP, edited, again=["Properties.v1"]) == edited


def test_a_fingerprint_ignores_the_order_of_keys_and_nothing_else() -> None:
    assert fingerprint({"name": "A", "doc": "x"}) == fingerprint({"doc": "x", "name": "A"})
    assert fingerprint({"name": "A", "doc": "x"}) != fingerprint({"name": "A", "doc": "y"})
