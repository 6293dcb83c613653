"""Instances with topics of their own; their processes are started by the tests."""

import pytest

from runtime.settings import Settings
from tests.acceptance.instance import Instance


@pytest.fixture
def instance(settings: Settings) -> Instance:
    """An empty instance: topics, but no process runs."""
    return prepared(settings)


def prepared(settings: Settings) -> Instance:
    """Make the topics of an instance. A worker counts as dead after a few seconds, so that tests need not wait."""
    made = Instance(settings.model_copy(update={"session_timeout_s": 3}))
    made.sijill("topics", "apply")
    return made
