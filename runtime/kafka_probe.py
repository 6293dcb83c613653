"""Ask a broker whether it is part of a cluster, and which requests it takes, without a client library.

An open port is not enough: the socket listens before the broker is registered with its controller.
"""

import socket
import struct
from collections.abc import Mapping
from typing import Final

_METADATA: Final = 3
_VERSION: Final = 1  # the oldest that names the controller; not flexible, so simple to read
_NO_TOPICS: Final = struct.pack(">i", 0)
_API_VERSIONS: Final = 18


def broker_answers(host: str, port: int, *, timeout_s: float = 2.0) -> bool:
    """Tell whether a Metadata request gets an answer with at least one live broker and a controller."""
    try:
        return _has_broker_and_controller(_answer(host, port, _METADATA, _VERSION, _NO_TOPICS, timeout_s))
    except (OSError, EOFError, struct.error):
        return False


def api_versions(host: str, port: int, *, timeout_s: float = 2.0) -> Mapping[int, tuple[int, int]]:
    """Read the oldest and the newest version of each request that a broker takes; empty where none answers."""
    try:
        answer = _answer(host, port, _API_VERSIONS, 0, b"", timeout_s)
        (count,) = struct.unpack_from(">i", answer, 6)  # behind the correlation id and an error code
        ranges = (struct.unpack_from(">hhh", answer, 10 + 6 * place) for place in range(count))
        return {key: (oldest, newest) for key, oldest, newest in ranges}
    except (OSError, EOFError, struct.error):
        return {}


def _answer(host: str, port: int, key: int, version: int, body: bytes, timeout_s: float) -> bytes:
    """Send one request and read its answer. Raises OSError, EOFError or struct.error."""
    client = b"sijill"
    request = struct.pack(">hhih", key, version, 1, len(client)) + client + body
    with socket.create_connection((host, port), timeout=timeout_s) as connection:
        connection.settimeout(timeout_s)
        connection.sendall(struct.pack(">i", len(request)) + request)
        (length,) = struct.unpack(">i", _exactly(connection, 4))
        return _exactly(connection, length)


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
