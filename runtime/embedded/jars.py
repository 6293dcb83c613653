"""The embedded broker's program: a Java that is new enough, and Kafka's jars, fetched once through Maven."""

import fcntl
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from runtime.problems import JavaMissing, MavenFailed, MavenMissing
from runtime.settings import Settings

KAFKA_VERSION: Final = "4.4.0"  # stands in pom.xml too; a test compares them
OLDEST_JAVA: Final = 17  # Kafka 4 needs it for the broker
_POM: Final = Path(__file__).with_name("pom.xml")
_MAVEN_TIMEOUT_S: Final = 600


def require_java(settings: Settings) -> None:
    """Raise `JavaMissing` unless the Java of the settings can run the broker."""
    advice = f"install a Java {OLDEST_JAVA} or newer, or set SIJILL_JAVA to the path of one."
    try:
        ran = subprocess.run([settings.java, "-version"], capture_output=True, text=True, timeout=60, check=False)
    except OSError as error:
        raise JavaMissing(f"The embedded Kafka needs Java, and {settings.java!r} cannot be run: {advice}") from error
    version = re.search(r'version "(?:1\.)?(\d+)', ran.stderr + ran.stdout)
    if version is None:
        raise JavaMissing(f"The embedded Kafka needs Java, and {settings.java!r} does not say its version: {advice}")
    if int(version[1]) < OLDEST_JAVA:
        raise JavaMissing(
            f"The embedded Kafka needs Java {OLDEST_JAVA}, and {settings.java!r} is {version[1]}: {advice}"
        )


def require_jars(settings: Settings, report: Callable[[str], None]) -> Path:
    """Give the directory of the jars, filled by Maven if it is missing.

    Raises `MavenMissing` or `MavenFailed`. A directory appears whole or not at all, also when several processes
    want it at once or one is interrupted.
    """
    jars = settings.jars_dir
    if _complete(jars):
        return jars
    jars.parent.mkdir(parents=True, exist_ok=True)
    with _locked(jars.with_name(jars.name + ".lock")):
        if not _complete(jars):
            report(f"fetching Apache Kafka {KAFKA_VERSION} through Maven into {jars} (43 MB, once)")
            _fetch(settings, jars)
    return jars


def _complete(jars: Path) -> bool:
    return (jars / f"kafka_2.13-{KAFKA_VERSION}.jar").is_file()


def _fetch(settings: Settings, jars: Path) -> None:
    with tempfile.TemporaryDirectory(dir=jars.parent, prefix="fetching-") as scratch:
        partial = Path(scratch) / "libs"
        _run_maven(settings, partial, log=jars.with_name("maven.log"))
        if not _complete(partial):
            raise MavenFailed(
                f"Maven ended well but brought no Kafka {KAFKA_VERSION} into {jars}: "
                f"look at {jars.with_name('maven.log')}, then try again."
            )
        shutil.rmtree(jars, ignore_errors=True)  # jars of an older version
        partial.rename(jars)


def _run_maven(settings: Settings, target: Path, *, log: Path) -> None:
    command = [settings.maven, "-q", "-B", "-f", str(_POM), "dependency:copy-dependencies"]
    options = ["-DincludeScope=runtime", f"-DoutputDirectory={target}"]
    try:
        with log.open("wb") as output:
            ran = subprocess.run(
                [*command, *options], stdout=output, stderr=output, timeout=_MAVEN_TIMEOUT_S, check=False
            )
    except OSError as error:
        raise MavenMissing(
            f"Kafka's jars are not in {settings.jars_dir}, and {settings.maven!r}, which would fetch them, cannot be "
            "run: install Maven, set SIJILL_MAVEN to its path, or set SIJILL_KAFKA_LIBS to a directory that has them."
        ) from error
    except subprocess.TimeoutExpired as error:
        raise MavenFailed(
            f"Maven did not fetch Kafka's jars within {_MAVEN_TIMEOUT_S} s: check that it reaches a repository ({log})."
        ) from error
    if ran.returncode != 0:
        raise MavenFailed(
            f"Maven could not fetch Kafka's jars ({_last_error(log)}): check that it reaches a repository, then try "
            f"again; all that it said is in {log}."
        )


def _last_error(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line.removeprefix("[ERROR]").strip() for line in lines if line.startswith("[ERROR]")]
    return (errors or lines or ["it said nothing"])[0][:300]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
