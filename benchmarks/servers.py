"""A Kafka, and a PostgreSQL where one is needed, for one run: own ports, own directory, gone at the end."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from runtime.embedded import EmbeddedKafka, EmbeddedPostgres, free_ports
from runtime.settings import Settings

JARS: Final = Path(__file__).resolve().parent.parent / ".sijill" / "kafka" / "libs"
_PORTS: Final = ("kafka_port", "kafka_controller_port", "postgres_port", "portal_port")


@contextmanager
def servers(report: Callable[[str], None], *, postgres: bool) -> Iterator[Settings]:
    """Start them, give the settings that name them, and stop them whatever happens.

    The jars are those of SIJILL_KAFKA_LIBS, or of this checkout's .sijill, fetched through Maven if need be.
    """
    directory = Path(tempfile.mkdtemp(prefix="sijill-bench-"))
    settings = Settings.model_validate(
        {
            **dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True)),
            "data_dir": directory,
            "kafka": "",
            "database_url": "",
            "kafka_libs": Path(os.environ.get("SIJILL_KAFKA_LIBS") or JARS),
        }
    )
    kafka, database = EmbeddedKafka(settings), EmbeddedPostgres(settings)
    try:
        kafka.start(report)
        if postgres:
            database.start(report)
        # A server named by its address is nobody's to stop but ours.
        yield settings.model_copy(update={"kafka": settings.bootstrap_servers, "database_url": settings.postgres_url})
    finally:
        if postgres:
            database.stop()
        kafka.stop()
        shutil.rmtree(directory, ignore_errors=True)
