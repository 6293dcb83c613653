import pytest

from streams.tasks.faust_pins import OVERRIDDEN, changed, fingerprint


@pytest.mark.slow
def test_what_is_overridden_of_faust_and_aiokafka_has_not_changed() -> None:
    assert changed(OVERRIDDEN) == [], "see streams/tasks/faust_pins.py for what to do"


def test_a_change_is_noticed() -> None:
    assert changed({"streams.tasks.faust_pins:fingerprint": "0" * 16}) == ["streams.tasks.faust_pins:fingerprint"]
    assert changed({"streams.tasks.faust_pins:fingerprint": fingerprint("streams.tasks.faust_pins:fingerprint")}) == []
