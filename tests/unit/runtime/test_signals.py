"""Processes of their own, told to end."""

import signal
import subprocess
import sys

import pytest

WAITING = """
import time
from runtime.signals import interrupt_on_termination
interrupt_on_termination()
try:
    print("waits", flush=True)
    time.sleep(60)
finally:
    print("cleared", flush=True)
"""
AWAITING = """
import asyncio, os, signal, time
from runtime.signals import interrupt_on_termination
async def main():
    try:
        print("waits", flush=True)
        os.kill(os.getpid(), signal.{told})
        started = "started"  # what is heard meanwhile waits until something is awaited
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0.01)
        print(started, "and cleared", flush=True)
interrupt_on_termination()
asyncio.run(main())
"""


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_whoever_is_told_to_end_clears_up_first(told: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "waits\n"
        running.send_signal(told)
        assert running.stdout.read() == "cleared\n"


@pytest.mark.parametrize("told", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_under_asyncio_the_main_task_is_cancelled_where_it_awaits(told: str) -> None:
    command = [sys.executable, "-c", AWAITING.format(told=told)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.stdout == "waits\nstarted and cleared\n"


def test_in_the_background_of_a_script_where_ctrl_c_is_ignored_it_ends_all_the_same() -> None:
    command = ["sh", "-c", 'trap "" INT; exec "$0" -c "$1"', sys.executable, WAITING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "waits\n"
        running.send_signal(signal.SIGTERM)
        assert running.stdout.read() == "cleared\n"
