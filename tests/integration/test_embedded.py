"""The embedded Kafka and PostgreSQL, with real processes: up, up again, stale pid files, kill, down."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator

import psutil
import psycopg
import pytest

from runtime.embedded import EmbeddedKafka, EmbeddedPostgres, down, status, up
from runtime.embedded.ports import LOOPBACK
from runtime.problems import AlreadyRunning, PortOccupied
from runtime.settings import Settings
from tests.conftest import REPOSITORY, Cluster, SettingsFactory


@pytest.fixture
def own(settings_factory: SettingsFactory) -> Iterator[Settings]:
    settings = settings_factory()
    yield settings
    down(settings)


@pytest.fixture
def own_postgres(settings_factory: SettingsFactory) -> Iterator[Settings]:
    """Settings that start PostgreSQL alone: it is up in a second."""
    settings = settings_factory(kafka="127.0.0.1:1")
    yield settings
    down(settings)


def _processes_of(settings: Settings) -> list[psutil.Process]:
    marker = str(settings.data_dir)
    found = psutil.process_iter(["cmdline"])
    return [process for process in found if any(marker in part for part in process.info["cmdline"] or ())]


def test_up_starts_both_a_second_up_finds_them_and_down_leaves_nothing_behind(own: Settings) -> None:
    said: list[str] = []
    first, second = up(own, said.append), up(own)
    assert first.started == ("Kafka", "PostgreSQL")
    assert second.started == ()
    assert any(own.bootstrap_servers in line for line in said)
    assert all(part.answers and part.log.is_file() for part in status(own))
    assert _processes_of(own)
    assert set(down(own)) == {"Kafka", "PostgreSQL"}
    assert _processes_of(own) == []
    assert down(own) == ()
    assert [(part.pid, part.answers) for part in status(own)] == [(None, False), (None, False)]


def test_what_outlives_the_process_that_started_it_is_found_by_the_next(own_postgres: Settings) -> None:
    code = "from runtime.embedded import up; from runtime.settings import load; print(up(load(None)).started)"
    environment = {**os.environ, **own_postgres.environment()}
    started = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert started.stdout.strip() == "('PostgreSQL',)"
    assert started.stderr == ""  # no warning of a library reaches the user
    assert up(own_postgres).started == ()


def test_a_stale_pid_file_does_not_hinder_and_spares_who_bears_the_pid_now(own_postgres: Settings) -> None:
    with subprocess.Popen(["sleep", "600"]) as stranger:
        pid_file = own_postgres.data_dir / "postgres" / "server.pid"
        pid_file.parent.mkdir(parents=True)
        noted = {"pid": stranger.pid, "command": ["postgres", "-D", "somewhere"], "port": own_postgres.postgres_port}
        pid_file.write_text(json.dumps(noted))
        assert [part.pid for part in status(own_postgres)] == [None]
        assert up(own_postgres).started == ("PostgreSQL",)
        down(own_postgres)
        assert stranger.poll() is None
        stranger.kill()


def test_an_occupied_port_is_named_before_anything_is_started(own: Settings) -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, own.postgres_port))
        listener.listen()
        with pytest.raises(
            PortOccupied, match=rf"PostgreSQL .*:{own.postgres_port} .*pid {os.getpid()}.*POSTGRES_PORT"
        ):
            up(own)
    assert _processes_of(own) == []


def test_a_running_server_is_not_taken_for_one_on_another_port(own_postgres: Settings) -> None:
    up(own_postgres)
    elsewhere = own_postgres.model_copy(update={"postgres_port": own_postgres.portal_port})
    with pytest.raises(AlreadyRunning, match=rf"on port {own_postgres.postgres_port} and not on"):
        up(elsewhere)


def test_a_killed_postgres_keeps_what_was_committed(own_postgres: Settings) -> None:
    up(own_postgres)
    with psycopg.connect(own_postgres.postgres_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'سجل'::text AS word")
    assert EmbeddedPostgres(own_postgres).kill()
    assert not EmbeddedPostgres(own_postgres).alive()
    assert EmbeddedPostgres(own_postgres).start()
    with psycopg.connect(own_postgres.postgres_url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("سجل",)


def test_the_database_is_what_the_tables_need(cluster: Cluster) -> None:
    with psycopg.connect(cluster.settings.postgres_url) as connection:
        shown = {name: connection.execute(f"SHOW {name}").fetchone() for name in ("server_encoding", "fsync")}
        assert shown == {"server_encoding": ("UTF8",), "fsync": ("on",)}
        lower = connection.execute("SELECT lower('SOCIÉTÉ'), lower('شركة'), 'أ' < 'ب'").fetchone()
    assert lower == ("société", "شركة", True)


def test_servers_named_from_outside_are_left_alone(settings_factory: SettingsFactory) -> None:
    settings = settings_factory(kafka="k.example:9092", database_url="postgresql://db.example/register")
    endpoints = up(settings)
    assert (endpoints.kafka, endpoints.postgres) == ("k.example:9092", "postgresql://db.example/register")
    assert endpoints.started == ()
    assert status(settings) == ()
    assert down(settings) == ()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user; the other tests run as one then")
def test_postgres_runs_as_an_ordinary_user_too(own_postgres: Settings) -> None:
    up(own_postgres)  # as root: this makes the system user, and lets it pass to the binaries
    down(own_postgres)
    shutil.chown(own_postgres.data_dir, "pgserver", "pgserver")
    (own_postgres.data_dir / "up.lock").unlink()
    shutil.rmtree(own_postgres.data_dir / "postgres")
    code = (
        f"import os, pwd, sys; sys.path.insert(0, {str(REPOSITORY)!r});"
        "from runtime.embedded import down, up; from runtime.settings import load; settings = load(None);"
        "user = pwd.getpwnam('pgserver'); os.setgroups([]); os.setgid(user.pw_gid); os.setuid(user.pw_uid);"
        "print(up(settings).started, down(settings))"
    )
    environment = {**os.environ, **own_postgres.environment()}
    command = [sys.executable, "-c", code]  # it gives up root only when loaded: this Python may lie in root's home
    ran = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False)
    assert (ran.stdout.strip(), ran.stderr) == ("('PostgreSQL',) ('PostgreSQL',)", "")


def test_a_broker_killed_while_it_starts_comes_up_the_next_time(own: Settings) -> None:
    kafka = EmbeddedKafka(own)
    kafka.launch()
    kafka.kill()
    assert kafka.start()
    kafka.kill()
    kafka.launch()
    kafka.kill()
    assert kafka.start()
    assert kafka.alive()


def test_a_worker_that_is_started_before_its_broker_waits_for_it(own: Settings) -> None:
    environment = {**os.environ, **own.environment(), "SIJILL_LOG_FORMAT": "json"}
    command = [sys.executable, "-m", "operations", "run", "unify"]
    with subprocess.Popen(command, env=environment, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        try:
            _line_with(worker.stderr, "kafka_away")
            up(own)
            subprocess.run([sys.executable, "-m", "operations", "topics", "apply"], env=environment, check=True)
            _line_with(worker.stderr, "worker_ready")
        finally:
            worker.kill()


def _line_with(lines: Iterable[str], word: str) -> None:
    """Read on until a line has the word; the worker ends, and with it the lines, when it is not to come."""
    assert any(word in line for line in lines), f"the worker ended without {word!r}"
