import socket

import pytest

from streams.errors import KafkaAway
from streams.reach import await_kafka


def test_a_broker_that_is_away_is_named_with_what_to_do() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # taken, but nobody listens
        server = f"127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(KafkaAway, match=rf"Kafka at {server} did not answer .* SIJILL_KAFKA"):
            await_kafka(server, patience_s=0.0)
