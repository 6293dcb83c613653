"""What was measured on: without it a number says nothing."""

import os
import platform
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import psutil

from runtime.embedded.jars import KAFKA_VERSION

LIBRARIES: Final = ("faust-streaming", "aiokafka", "rocksdict", "fastavro", "quixstreams", "psycopg", "rapidfuzz")
_CPUINFO: Final = Path("/proc/cpuinfo")


def conditions(java: str, **sizes: int) -> dict[str, Any]:
    """Describe the machine, the versions and the sizes of a run that begins now."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "cpu": _cpu(),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": round(os.getloadavg()[0], 2),
        "versions": {"Python": platform.python_version(), "Apache Kafka": KAFKA_VERSION, "Java": _java(java)}
        | dict(_installed(LIBRARIES)),
        "sizes": sizes,
    }


def _installed(libraries: Iterable[str]) -> Iterable[tuple[str, str]]:
    for library in libraries:
        try:
            yield library, version(library)
        except PackageNotFoundError:
            continue  # a peer that this run does not need


def _cpu() -> str:
    lines = _CPUINFO.read_text(encoding="utf-8").splitlines() if _CPUINFO.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")


def _java(java: str) -> str:
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    return said.partition('"')[2].partition('"')[0] or "unknown"
