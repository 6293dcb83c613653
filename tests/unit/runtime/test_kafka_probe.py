"""The probe reads Kafka's Metadata response; an open port alone does not count as a broker."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from runtime.embedded import free_ports
from runtime.embedded.ports import LOOPBACK
from runtime.kafka_probe import broker_answers


@contextmanager
def _server(answer: bytes) -> Iterator[int]:
    """A server that reads one request, answers so and hangs up."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(timeout=5)


def _metadata(brokers: int, controller: int) -> bytes:
    broker = struct.pack(">ih5sih", 1, 5, b"local", 19092, -1)
    body = struct.pack(">ii", 1, brokers) + broker * brokers + struct.pack(">ii", controller, 0)
    return struct.pack(">i", len(body)) + body


def test_a_broker_with_a_controller_answers() -> None:
    with _server(_metadata(brokers=2, controller=1)) as port:
        assert broker_answers(LOOPBACK, port)


def test_a_broker_that_is_not_registered_yet_does_not_count() -> None:
    with _server(_metadata(brokers=0, controller=1)) as port:
        assert not broker_answers(LOOPBACK, port)


def test_a_broker_without_a_controller_does_not_count() -> None:
    with _server(_metadata(brokers=1, controller=-1)) as port:
        assert not broker_answers(LOOPBACK, port)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", struct.pack(">i", 4) + b"\0\0\0\1"])
def test_a_server_that_does_not_speak_kafka_does_not_count(answer: bytes) -> None:
    with _server(answer) as port:
        assert not broker_answers(LOOPBACK, port, timeout_s=0.3)


def test_a_port_that_nobody_listens_on_does_not_count() -> None:
    assert not broker_answers(LOOPBACK, free_ports(1)[0])
