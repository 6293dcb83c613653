"""Wait for a broker before anything is started that would fail without one."""

import time
from typing import Final

import structlog

from runtime.embedded.kafka_probe import broker_answers
from streams.errors import KafkaAway

PATIENCE_S: Final = 60.0  # a broker that restarts is back in a few seconds; a supervisor starts us again after this
_RETRY_S: Final = 0.25

log = structlog.get_logger(__name__)


def await_kafka(bootstrap_servers: str, patience_s: float = PATIENCE_S) -> None:
    """Return when one of the servers (`host:port`, with commas between) answers. Raises KafkaAway."""
    began, told = time.monotonic(), False
    while not any(_answers(server.strip()) for server in bootstrap_servers.split(",")):
        if time.monotonic() - began > patience_s:
            raise KafkaAway(
                f"Kafka at {bootstrap_servers} did not answer within {patience_s:g} s: start it with `sijill up`, "
                "or set SIJILL_KAFKA"
            )
        if not told:
            log.warning("kafka_away", servers=bootstrap_servers, patience_s=patience_s)
            told = True
        time.sleep(_RETRY_S)


def _answers(server: str) -> bool:
    host, _, port = server.rpartition(":")
    return port.isdecimal() and broker_answers(host.strip("[]"), int(port))
