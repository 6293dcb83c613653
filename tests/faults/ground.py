"""Where the suite stands: a Kafka, a PostgreSQL and three hosts with disks of their own, for one run."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runtime.embedded import EmbeddedKafka, EmbeddedPostgres, free_ports, up
from runtime.settings import Settings
from tests.conftest import SHARED_JARS
from tests.faults.disks import Disk

PARTITIONS: Final = 4
HOSTS: Final = ("a", "b", "c")
_PORTS: Final = ("kafka_port", "kafka_controller_port", "postgres_port", "portal_port")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The servers and the hosts' disks. `settings` are the servers' own; `forked`: how workers start."""

    settings: Settings
    kafka: EmbeddedKafka
    postgres: EmbeddedPostgres
    disks: dict[str, Disk]
    forked: bool

    def data_dir(self, host: str) -> Path:
        return self.settings.data_dir / f"host-{host}"


@contextmanager
def ground(*, forked: bool = False) -> Iterator[Ground]:
    """Start the servers, make the disks; at the end nothing of them is left.

    `forked`: workers are forked, and not executed. That saves each a second of processor time.
    """
    directory = Path(tempfile.mkdtemp(prefix="sijill-faults-"))
    values: dict[str, object] = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    values |= {"data_dir": directory, "kafka_libs": SHARED_JARS, "partitions": PARTITIONS, "start_timeout_s": 180}
    settings = Settings.model_validate(values)
    kafka, postgres = EmbeddedKafka(settings), EmbeddedPostgres(settings)
    disks = {host: Disk(directory / f"host-{host}" / "state") for host in HOSTS}
    try:
        up(settings)
        for disk in disks.values():
            disk.make()
        yield Ground(settings=settings, kafka=kafka, postgres=postgres, disks=disks, forked=forked)
    except Exception as fault:
        kept = Path(tempfile.mkdtemp(prefix="sijill-faults-logs-"))
        for log in (*directory.glob("*/*.log"), *directory.glob("logs/*/*.log")):
            shutil.copy(log, kept / f"{log.parent.name}-{log.name}")
        fault.add_note(f"the logs of its servers and workers are in {kept}")
        raise
    finally:
        kafka.kill()
        postgres.kill()
        for disk in disks.values():
            disk.remove()
        shutil.rmtree(directory, ignore_errors=True)
