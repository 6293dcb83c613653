"""The read model, opened for the services: what keeps it from answering is one of their problems."""

from collections.abc import Iterator
from contextlib import contextmanager

from readmodel.register_reader import RegisterReader
from readmodel.register_reader import reading as _reading
from runtime.settings import Settings
from schemas.facts.rules_folder import use_rules
from services.error_mapping import named

__all__ = ["RegisterReader", "reading"]


@contextmanager
def reading(settings: Settings) -> Iterator[RegisterReader]:
    """Open the read model for as long as the block runs. What the block asks of it may raise a fault of services."""
    with named(settings):
        use_rules(settings.rules)
        with _reading(settings) as register:
            yield register
