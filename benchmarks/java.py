"""The count on Kafka Streams: built through Maven once, started like any other contender."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.problems import BenchmarkFailed
from runtime.settings import Settings

STREAMS_VERSION: Final = "4.3.1"  # stands in pom.xml too; a test compares them
_HERE: Final = Path(__file__).parent
_POM: Final = _HERE / "kafka_streams" / "pom.xml"
_BUILT: Final = _HERE / "out" / "kafka_streams"
_BUILD_S: Final = 600.0


def build(settings: Settings, report: Callable[[str], None]) -> None:
    """Compile the program and fetch what it needs, unless that was done."""
    program = _BUILT / "classes" / "Count.class"
    source = _HERE / "kafka_streams" / "src" / "main" / "java" / "Count.java"
    if program.exists() and program.stat().st_mtime > max(source.stat().st_mtime, _POM.stat().st_mtime):
        return
    report(f"building the count on Kafka Streams {STREAMS_VERSION} through Maven")
    command = [settings.maven, "-q", "-B", "-f", str(_POM), "compile", "dependency:copy-dependencies"]
    ran = subprocess.run(
        [*command, "-DincludeScope=runtime"], capture_output=True, text=True, timeout=_BUILD_S, check=False
    )
    if ran.returncode:
        raise BenchmarkFailed(f"Maven could not build {_POM}:\n{(ran.stdout + ran.stderr)[-2_000:]}")
    program.touch()


def count(settings: Settings, way: str) -> Sequence[str]:
    """The command that counts from the topic `in` to the topic `out`, both under the prefix."""
    prefix = settings.topic_prefix
    group = prefix + "streams"
    classpath = f"{_BUILT / 'classes'}:{_BUILT / 'dependency'}/*"
    arguments = [settings.bootstrap_servers, group, prefix + "in", prefix + "out", str(settings.state_dir / group), way]
    return [settings.java, "-Xmx1g", "-cp", classpath, "Count", *arguments]
