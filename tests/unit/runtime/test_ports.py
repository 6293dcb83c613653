"""Ports: free ones are found, occupied ones refused with the name of who holds them."""

import os
import socket

import pytest

from runtime.embedded import free_ports
from runtime.embedded.ports import LOOPBACK, require_free
from runtime.problems import PortOccupied


def test_free_ports_are_different_and_can_be_taken() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        require_free(port, what="Kafka", setting="SIJILL_KAFKA_PORT")


def test_an_occupied_port_is_refused_with_who_holds_it_and_what_to_do() -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(PortOccupied) as raised:
            require_free(port, what="Kafka", setting="SIJILL_KAFKA_PORT")
    sentence = str(raised.value)
    assert f"Kafka cannot listen on 127.0.0.1:{port}" in sentence
    assert f"(pid {os.getpid()})" in sentence
    assert "set SIJILL_KAFKA_PORT to a free port" in sentence


def test_a_port_occupied_on_all_addresses_is_refused_too() -> None:
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))
        listener.listen()
        with pytest.raises(PortOccupied):
            require_free(listener.getsockname()[1], what="Kafka", setting="SIJILL_KAFKA_PORT")
