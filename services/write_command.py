"""Writes what a person commands to the topic that keeps such commands, with who gave it."""

import getpass
import socket
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from runtime.settings import Settings
from services.problems import CommandTooLarge

COMMAND_BYTES: Final = 32 << 20  # twice what any topic of commands takes: the topic's own limit decides


async def write_command(settings: Settings, topic: str, key: str, value: bytes | None) -> None:
    """Write one record and wait until it is kept. The topic is the audit record: `sijill_by` says who was at work."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers,
        enable_idempotence=True,
        acks="all",
        max_request_size=COMMAND_BYTES,
    )
    try:
        await producer.start()
        by = f"{getpass.getuser()}@{socket.gethostname()}"
        await producer.send_and_wait(topic, key=key.encode(), value=value, headers=[("sijill_by", by.encode())])
    except MessageSizeTooLargeError as fault:
        raise CommandTooLarge(topic=topic, size=len(value or b"")) from fault
    finally:
        await producer.stop()
