import pytest

from streams.tasks.overridden_sources import OVERRIDDEN, changed, fingerprint


@pytest.mark.slow
def test_what_is_overridden_of_faust_and_aiokafka_has_not_changed() -> None:
    assert changed(OVERRIDDEN) == [], "see streams/tasks/overridden_sources.py for what to do"


def test_a_change_is_noticed() -> None:
    assert changed({"streams.tasks.overridden_sources:fingerprint": "0" * 16}) == [
        "streams.tasks.overridden_sources:fingerprint"
    ]
    assert (
        changed(
            {
                "streams.tasks.overridden_sources:fingerprint": fingerprint(
                    "streams.tasks.overridden_sources:fingerprint"
                )
            }
        )
        == []
    )
