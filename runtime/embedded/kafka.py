"""One real Apache Kafka broker (KRaft, one node) as a child process, for machines without Docker or a cluster."""

import base64
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

from runtime.embedded.broker_fencing import is_fenced
from runtime.embedded.jars import require_jars, require_java
from runtime.embedded.ports import LOOPBACK, require_free
from runtime.kafka_probe import broker_answers
from runtime.problems import AlreadyRunning, StartFailed
from runtime.processes import PidFile, Running, start_detached, stop
from runtime.settings import Settings

_PATIENCE_S: Final = 30  # a broker flushes and closes its logs when told to stop
_POLL_S: Final = 0.1
_LOG4J: Final = Path(__file__).with_name("log4j2.xml")

_FENCER: Final = """\
process.roles=controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=CONTROLLER://{host}:{controller_port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT
log.dirs={data}
broker.session.timeout.ms=250
"""
_PROPERTIES: Final = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}

# one node: nothing to replicate to
default.replication.factor=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
min.insync.replicas=1
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4

# topics are made from their contracts, which say how long each keeps its records; untold, for ever
auto.create.topics.enable=false
log.retention.ms=-1
message.max.bytes=1048588
group.initial.rebalance.delay.ms=0
# tests use session timeouts of a second or two
group.min.session.timeout.ms=1000
group.max.session.timeout.ms=300000
transaction.max.timeout.ms=900000
# the transactions of a killed worker end soon after their timeout
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000

# the broker must never see its partitions without a leader while it serves: see _fence
controlled.shutdown.enable=false
broker.session.timeout.ms=3600000

# nobody follows this controller, so its log needs no sign of life twice a second
metadata.max.idle.interval.ms=0

