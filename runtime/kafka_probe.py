"""Ask a broker in Kafka's own protocol whether it is part of a cluster, without a client library.

An open port is not enough: the socket listens before the broker is registered with its controller.
"""

import socket
import struct
from typing import Final

_METADATA: Final = 3
_VERSION: Final = 1  # the oldest that names the controller; not flexible, so simple to read
_NO_TOPICS: Final = struct.pack(">i", 0)


def broker_answers(host: str, port: int, *, timeout_s: float = 2.0) -> bool:
    """Tell whether a Metadata request gets an answer with at least one live broker and a controller."""
    client = b"sijill"
    header = struct.pack(">hhih", _METADATA, _VERSION, 1, len(client)) + client
    request = header + _NO_TOPICS
    try:
        with socket.create_connection((host, port), timeout=timeout_s) as connection:
            connection.settimeout(timeout_s)
            connection.sendall(struct.pack(">i", len(request)) + request)
            (length,) = struct.unpack(">i", _exactly(connection, 4))
            return _has_broker_and_controller(_exactly(connection, length))
    except (OSError, EOFError, struct.error):
        return False


def _exactly(connection: socket.socket, length: int) -> bytes:
    chunks = bytearray()
    while len(chunks) < length:
        chunk = connection.recv(length - len(chunks))
        if not chunk:
            raise EOFError
        chunks += chunk
    return bytes(chunks)


def _has_broker_and_controller(response: bytes) -> bool:
    """Read Metadata v1: correlation id, brokers (id, host, port, rack), controller id."""
    brokers, position = struct.unpack_from(">i", response, 4)[0], 8
    for _ in range(brokers):
        position += 4
        position += 2 + struct.unpack_from(">h", response, position)[0]  # host
        position += 4
        position += 2 + max(0, struct.unpack_from(">h", response, position)[0])  # rack; -1: none
    controller = struct.unpack_from(">i", response, position)[0]
    return bool(brokers > 0 and controller >= 0)