# small: it shares the machine with all the rest
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=33554432
log.segment.delete.delay.ms=1000
"""


class EmbeddedKafka:
    """The broker of one data directory, for every process, also one that did not start it."""

    name: Final = "Kafka"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home = settings.data_dir.absolute() / "kafka"
        self._data = self._home / "data"
        self._pid_file = PidFile(self._home / "broker.pid")
        self.log = self._home / "broker.log"

    @property
    def endpoint(self) -> str:
        return f"{LOOPBACK}:{self._settings.kafka_port}"

    def running(self) -> Running | None:
        """Give the broker's process, whether or not it answers yet."""
        return self._pid_file.running()

    def alive(self) -> bool:
        """Tell whether the broker's process runs and is part of its cluster."""
        return self.running() is not None and broker_answers(LOOPBACK, self._settings.kafka_port)

    def start(self, report: Callable[[str], None] = lambda line: None) -> bool:
        """Start the broker and return when it answers. False: it was running already."""
        started = self.launch(report)
        self.wait()
        return started

    def launch(self, report: Callable[[str], None] = lambda line: None) -> bool:
        """Start the broker and return before it answers. False: it was running already."""
        settings, running = self._settings, self.running()
        if running is not None:
            if running.port != settings.kafka_port:
                raise AlreadyRunning(
                    f"The Kafka of {self._home} runs already, on port {running.port} and not on "
                    f"SIJILL_KAFKA_PORT={settings.kafka_port}: stop it with `make down` first, or set SIJILL_DATA_DIR "
                    "to another directory."
                )
            return False
        self.require_ports()
        require_java(settings)
        jars = require_jars(settings, report)
        self._configure(jars)
        self._fence(jars)
        report(f"starting Kafka on {self.endpoint}")
        with (self._home / "console.log").open("wb") as output:
            command = [*self._java(jars, heap_mb=settings.kafka_heap_mb), "kafka.Kafka", str(self._properties)]
            pid = start_detached(command, output=output, directory=self._home)
        self._pid_file.note(pid, port=settings.kafka_port)
        return True

    def require_ports(self) -> None:
        """Raise `PortOccupied` if the broker could not listen."""
        settings = self._settings
        require_free(settings.kafka_port, what="Kafka", setting="SIJILL_KAFKA_PORT")
        require_free(settings.kafka_controller_port, what="Kafka's controller", setting="SIJILL_KAFKA_CONTROLLER_PORT")

    def wait(self) -> None:
        """Return when the broker answers; raise `StartFailed` if it ends instead, or takes too long."""
        deadline = time.monotonic() + self._settings.start_timeout_s
        while not broker_answers(LOOPBACK, self._settings.kafka_port):
            if self.running() is None:
                raise StartFailed(f"Kafka ended while starting ({self._last_words()}): see {self.log}.")
            if time.monotonic() > deadline:
                self.stop()
                raise StartFailed(
                    f"Kafka did not answer on {self.endpoint} within {self._settings.start_timeout_s} s and was "
                    f"stopped: see {self.log}, or give it longer with SIJILL_START_TIMEOUT_S."
                )
            time.sleep(_POLL_S)

    def stop(self) -> bool:
        """Let the broker close its logs and end; kill it if it does not. False: it was not running."""
        return self._pid_file.stop(patience_s=_PATIENCE_S)

    def kill(self) -> bool:
        """End the broker as a crash would (SIGKILL). False: it was not running."""
        return self._pid_file.kill()

    def _configure(self, jars: Path) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(self._filled(_PROPERTIES), encoding="utf-8")
        if not (self._data / "meta.properties").is_file():
            shutil.rmtree(self._data, ignore_errors=True)  # a format that was interrupted
            self._format(jars)

    def _format(self, jars: Path) -> None:
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "_")
        command = [*self._java(jars, heap_mb=128, brief=True), "kafka.tools.StorageTool", "format", "-t", cluster_id]
        ran = subprocess.run([*command, "-c", str(self._properties)], capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            raise StartFailed(f"Kafka could not format {self._data}: {(ran.stderr or ran.stdout).strip()}")

    @property
    def _properties(self) -> Path:
        return self._home / "server.properties"

    def _fence(self, jars: Path) -> None:
        """Run a controller alone until it fences the last broker, before the next one starts.

        A broker may start while the cluster still takes its predecessor for alive. It becomes leader at once, then
        loses the lead when the predecessor's session ends. If Kafka 4.4.0 should write a transaction's marker in that
        moment, it completes the transaction without it (KAFKA-20734). What was committed is never seen then, and
        readers of the partition stand still. A broker that is fenced from the start leads nothing until its
        registration is through. An orderly stop would open the same gap, so the broker hands over nothing then.
        """
        if is_fenced(self._data) in (True, None):
            return  # there was no broker yet, or the last one got no further than to register
        log, properties = self._home / "fencer.log", self._home / "fencer.properties"
        log.unlink(missing_ok=True)
        properties.write_text(self._filled(_FENCER), encoding="utf-8")
        command = [*self._java(jars, heap_mb=128, log=log, brief=True), "kafka.Kafka", str(properties)]
        with (self._home / "console.log").open("wb") as output:
            fencer = Running(pid=start_detached(command, output=output, directory=self._home), command=tuple(command))
        deadline = time.monotonic() + self._settings.start_timeout_s
        while not is_fenced(self._data) and fencer.is_alive() and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        stop(fencer, patience_s=_PATIENCE_S)
        if not is_fenced(self._data):
            raise StartFailed(f"Kafka's controller did not take note that the last broker is gone: see {log}.")

    def _filled(self, template: str) -> str:
        settings = self._settings
        return template.format(
            host=LOOPBACK,
            port=settings.kafka_port,
            controller_port=settings.kafka_controller_port,
            data=self._data,
        )

    def _java(self, jars: Path, *, heap_mb: int, log: Path | None = None, brief: bool = False) -> list[str]:
        """`brief`: for what runs a few seconds, and takes a third less processor time so."""
        memory = [f"-Xmx{heap_mb}m", f"-Xms{min(heap_mb, 256)}m", "-XX:+ExitOnOutOfMemoryError"]
        logging = [f"-Dlog4j2.configurationFile={_LOG4J}", f"-Dsijill.broker.log={log or self.log}"]
        memory += ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"] if brief else []
        return [self._settings.java, *memory, "-Djava.awt.headless=true", *logging, "-cp", f"{jars}/*"]

    def _last_words(self) -> str:
        for log in (self._home / "console.log", self.log):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
            telling = [line for line in lines if "Exception" in line or "ERROR" in line or "Error" in line]
            if telling:
                return telling[-1].strip()[:300]
        return "it left no error"
